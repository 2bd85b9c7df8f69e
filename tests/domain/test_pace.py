"""When the records of a tape came."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.pace import Reach, reach
from tests.sources.databento.gateway import mapping, quote, trade


def test_records_are_reached_by_the_time_they_were_received() -> None:
    one, two = trade(at=1_000), quote(21_000, 21_001, at=2_000)
    tape = mapping() + one + two
    assert reach(tape, 1_004) == Reach(len(mapping()), 1_005)
    assert reach(tape, 1_005) == Reach(len(mapping() + one), 2_005)
    assert reach(tape, 9_999) == Reach(len(tape), None)


def test_a_record_that_is_not_whole_is_not_reached() -> None:
    tape = trade(at=1_000) + trade(at=2_000)
    assert reach(tape[:-1], 9_999) == Reach(len(trade()), None)
    assert reach(b"", 9_999) == Reach(0, None)


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(0, 60))
def test_nothing_from_later_is_reached(times: list[int], until: int) -> None:
    tape = b"".join(trade(at=at) for at in times)
    found = reach(tape, until)
    count = found.stop // len(trade())
    assert all(at + 5 <= until for at in times[:count])
    assert (found.following is None) == (count == len(times))


@given(st.binary(max_size=400), st.integers(0, 2**64 - 1))
def test_any_bytes_end_in_an_answer(junk: bytes, until: int) -> None:
    assert 0 <= reach(junk, until).stop <= len(junk)
