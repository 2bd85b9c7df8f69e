"""What differs between two captures."""

from dataclasses import replace

from app.domain.answer import answer_of
from app.domain.capture import Capture, Outcome, Step
from app.domain.capture_diff import CaptureDiff, Difference, difference
from app.domain.routing import Channel, SourceId
from tests.domain.barchart_answers import AT, STRIKES, answer, body, chain

STEPS = (Step("cookies", 200.0, True), Step("request", 800.0, True), Step("parse", 7.0, True, "40 contracts"))
BEFORE = Capture(
    "c1", SourceId("barchart"), Channel.OPT_CHAIN, "MC7M25", "https://site.invalid/x", AT, 200,
    "application/json", {"server": "one", "date": "now"}, body(), STEPS, Outcome.ACCEPTED, "accepted", 40,
)  # fmt: skip


def test_two_equal_captures_differ_in_nothing() -> None:
    found = difference(BEFORE, replace(BEFORE, id="c2"), (answer(), answer()), (chain(), chain()))
    assert (found.request, found.structure, found.rows) == ((), (), ())
    assert found.unchanged == 2 * len(STRIKES)


def test_changed_cells_stand_by_strike_with_both_values() -> None:
    quotes = list(chain().quotes)
    quotes[5] = replace(quotes[5], bid=None, volume=13)
    found = difference(BEFORE, BEFORE, (answer(), answer()), (chain(), chain(quotes=tuple(quotes))))
    (row,) = found.rows
    assert (row.symbol, row.word, row.strike) == (quotes[5].symbol, "changed", STRIKES[5])
    assert row.cells == (Difference("bid", "89.00", "—"), Difference("volume", "12", "13"))
    assert found.unchanged == 2 * len(STRIKES) - 1


def test_contracts_that_came_and_went_are_told() -> None:
    old, new = chain(quotes=chain().quotes[1:]), chain(quotes=chain().quotes[:-1])
    found = difference(BEFORE, BEFORE, (answer(), answer()), (old, new))
    assert {(row.symbol, row.word) for row in found.rows} == {
        (chain().quotes[0].symbol, "new"),
        (chain().quotes[-1].symbol, "gone"),
    }


def structure(before: bytes, after: bytes) -> CaptureDiff:
    return difference(BEFORE, BEFORE, (answer_of(before), answer_of(after)), (None, None))


def test_structure_names_paths_that_came_went_or_changed_their_kind() -> None:
    after = body().replace(b'"bidPrice": "', b'"bid": "').replace(b'"volume": 12', b'"volume": "12"')
    found = {d.name: (d.before, d.after) for d in structure(body(), after).structure}
    assert found["$.data.Call[].bidPrice"] == ("text", "absent")
    assert found["$.data.Put[].bid"] == ("absent", "text")
    assert found["$.data.Put[].raw.volume"] == ("number", "text")


def test_a_page_instead_of_data_is_said_first() -> None:
    first = structure(body(), b"<html></html>").structure[0]
    assert first == Difference("what came", "data with rows", "a web page")


def test_steps_are_paired_and_what_was_not_reached_stays_open() -> None:
    failed = replace(
        BEFORE, id="c2", status=419, steps=(STEPS[1], Step("session", 0.0, False, "refused")),
        headers={"server": "two", "date": "later"}, outcome=Outcome.FAILED,
    )  # fmt: skip
    found = difference(BEFORE, failed, (answer(), answer_of(b"")), (chain(), None))
    pairs = [(p.name, p.before is not None, p.after is not None) for p in found.steps]
    assert pairs == [
        ("cookies", True, False), ("request", True, True), ("session", False, True), ("parse", True, False),
    ]  # fmt: skip
    names = [d.name for d in found.request]
    assert "status" in names
    assert "header server" in names
    assert "header date" not in names
