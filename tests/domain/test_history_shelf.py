"""A shelf of bought pieces beside a model of single moments of single symbols: nothing is bought twice, and a
hole is never served.
"""

import random
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.history import HistoryPiece, HistoryWant, held_by_symbol, share_of, to_buy
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import Ns

_NAMES = ("NQ.FUT", "Q1A.OPT", "QN1.OPT")
Moment = tuple[str, str, int]


def want(schema: str, symbols: tuple[str, ...], start: int, length: int) -> HistoryWant:
    span = Span(Ns(start), Ns(start + length))
    return HistoryWant(SourceId("vendor"), "GLBX.MDP3", schema, symbols, "parent", span)


def moments(of: HistoryWant) -> set[Moment]:
    return {(of.schema, symbol, at) for symbol in of.symbols for at in range(of.span.start, of.span.end)}


@dataclass
class Shelf:
    """`paid` counts what was paid for each moment since it was last lost."""

    pieces: list[HistoryPiece] = field(default_factory=list)

    def holds(self) -> set[Moment]:
        return {moment for piece in self.pieces for moment in moments(piece.want)}

    def buy(self, wanted: HistoryWant, fails_at: int) -> None:
        """Piece by piece; from `fails_at` on nothing comes any more."""
        before = self.holds()
        missing = to_buy(wanted, held_by_symbol(wanted, self.pieces))
        bought = [moments(piece) for piece in missing]
        assert set().union(*bought) == moments(wanted) - before
        assert sum(map(len, bought)) == len(set().union(*bought)), "no moment is paid for twice"
        for number, piece in enumerate(missing):
            if number >= fails_at:
                return
            self.pieces.append(HistoryPiece(piece, f"{len(self.pieces)}.dbn", "", 1))

    def check(self, wanted: HistoryWant) -> None:
        held = held_by_symbol(wanted, self.pieces)
        lacking = moments(wanted) - self.holds()
        assert bool(to_buy(wanted, held)) == bool(lacking), "a hole is never served"
        assert (share_of(wanted, held) == 1.0) == (not lacking)


wants = st.builds(
    want,
    st.sampled_from(("trades", "mbo")),
    st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(0, 30),
    st.integers(1, 12),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), wants, st.integers(0, 4)),
        st.tuples(st.just("lose"), wants, st.integers(0, 9)),
        st.tuples(st.just("look"), wants, st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


def run(taken: list[tuple[str, HistoryWant, int]]) -> None:
    shelf = Shelf()
    for step, wanted, number in taken:
        if step == "buy":
            shelf.buy(wanted, number)
        elif step == "lose" and shelf.pieces:
            del shelf.pieces[number % len(shelf.pieces)]
        shelf.check(wanted)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_no_sequence_buys_twice_or_serves_a_hole(taken: list[tuple[str, HistoryWant, int]]) -> None:
    run(taken)


def test_nor_does_any_of_thousands_of_longer_ones() -> None:
    for seed in range(3_000):
        chance = random.Random(seed)
        run(
            [
                (
                    chance.choice(("buy", "buy", "lose", "look")),
                    want(
                        chance.choice(("trades", "mbo")),
                        tuple(chance.sample(_NAMES, chance.randint(1, 3))),
                        chance.randint(0, 20),
                        chance.randint(1, 8),
                    ),
                    chance.randint(0, 4),
                )
                for _ in range(chance.randint(1, 12))
            ]
        )
