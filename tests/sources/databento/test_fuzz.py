"""Whatever bytes come in, what is handed over is the beginning of what was sent, and the end says why."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import BadPayload, SourceError
from app.sources.databento.inflow import Inflow
from app.system.clock import RealClock
from tests.sources.databento.gateway import header, heartbeat, mapping, quote, trade

_TRADES = [trade(21_000 + n, n + 1, "AB"[n % 2], at=1_000 + n) for n in range(12)]
_SIZES = [n + 1 for n in range(12)]
_EACH = [part for n, one in enumerate(_TRADES) for part in (one, quote(n, n + 1), heartbeat())]
_RECORDS = [mapping(), *_EACH]
_STREAM = header() + b"".join(_RECORDS)
_FIRST = len(header())


def _received(data: bytes, cuts: list[int]) -> tuple[list[int], SourceError | None]:
    """Sizes of the trades, and why it ended."""
    inflow = Inflow(RealClock(), lambda text: text)
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        piece = data[start:end]
        while piece and not inflow.is_broken:
            space = inflow.space()
            part, piece = piece[: len(space)], piece[len(space) :]
            space[: len(part)] = part
            inflow.fed(len(part))
    inflow.lost(None)
    sizes = inflow.drain().trades.size.tolist()
    return sizes, inflow.ended_by()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_stream_in_any_pieces_is_the_same_stream(data: st.DataObject) -> None:
    end = data.draw(st.integers(_FIRST, len(_STREAM)))
    cuts = sorted(data.draw(st.lists(st.integers(0, end), max_size=8)))
    sizes, why = _received(_STREAM[:end], cuts)
    assert sizes == _SIZES[: len(sizes)]
    assert why is not None
    if end == len(_STREAM):
        assert sizes == _SIZES


@given(st.binary(min_size=1, max_size=200), st.data())
@settings(max_examples=300, deadline=None)
def test_nonsense_between_records_ends_the_stream_or_is_stepped_over(
    nonsense: bytes, data: st.DataObject
) -> None:
    place = _FIRST + sum(map(len, _RECORDS[: data.draw(st.integers(0, len(_RECORDS)))]))
    sizes, why = _received(_STREAM[:place] + nonsense + _STREAM[place:], [])
    whole = sum(_STREAM[_FIRST:place].count(one) for one in _TRADES)
    assert sizes[:whole] == _SIZES[:whole]
    # nothing that was not sent, whatever the nonsense looks like
    assert set(sizes) <= set(_SIZES) or isinstance(why, BadPayload)


@given(st.integers(_FIRST, len(_STREAM) - 1), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_a_damaged_byte_never_ends_in_another_exception(place: int, change: int) -> None:
    damaged = bytearray(_STREAM)
    damaged[place] ^= change
    sizes, why = _received(bytes(damaged), [])
    assert len(sizes) <= len(_SIZES)
    assert isinstance(why, SourceError)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_what_is_no_stream_at_all_gives_nothing(data: bytes) -> None:
    sizes, why = _received(data, [])
    assert sizes == []
    assert isinstance(why, SourceError)
