"""Answers and pages damaged in any way, through the whole reading: a chain or a bad payload, and nothing
else. What the viewer makes of them later is held to the same.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.drift import Finding
from app.domain.errors import BadPayload
from app.domain.examination import examine, exhibit
from app.domain.session import Calendar
from app.engine.chain_reading import Question, Reading, read_chain
from app.sources.barchart.fetch import read_stored
from app.sources.barchart.parse_api import parse_chain
from tests.sources.barchart.answers import FETCHED, answer, capture, row, settled
from tests.sources.barchart.test_table import PLAIN, SETTLED, page

CALENDAR = Calendar()
STRIKES = (21_400, 21_450, 21_500, 21_550, 21_600)
WHOLE = json.loads(
    answer(
        settled("15000C", "6,787.00"),
        settled("20640P"),
        *(row(f"{strike}{right}") for strike in STRIKES for right in "CP"),
    )
)
NONSENSE: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just([]) | st.just({})
    | st.sampled_from(["N/A", "unch", "1e308", "-1", "12/31/99", "24:61 CT", "MC7M5|C", "∞", "0.00s"])
)  # fmt: skip


class Offline:
    """The feed's parsing half."""

    def parse_chain(self, capture: Capture, page: ChainPage | None) -> Chain:
        return parse_chain(capture, page, CALENDAR)


def question(good: tuple[Reading, ...] = ()) -> Question:
    before = good[0].chain if good else None
    return Question("MC7M25", None, before, 0, FETCHED, 0.04, None, tuple(one.witness for one in good))


def whole() -> Reading:
    body = json.dumps(WHOLE).encode()
    return read_chain(Offline(), capture(body), question(), CALENDAR)  # type: ignore[arg-type]


GOOD = whole()


def survives(body: bytes) -> None:
    came = capture(body)
    try:
        reading = read_chain(Offline(), came, question((GOOD,)), CALENDAR)  # type: ignore[arg-type]
    except BadPayload:
        pass
    else:
        assert reading.verdict.accepted is not bool(reading.verdict.reasons)
        assert reading.strip.future is None or 0 < reading.strip.future < 1e6
    looked_at(came)


def looked_at(came: Capture) -> None:
    first = exhibit(GOOD.capture, lambda one: read_stored(one, CALENDAR), None, CALENDAR)
    this = exhibit(came, lambda one: read_stored(one, CALENDAR), None, CALENDAR)
    found = examine(this, [first.witness], first)
    assert found.then_and_now
    assert found.finding in Finding


def test_the_whole_answer_is_accepted() -> None:
    assert GOOD.verdict.accepted, GOOD.verdict.reasons


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_members_turned_into_nonsense(data: st.DataObject) -> None:
    body = json.loads(json.dumps(WHOLE))
    for _ in range(data.draw(st.integers(1, 3))):
        group = data.draw(st.sampled_from(["Call", "Put"]))
        members = body["data"].get(group) if isinstance(body.get("data"), dict) else None
        victim = data.draw(st.sampled_from(members)) if isinstance(members, list) and members else body
        place = data.draw(st.sampled_from([victim, victim.get("raw") or victim, body]))
        if not isinstance(place, dict) or not place:
            continue
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(NONSENSE)
    survives(json.dumps(body).encode())


def _cut(body: bytes, at: int, piece: bytes) -> bytes:
    return body[:at]


def _insert(body: bytes, at: int, piece: bytes) -> bytes:
    return body[:at] + piece + body[at:]


def _replace(body: bytes, at: int, piece: bytes) -> bytes:
    return body[:at] + piece + body[at + len(piece) :]


DAMAGE = st.sampled_from([_cut, _insert, _replace])
PIECES = st.binary(max_size=6) | st.sampled_from([b"[", b"}", b'"', b"null", b"<table>", b"\x00", b"1e999"])
ANSWER = json.dumps(WHOLE).encode()
TABLE = page(PLAIN, SETTLED)


@given(DAMAGE, st.integers(0, len(ANSWER) - 1), PIECES)
@settings(max_examples=150, deadline=None)
def test_bytes_of_an_answer_damaged(
    damage: Callable[[bytes, int, bytes], bytes], at: int, piece: bytes
) -> None:
    survives(damage(ANSWER, at, piece))


@given(DAMAGE, st.integers(0, len(TABLE) - 1), PIECES)
@settings(max_examples=120, deadline=None)
def test_bytes_of_a_page_with_a_table_damaged(
    damage: Callable[[bytes, int, bytes], bytes], at: int, piece: bytes
) -> None:
    came = capture(damage(TABLE, at, piece), content_type="text/html")
    with suppress(BadPayload):
        read_stored(came, CALENDAR)
    looked_at(came)
