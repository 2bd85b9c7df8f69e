"""Partial quotes put together: nothing is counted twice, nothing is made up, sides only where they show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import Ns, px
from app.sources.tradovate.merging import Merging, instrument_of

NQ = 3_202_506
AT = "2025-06-09T14:30:00.123Z"


def quote(**entries: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": AT, "contractId": NQ, "entries": entries}


def begun(volume: int = 100) -> Merging:
    merging = Merging()
    merging.take(
        quote(
            Bid={"price": 21_000.0, "size": 3},
            Offer={"price": 21_000.5, "size": 2},
            Trade={"price": 21_000.25, "size": 9},
            TotalTradeVolume={"size": volume},
        ),
        Ns(1),
    )
    return merging


def test_the_first_message_tells_no_trade_of_now() -> None:
    assert len(begun().take_trades()) == 0


@pytest.mark.parametrize(
    ("price", "side"),
    [(21_000.5, BUY), (21_000.75, BUY), (21_000.0, SELL), (20_999.75, SELL), (21_000.25, NO_SIDE)],
)
def test_the_side_is_what_its_own_quote_suggests(price: float, side: int) -> None:
    merging = begun()
    merging.take(quote(Trade={"price": price, "size": 2}, TotalTradeVolume={"size": 102}), Ns(2))
    trades = merging.take_trades()
    assert (trades.side.tolist(), trades.price.tolist(), trades.size.tolist()) == ([side], [px(price)], [2])
    assert trades.instrument_id.tolist() == [instrument_of(NQ)]


def test_a_quote_that_changes_one_side_keeps_the_other() -> None:
    merging = begun()
    merging.take_tops()
    merging.take(quote(Bid={"price": 21_000.25, "size": 8}), Ns(2))
    (top,) = merging.take_tops()
    assert (top.bid, top.bid_size, top.ask, top.ask_size) == (px(21_000.25), 8, px(21_000.5), 2)


def test_the_same_trade_said_again_is_none() -> None:
    merging = begun()
    for _ in range(3):
        merging.take(quote(Trade={"price": 21_000.5, "size": 2}, TotalTradeVolume={"size": 102}), Ns(2))
    assert len(merging.take_trades()) == 1


def test_what_was_not_told_apart_is_counted_and_not_invented() -> None:
    merging = begun()
    merging.take(quote(Trade={"price": 21_000.5, "size": 2}, TotalTradeVolume={"size": 150}), Ns(2))
    assert merging.take_trades().size.tolist() == [2]
    assert merging.untold == 48


def test_a_new_session_begins_its_volume_anew() -> None:
    merging = begun(volume=400_000)
    merging.take(quote(Trade={"price": 21_000.5, "size": 2}, TotalTradeVolume={"size": 2}), Ns(2))
    assert len(merging.take_trades()) == 1
    assert merging.untold == 0


def test_a_side_without_orders_is_none() -> None:
    merging = begun()
    merging.take(quote(Bid={}), Ns(2))
    (top,) = merging.take_tops()
    assert (top.bid, top.bid_size, top.ask) == (None, None, px(21_000.5))


@given(st.lists(st.integers(1, 50), max_size=30))
def test_volume_is_conserved(sizes: list[int]) -> None:
    merging, volume = begun(), 100
    for size in sizes:
        volume += size
        merging.take(quote(Trade={"price": 21_000.5, "size": size}, TotalTradeVolume={"size": volume}), Ns(2))
    assert merging.take_trades().size.sum() == sum(sizes)
    assert merging.untold == 0
