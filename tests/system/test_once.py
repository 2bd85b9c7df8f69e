"""Files that overlap are played as if they were one."""

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.system.once import Once
from tests.engine.gateway import Trade, columns

_TRADES = st.builds(Trade, at=st.integers(1, 6), size=st.integers(1, 2), sequence=st.integers(0, 1))
_FILES = st.lists(st.lists(_TRADES, min_size=1, max_size=12), min_size=1, max_size=3)


def _key(trade: Trade) -> tuple[int, int, int]:
    return trade.at, trade.size, trade.sequence


@given(_FILES, st.data())
@settings(max_examples=200, deadline=None)
def test_of_each_trade_as_many_are_played_as_the_file_with_most_of_them_tells(
    files: list[list[Trade]], data: st.DataObject
) -> None:
    paths = [Path(str(n)) for n in range(len(files))]
    spans = {p: (min(t.at for t in f), max(t.at for t in f)) for p, f in zip(paths, files, strict=True)}
    once, played = Once(spans), Counter[tuple[int, int, int]]()
    # the files side by side, in pieces of any size
    turns = data.draw(st.permutations([n for n, file in enumerate(files) for _ in file]))
    places = [0] * len(files)
    for n in turns:
        fresh = once.fresh(paths[n], columns(files[n][places[n] : places[n] + 1]))
        places[n] += 1
        played.update(zip(fresh.ts_event.tolist(), fresh.size.tolist(), fresh.sequence.tolist(), strict=True))
    wanted = Counter[tuple[int, int, int]]()
    for file in files:
        wanted |= Counter(map(_key, file))
    assert played == wanted


def test_a_file_alone_is_played_as_it_is() -> None:
    path = Path("alone")
    trades = columns([Trade(1), Trade(1), Trade(2)])
    assert Once({path: (1, 2)}).fresh(path, trades) is trades
