"""What the exchange is doing, as the engine tells it."""

from app.domain.market_state import MarketState, SaidBy
from app.domain.session import Calendar
from app.domain.ticks import TradingStatus
from app.domain.units import Ns, ns_from_iso
from app.domain.updates import MarketChanged, SessionRolled
from app.engine.market import Market
from app.engine.outbox import Outbox
from tests.engine.clocks import ManualClock


def _market(at: str) -> tuple[Market, ManualClock, Outbox]:
    clock, outbox = ManualClock(ns_from_iso(at)), Outbox()
    return Market(clock, Calendar(), outbox), clock, outbox


def _status(action: int) -> TradingStatus:
    return TradingStatus(1, Ns(0), action, 0, None)


def test_it_is_told_on_change_and_every_half_minute() -> None:
    market, clock, outbox = _market("2025-06-10T19:59:50Z")
    market.tick()
    assert len(outbox.take(9)) == 1
    clock.advance(5)
    market.tick()
    assert not outbox.take(9)
    clock.advance(10)
    market.tick()
    told = outbox.take(9)
    assert isinstance(told[0], MarketChanged)
    assert told[0].moment.state is MarketState.ETH
    clock.advance(31)
    market.tick()
    assert len(outbox.take(9)) == 1


def test_a_halt_said_by_the_exchange_beats_the_calendar_until_trading_resumes() -> None:
    market, clock, _ = _market("2025-06-10T15:00:00Z")
    market.said(_status(8))
    assert market.moment().state is MarketState.HALTED
    assert market.moment().said_by is SaidBy.EXCHANGE
    market.said(_status(7))
    assert market.state is MarketState.RTH
    market.said(_status(9))
    clock.jump_to(ns_from_iso("2025-06-11T15:00:00Z"))
    assert market.state is MarketState.RTH


def test_a_new_trading_day_is_announced_when_it_opens() -> None:
    market, clock, outbox = _market("2025-06-10T20:59:59Z")
    assert not market.tick()
    clock.advance(2)
    assert not market.tick()
    assert market.closed_for_s == 0
    clock.advance(3_598)
    assert not market.tick()
    assert market.closed_for_s == 3_598
    clock.advance(2)
    assert market.tick()
    assert str(market.day) == "2025-06-11"
    assert market.open_for_s == 0
    assert [u for u in outbox.take(99) if isinstance(u, SessionRolled)]
    assert not market.tick()


def test_while_closed_the_last_session_is_shown() -> None:
    market, _, _ = _market("2025-06-07T12:00:00Z")
    assert str(market.day) == "2025-06-06"
