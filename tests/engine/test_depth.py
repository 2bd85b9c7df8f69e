"""Order books from the feed to the screen: whole ones as they are, others as what they are."""

import asyncio

import pytest

from app.domain.books import Books
from app.domain.health import Freshness
from app.domain.tape import Tape
from app.domain.ticks import LadderSaid
from app.domain.units import FUTURE_TICK, SECOND, UNDEF_PRICE, Px, px
from app.domain.updates import BookChanged, DepthColumn, InstrumentKnown, TopChanged
from app.engine.depth import DOM
from tests.domain import dbn_bytes as made
from tests.engine.bench import Bench, until
from tests.engine.gateway import Gateway

LEVEL = px(21_500)


def order(action: str, side: str, number: int, ticks: int, size: int, flags: int = 128) -> bytes:
    price = UNDEF_PRICE if action == "R" else LEVEL + ticks * FUTURE_TICK
    return made.mbo(action=action, side=side, order=number, price=price, size=size, flags=flags)


def whole() -> bytes:
    bids = b"".join(order("A", "B", n, -n, n) for n in range(1, 80))
    return order("R", "N", 0, 0, 0) + bids + b"".join(order("A", "A", 100 + n, n, n) for n in range(1, 80))


@pytest.fixture
def tape(gateway: Gateway) -> Tape:
    """What the quotes' connection keeps books of."""
    return renewed(gateway)


def renewed(gateway: Gateway) -> Tape:
    tape = Tape(books=True)
    gateway.books = tape.books
    return tape


def books(gateway: Gateway) -> Books:
    assert gateway.books is not None
    return gateway.books


async def connected(bench: Bench, gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2 and bench.screen.now(InstrumentKnown))


async def shown(bench: Bench, gateway: Gateway) -> BookChanged:
    """The book as the screen has it, once all was told of the next quarter of a second."""
    before, quoted = len(bench.screen.ever(BookChanged)), len(bench.screen.ever(TopChanged))
    gateway.quote(21_499.75, 21_500.25)
    await until(lambda: len(bench.screen.ever(TopChanged)) > quoted)
    bench.clock.advance(0.25)
    await until(lambda: len(bench.screen.ever(BookChanged)) > before)
    return bench.screen.ever(BookChanged)[-1]


def columns(bench: Bench) -> list[DepthColumn]:
    return bench.screen.ever(DepthColumn)


