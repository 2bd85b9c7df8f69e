"""Where the values of a chain come from."""

from dataclasses import replace

from app.domain.answer import answer_of
from app.domain.chain import Reject, Underlying
from app.domain.provenance import CHAIN, Certainty, Field, FieldStatus, trace
from app.domain.units import px
from tests.domain.barchart_answers import STRIKES, answer, body, chain

SYMBOL = f"MC7M5|{STRIKES[3]}C"


def of(fields: tuple[Field, ...], name: str) -> Field:
    return next(field for field in fields if field.name == name)


def test_a_value_names_its_place_its_text_and_what_was_made_of_it() -> None:
    fields = trace(answer(), chain(), answer(), chain(up=2)).fields(SYMBOL)
    bid = of(fields, "bid")
    assert (bid.value, bid.raw_text, bid.raw_number) == ("109.00", "109.00", "109")
    assert bid.locator == "$.data.Call[3].raw.bidPrice"
    assert (bid.prior, bid.unit, bid.status) == ("111.00", "points", FieldStatus.OK)
    assert bid.certainty is Certainty.SAID
    assert "no bid" in bid.transform
    assert of(fields, "settlement").certainty is Certainty.WORKED_OUT
    assert of(fields, "trade time").value == "2025-06-09T14:31:00Z"


def test_what_the_answer_does_not_give_is_missing_and_never_a_zero() -> None:
    quotes = tuple(replace(q, bid=None, volume=None) for q in chain().quotes)
    nothing = answer(bidPrice="N/A", volume="N/A", raw={"bidPrice": 0, "volume": None})
    fields = trace(nothing, replace(chain(), quotes=quotes)).fields(SYMBOL)
    for name, number in (("bid", "0"), ("volume", None)):
        field = of(fields, name)
        assert (field.value, field.raw_text, field.raw_number) == (None, "N/A", number)
        assert field.status is FieldStatus.MISSING


def test_a_renamed_field_is_missing_and_the_new_name_is_suggested_only() -> None:
    renamed = answer_of(body().replace(b'"bidPrice"', b'"bid"'))
    rejects = tuple(Reject("unreadable row", q.symbol) for q in chain().quotes)
    fields = trace(renamed, replace(chain(), quotes=(), rejects=rejects), answer(), chain()).fields(SYMBOL)
    bid = of(fields, "bid")
    assert (bid.value, bid.status, bid.prior) == (None, FieldStatus.MISSING, "109.00")
    assert bid.transform == "not in the answer; new there: bid"
    assert "left out: unreadable row" in of(fields, "ask").transform
    assert of(fields, "ask").value is None


def test_a_changed_kind_and_a_crossed_quote_are_told() -> None:
    retyped = trace(answer(raw={"askPrice": "41"}), chain(), answer(), chain()).fields(SYMBOL)
    assert of(retyped, "ask").status is FieldStatus.TYPE_CHANGED
    wrong = tuple(replace(q, bid=px(900)) if q.symbol == SYMBOL else q for q in chain().quotes)
    crossed = trace(answer(), replace(chain(), quotes=wrong))
    assert crossed.troubled == (SYMBOL,)
    assert of(crossed.fields(SYMBOL), "bid").status is FieldStatus.OUT_OF_RANGE
    assert of(crossed.fields(SYMBOL), "last").status is FieldStatus.OK


def test_a_field_that_moved_elsewhere_is_called_relocated() -> None:
    moved = answer_of(body().replace(b'"Call"', b'"Calls"', 1))
    assert of(trace(moved, chain(), answer(), chain()).fields(SYMBOL), "bid").status is FieldStatus.RELOCATED


def test_a_place_in_the_answer_leads_back_to_its_field() -> None:
    found = trace(answer(), chain())
    assert found.find("$.data.Call[3].raw.bidPrice") == f"{SYMBOL}/bid"
    assert found.find("$.data.Call[3].bidPrice") == f"{SYMBOL}/bid"
    assert found.find("$.data.Call[3]") == f"{SYMBOL}/strike"
    assert found.find("$.total") is None


def test_the_chain_as_a_whole_has_facts_of_its_own() -> None:
    facts = trace(answer(), chain()).fields(CHAIN)
    assert of(facts, "contracts claimed").raw_text == "40"
    assert of(facts, "expiry").value is None
    assert of(facts, "expiry").status is FieldStatus.MISSING


def test_without_a_chain_every_contract_is_in_trouble_and_nothing_is_invented() -> None:
    found = trace(answer(), None)
    assert len(found.troubled) == 2 * len(STRIKES)
    assert {field.value for field in found.fields(SYMBOL)} == {None}
    assert found.fields(CHAIN) == ()
    assert found.fields("unknown") == ()


def test_the_contracts_near_the_money_come_first_of_those_nobody_asked_for() -> None:
    answer, read = answer_of(body()), chain()
    middle = STRIKES[len(STRIKES) // 2]
    found = trace(answer, replace(read, underlying=None)).near_money
    assert f"MC7M5|{middle}C" in found
    assert len(found) == 6
    high = replace(read, underlying=Underlying("NQM25", px(10 * STRIKES[-1])))
    assert f"MC7M5|{STRIKES[-1]}P" in trace(answer, high).near_money
    assert trace(answer, None).near_money == ()
