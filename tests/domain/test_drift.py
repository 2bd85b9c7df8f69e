"""Drift, not ready, no answer: told apart."""

from dataclasses import replace

import pytest

from app.domain.answer import Answer, AnswerKind, answer_of
from app.domain.chain import Chain, Reject, Underlying
from app.domain.drift import Check, Finding, Witness, checks, complaint, summary
from app.domain.market_state import MarketState
from app.domain.units import ns_from_iso, px
from tests.domain.barchart_answers import STRIKES, answer, body, chain


def judged(
    this: Answer, read: Chain | None = None, *, good: int = 3, is_rth: bool = True
) -> dict[str, Check]:
    state = MarketState.RTH if is_rth else MarketState.ETH
    before = [Witness(answer().profile, chain(up=n + 1), "MC7M25", state) for n in range(good)]
    found = checks(Witness(this, read, "MC7M25", state), before)
    return {check.name: check for check in found}


def test_an_answer_like_its_forerunners_is_ok() -> None:
    found = judged(answer(), chain())
    bad = {name for name, check in found.items() if check.finding not in (Finding.OK, Finding.NOT_COMPARED)}
    assert bad == set()
    assert found["put-call parity"].finding is Finding.OK
    assert summary(tuple(found.values())) is Finding.OK


def test_the_first_answer_of_a_series_has_nothing_to_be_compared_with() -> None:
    found = judged(answer(), chain(), good=0)
    assert found["structure"].finding is Finding.NOT_COMPARED
    assert found["time moves"].finding is Finding.NOT_COMPARED


def test_a_renamed_field_is_drift_with_both_names() -> None:
    found = judged(answer_of(body().replace(b'"bidPrice"', b'"bid"')))
    assert found["structure"].finding is Finding.DRIFT
    assert "gone $.data.Call[].bidPrice" in found["structure"].actual
    assert "new $.data.Call[].bid" in found["structure"].actual
    assert (found["bidPrice given"].finding, found["bidPrice given"].actual) == (Finding.DRIFT, "0%")


def test_a_new_field_alone_is_only_watched() -> None:
    assert judged(answer(delta="0.5"), chain())["structure"].finding is Finding.WATCH


def test_a_number_that_became_text_is_drift_and_a_null_is_not() -> None:
    assert judged(answer(raw={"volume": "12"}))["types"].finding is Finding.DRIFT
    assert judged(answer(raw={"volume": None}))["types"].finding is Finding.OK


def test_lost_values_are_watched_from_five_points_and_drift_from_twenty() -> None:
    one_in_ten = body()
    for strike in STRIKES[:4]:
        one_in_ten = one_in_ten.replace(
            b'"symbol": "MC7M5|%dC"' % strike, b'"symbol": "N/A", "note": "MC7M5|%dC"' % strike
        )
    assert judged(answer_of(one_in_ten))["symbol given"].finding is Finding.WATCH
    assert judged(answer(volume="N/A"))["volume given"].finding is Finding.DRIFT


def test_half_the_rows_are_too_few() -> None:
    fewer = b'{"total": 40, "data": {"Call": [' + body().split(b'"Call": [')[1].split(b"]")[0] + b"]}}"
    assert judged(answer_of(fewer))["rows"].finding is Finding.DRIFT


def test_strikes_that_fall_are_named() -> None:
    swapped = answer_of(body().replace(b'"strike": 21410,', b'"strike": 29999,', 1))
    assert judged(swapped)["strikes rise"].finding is Finding.DRIFT
    assert "1 do not: MC7M5|21420C" in judged(swapped)["strikes rise"].actual


@pytest.mark.parametrize(
    ("said", "kind", "finding"),
    [
        (b"", AnswerKind.NOTHING, Finding.NO_ANSWER),
        (b"<html>Are you a robot?</html>", AnswerKind.PAGE, Finding.NO_ANSWER),
        (b'{"total": 0, "data": []}', AnswerKind.EMPTY, Finding.NO_ANSWER),
        (b'{"total": 576, "data": []}', AnswerKind.EMPTY, Finding.NOT_READY),
        (body()[:-500], AnswerKind.UNREADABLE, Finding.NOT_READY),
        (b"[" * 100_000, AnswerKind.UNREADABLE, Finding.NOT_READY),
    ],
)
def test_what_is_no_answer_or_not_ready_is_no_drift(said: bytes, kind: AnswerKind, finding: Finding) -> None:
    this = answer_of(said)
    assert this.kind is kind
    found = judged(this)
    assert [check.finding for check in found.values()] == [finding]


def test_another_series_than_asked_is_drift() -> None:
    assert judged(answer(), replace(chain(), vendor_series="MC8M25"))["series"].finding is Finding.DRIFT


