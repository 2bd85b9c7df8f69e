import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ticks import TopColumns
from app.engine.quotes import Quotes


def tops(*quoted: tuple[int, int]) -> TopColumns:
    """Instruments and their bids."""
    ids, bids = (np.array(column, np.int64) for column in zip(*quoted, strict=True))
    ask_size = np.ones(len(bids), np.uint32)
    return TopColumns(ids.astype(np.uint32), bids, bids, bids, bids + 1, ask_size, ask_size)


def told(found: TopColumns) -> dict[int, int]:
    return dict(zip(found.instrument_id.tolist(), found.bid.tolist(), strict=True))


def test_only_what_changed_is_told_and_the_newest_of_it() -> None:
    quotes = Quotes()
    quotes.add(tops((7, 100), (3, 50)))
    quotes.add(tops((7, 101)))

    assert told(quotes.tell(10)) == {7: 101, 3: 50}
    assert told(quotes.tell(10)) == {}
    quotes.add(tops((3, 51), (9, 1)))
    assert told(quotes.tell(10)) == {3: 51, 9: 1}


def test_it_is_known_when_each_was_quoted_last() -> None:
    quotes = Quotes()
    never = np.iinfo(np.int64).min
    assert quotes.times(np.array([7], np.uint32)).tolist() == [never]
    quotes.add(tops((7, 100), (3, 50)))
    assert quotes.times(np.array([3, 4, 7, 9], np.uint32)).tolist() == [50, never, 100, never]


def test_in_a_burst_every_instrument_gets_its_turn() -> None:
    quotes = Quotes()
    seen: set[int] = set()
    for burst in range(4):
        quotes.add(tops(*((n, burst) for n in range(40))))
        found = quotes.tell(10)
        assert len(found) == 10
        seen |= set(found.instrument_id.tolist())

    assert len(seen) == 40


def test_an_instrument_never_quoted_has_no_top() -> None:
    quotes = Quotes()
    assert (quotes.get(7), len(quotes.all()), len(quotes.tell(5))) == (None, 0, 0)
    quotes.add(tops((7, 100)))
    top = quotes.get(7)

    assert top is not None
    assert (top.bid, top.ask, top.bid_size) == (100, 101, 1)
    assert quotes.get(8) is None
    assert quotes.get(6) is None


@given(st.lists(st.dictionaries(st.integers(0, 300), st.integers(0, 10**9), min_size=1), max_size=12))
def test_the_newest_of_each_is_kept_whatever_order_they_come_in(batches: list[dict[int, int]]) -> None:
    quotes, expected = Quotes(), dict[int, int]()
    for batch in batches:
        quotes.add(tops(*batch.items()))
        expected |= batch

    assert told(quotes.all()) == expected
    assert told(quotes.tell(1_000)) == expected
    assert quotes.untold == 0
