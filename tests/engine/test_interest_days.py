"""Open interest kept from one settlement to the next, also where the vendor does not date it."""

from dataclasses import replace
from datetime import date

from app.domain.chain import Chain
from app.domain.interest import InterestChange
from app.domain.units import DAY, Ns, ns_from_iso
from app.engine.engine import Engine
from tests.domain.chain_samples import sample_chain, sample_quotes
from tests.engine.bench import Bench

TUESDAY = ns_from_iso("2025-06-10T15:00:00Z")


def chain(days_later: int, interest: int, settled: date) -> Chain:
    """As a page tells it: only rows without a trade name a settlement."""
    at = Ns(TUESDAY + days_later * DAY)
    quotes = tuple(
        replace(q, open_interest=interest, settlement_date=settled if i % 4 == 0 else None)
        for i, q in enumerate(sample_quotes())
    )
    return replace(sample_chain(quotes), as_of=at, received=at)


def told(engine: Engine, of: Chain) -> InterestChange:
    found = engine._desk.interest.change(of)
    assert found is not None
    return found


async def test_the_change_appears_with_the_next_settlement(bench: Bench) -> None:
    async with bench.running() as engine:
        assert told(engine, chain(0, 7, date(2025, 6, 9))).before is None
        again = told(engine, chain(0, 7, date(2025, 6, 9)))
        assert again.before is None
        found = told(engine, chain(1, 12, date(2025, 6, 10)))
        assert (found.settled, found.before) == (date(2025, 6, 10), date(2025, 6, 9))
        assert set(found.changes.values()) == {5}


async def test_numbers_that_were_not_renewed_keep_the_date_they_had(bench: Bench) -> None:
    async with bench.running() as engine:
        told(engine, chain(0, 7, date(2025, 6, 9)))
        found = told(engine, chain(1, 7, date(2025, 6, 10)))
        assert (found.settled, found.before) == (date(2025, 6, 9), None)


async def test_a_settlement_of_today_is_not_yet_the_one_of_the_open_interest(bench: Bench) -> None:
    async with bench.running() as engine:
        assert engine._desk.interest.change(chain(0, 7, date(2025, 6, 10))) is None


async def test_an_older_answer_takes_nothing_back(bench: Bench) -> None:
    async with bench.running() as engine:
        told(engine, chain(0, 7, date(2025, 6, 9)))
        told(engine, chain(1, 12, date(2025, 6, 10)))
        found = told(engine, chain(0, 7, date(2025, 6, 9)))
        assert found.settled == date(2025, 6, 10)
        assert set(found.changes.values()) == {5}