def test_one_crossed_quote_of_many_is_watched_and_many_are_drift() -> None:
    quotes = chain().quotes
    many = tuple(replace(q, bid=px(9_000)) for q in quotes)
    assert judged(answer(), replace(chain(), quotes=many))["bid at or below ask"].finding is Finding.DRIFT


def test_rows_that_cannot_be_read_are_counted_with_their_reason() -> None:
    rejects = tuple(Reject("strike off the grid", str(n)) for n in range(5))
    check = judged(answer(), replace(chain(), rejects=rejects))["rows that can be read"]
    assert (check.finding, check.actual) == (Finding.DRIFT, "5 cannot: strike off the grid")


def test_a_future_far_from_parity_is_watched_never_drift() -> None:
    near, far = Underlying("NQM25", px(21_505)), Underlying("NQM25", px(23_000))
    assert judged(answer(), chain(underlying=near))["underlying"].finding is Finding.OK
    assert judged(answer(), chain(underlying=far))["underlying"].finding is Finding.WATCH
    assert judged(answer(), chain())["underlying"].finding is Finding.NOT_COMPARED


@pytest.mark.parametrize(("is_rth", "finding"), [(True, Finding.WATCH), (False, Finding.OK)])
def test_a_chain_that_stands_still_is_watched_in_regular_hours(is_rth: bool, finding: Finding) -> None:
    still = [Witness(answer(), chain(), "MC7M25") for _ in range(4)]
    state = MarketState.RTH if is_rth else MarketState.ETH
    found = checks(Witness(answer(), chain(), "MC7M25", state), still)
    assert next(check for check in found if check.name == "time moves").finding is finding


def test_a_member_that_nothing_is_read_from_may_go() -> None:
    before = [Witness(answer(premium="1.00").profile, chain(up=1), "MC7M25")]
    found = {c.name: c for c in checks(Witness(answer(), chain(), "MC7M25"), before)}
    assert "gone $.data.Call[].premium" in found["structure"].actual
    assert found["structure"].finding is Finding.WATCH


def test_an_evening_is_compared_with_evenings() -> None:
    day = [Witness(answer().profile, chain(up=n + 1), "MC7M25", MarketState.RTH) for n in range(3)]
    thin = answer(bidPrice="N/A")
    evening = Witness(thin, chain(), "MC7M25", MarketState.ETH)
    by_name = {c.name: c for c in checks(evening, day)}
    assert by_name["bidPrice given"].finding is Finding.NOT_COMPARED
    same = {c.name: c for c in checks(Witness(thin, chain(), "MC7M25", MarketState.RTH), day)}
    assert same["bidPrice given"].finding is Finding.DRIFT
    over = {c.name: c for c in checks(Witness(thin, chain(), "", MarketState.RTH, quoted=False), day)}
    assert over["bidPrice given"].finding is Finding.NOT_COMPARED


def test_the_complaint_names_what_was_expected_and_found() -> None:
    found = checks(
        Witness(answer(volume="N/A"), chain(), "MC7M25"), [Witness(answer(), chain(up=1), "MC7M25")]
    )
    assert complaint(found) == "Drift: volume given: 0%, expected 100% (last 1 good)."
    assert complaint(checks(Witness(answer(), chain(), "MC7M25"), [])) == ""
    cut = checks(Witness(answer_of(body()[:-500]), None, "MC7M25"), [])
    assert complaint(cut).startswith("Not ready: what came: cut off, or no JSON")


def test_prices_without_a_volatility_near_the_money_are_drift() -> None:
    plain, found = chain(), {c.name: c for c in checks(Witness(answer(), chain(), "MC7M25"), [])}
    assert found["volatility"].finding in (Finding.OK, Finding.NOT_COMPARED)
    absurd = tuple(replace(q, bid=px(30_000), ask=px(30_001)) for q in plain.quotes)
    wild = replace(plain, quotes=absurd)
    found = {c.name: c for c in checks(Witness(answer(), wild, "MC7M25"), [])}
    assert found["volatility"].finding is Finding.DRIFT


def test_bids_that_go_in_the_last_hour_of_a_series_are_only_watched() -> None:
    before = [Witness(answer().profile, chain(up=1), "MC7M25")]
    late = chain(received=ns_from_iso("2025-06-09T19:30:00Z"))
    found = {c.name: c for c in checks(Witness(answer(bidPrice="N/A"), late, "MC7M25"), before)}
    assert found["bidPrice given"].finding is Finding.WATCH
    gone = {c.name: c for c in checks(Witness(answer(askPrice="N/A"), late, "MC7M25"), before)}
    assert gone["askPrice given"].finding is Finding.DRIFT