async def test_a_whole_book_is_a_ladder_and_a_column(bench: Bench, gateway: Gateway, tape: Tape) -> None:
    tape.feed(whole())
    async with bench.running():
        await connected(bench, gateway)
        book = await shown(bench, gateway)
        await until(lambda: columns(bench))

    assert (book.schema, book.synced, book.unknown_orders) == ("mbo", True, 0)
    assert [(level.price - LEVEL) // FUTURE_TICK for level in book.bids] == [-n for n in range(1, 21)]
    assert [(level.size, level.orders) for level in book.asks] == [(n, 1) for n in range(1, 21)]
    column = columns(bench)[-1]
    assert (column.milliseconds, column.tick, column.start % (SECOND // 4)) == (250, FUTURE_TICK, 0)
    assert (column.low, len(column.bids)) == (LEVEL - 60 * FUTURE_TICK, 121)
    assert column.bids.tolist() == [*range(60, 0, -1), *[0] * 61]
    assert column.asks.tolist() == [*[0] * 61, *range(1, 61)]
    assert not column.bids.flags.writeable


async def test_what_does_not_change_is_told_in_columns_only(
    bench: Bench, gateway: Gateway, tape: Tape
) -> None:
    tape.feed(whole())
    async with bench.running():
        await connected(bench, gateway)
        await shown(bench, gateway)
        await until(lambda: columns(bench))
        told, before = len(bench.screen.ever(BookChanged)), len(columns(bench))
        for n in range(1, 4):
            bench.clock.advance(0.25)
            await until(lambda n=n: len(columns(bench)) >= before + n)  # type: ignore[misc]
        starts = [column.start for column in columns(bench)][-3:]

        assert len(bench.screen.ever(BookChanged)) <= told + 1
        assert starts == [starts[0] + n * SECOND // 4 for n in range(3)]


async def test_a_book_that_began_in_the_middle_is_not_shown_as_whole(
    bench: Bench, gateway: Gateway, tape: Tape
) -> None:
    tape.feed(order("A", "B", 1, -1, 5) + order("C", "A", 9, 3, 1))
    async with bench.running():
        await connected(bench, gateway)
        book = await shown(bench, gateway)

        assert (book.synced, book.unknown_orders, len(book.bids)) == (False, 1, 1)
        assert columns(bench) == []


async def test_nothing_is_told_in_the_middle_of_an_event(bench: Bench, gateway: Gateway, tape: Tape) -> None:
    tape.feed(whole() + order("A", "B", 500, 5, 9, flags=0))
    async with bench.running():
        await connected(bench, gateway)
        gateway.quote(21_499.75, 21_500.25)
        bench.clock.advance(0.25)
        await asyncio.sleep(0.15)
        assert bench.screen.ever(BookChanged) == []
        tape.feed(order("C", "B", 500, 5, 9))
        await until(lambda: bench.screen.ever(BookChanged))

        assert bench.screen.ever(BookChanged)[-1].bids[0].price == LEVEL - FUTURE_TICK


@pytest.mark.expected_log("reconnecting")
async def test_after_a_cut_the_book_is_not_whole_until_the_next_snapshot(
    bench: Bench, gateway: Gateway, tape: Tape
) -> None:
    tape.feed(whole())
    async with bench.running():
        await connected(bench, gateway)
        assert (await shown(bench, gateway)).synced
        told = len(bench.screen.ever(BookChanged))
        fresh = renewed(gateway)
        gateway.cut()
        await until(lambda: len(bench.screen.ever(BookChanged)) > told)
        assert not bench.screen.ever(BookChanged)[-1].synced
        await connected(bench, gateway)
        told = len(columns(bench))
        fresh.feed(order("A", "B", 1, -1, 5))
        assert not (await shown(bench, gateway)).synced
        assert len(columns(bench)) == told
        fresh.feed(whole())

        assert (await shown(bench, gateway)).synced
        await until(lambda: len(columns(bench)) > told)


async def test_a_column_says_nothing_of_prices_that_ten_levels_do_not_reach(
    bench: Bench, gateway: Gateway, tape: Tape
) -> None:
    tape.feed(made.mbp(1, bid=LEVEL - FUTURE_TICK, ask=LEVEL + FUTURE_TICK, depth=10))
    async with bench.running():
        await connected(bench, gateway)
        book = await shown(bench, gateway)
        await until(lambda: columns(bench))
        column = columns(bench)[-1]

        assert (book.schema, book.synced, len(book.bids), column.schema) == ("mbp-10", True, 10, "mbp-10")
        assert (column.low, len(column.bids)) == (LEVEL - FUTURE_TICK, 3)


async def test_a_stale_book_paints_no_column(bench: Bench, gateway: Gateway, tape: Tape) -> None:
    tape.feed(whole())
    async with bench.running() as engine:
        await connected(bench, gateway)
        await shown(bench, gateway)
        await until(lambda: columns(bench))
        bench.clock.advance(120)
        engine.watch()
        await until(lambda: bench.screen.ever(BookChanged)[-1].freshness is Freshness.STALE)
        before = len(columns(bench))
        bench.clock.advance(0.5)
        await asyncio.sleep(0.12)

        assert len(columns(bench)) == before


def ladder(bench: Bench, bid: int = -1, ask: int = 1, levels: int = 10) -> LadderSaid:
    now = bench.clock.now()
    return LadderSaid(
        1, now, now,
        tuple((Px(LEVEL + (bid - n) * FUTURE_TICK), 3 + n) for n in range(levels)),
        tuple((Px(LEVEL + (ask + n) * FUTURE_TICK), 4 + n) for n in range(levels)),
    )  # fmt: skip


async def test_a_ladder_the_vendor_added_up_says_so_and_nothing_beyond_its_ends(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await connected(bench, gateway)
        gateway.ladders = [ladder(bench)]
        book = await shown(bench, gateway)
        await until(lambda: columns(bench))

    assert (book.schema, book.synced, book.freshness) == (DOM, True, Freshness.LIVE)
    assert [((level.price - LEVEL) // FUTURE_TICK, level.size) for level in book.bids] == [
        (-1 - n, 3 + n) for n in range(10)
    ]
    assert {level.orders for level in (*book.bids, *book.asks)} == {None}
    column = columns(bench)[-1]
    assert (column.low, len(column.asks), column.schema) == (LEVEL - 10 * FUTURE_TICK, 21, DOM)


async def test_a_ladder_that_stands_still_while_quotes_go_on_is_stale(bench: Bench, gateway: Gateway) -> None:
    async def quoted() -> None:
        told = len(bench.screen.ever(TopChanged))
        gateway.quote(21_499.75, 21_500.25)
        await until(lambda: len(bench.screen.ever(TopChanged)) > told)

    async with bench.running():
        await connected(bench, gateway)
        gateway.ladders = [ladder(bench)]
        assert (await shown(bench, gateway)).freshness is Freshness.LIVE
        for _ in range(4):
            bench.clock.advance(2)
            await quoted()
        await until(lambda: bench.screen.ever(BookChanged)[-1].freshness is Freshness.STALE)
        await until(lambda: bench.screen.now(TopChanged)[0].freshness is Freshness.LIVE)
        told = len(columns(bench))
        bench.clock.advance(1)
        await quoted()

        assert len(columns(bench)) == told


async def test_a_ladder_whose_sides_cross_is_not_taken_for_whole(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await connected(bench, gateway)
        gateway.ladders = [ladder(bench, bid=2, ask=1)]
        book = await shown(bench, gateway)

        assert not book.synced
        assert columns(bench) == []
