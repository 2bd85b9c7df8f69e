"""Minutes of the charted future by two sources: bars asked for against trades that were streamed."""

from datetime import date
from pathlib import Path

from app.domain.capture import Capture
from app.domain.contract import Future
from app.domain.cross_check import BarsApart
from app.domain.routing import SNAPSHOT, Channel
from app.domain.second_opinion import Opinion, PriceBar, PriceBars
from app.domain.units import MINUTE, SECOND, Ns, px
from app.domain.updates import CrossChecked
from app.engine.engine import Engine
from app.engine.poll_feed import Wanted
from tests.engine.bench import Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade
from tests.engine.teller import TELLER, Teller, teller_source

CLOSE = px(21_745)


class BarsTeller(Teller):
    """Tells two minutes, of which the newer may still grow."""

    first = Ns(0)

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        return tuple(one for one in super().wanted(day) if one.channel is not Channel.PROXY_CHAIN)

    def parse(self, capture: Capture) -> Opinion:
        if capture.channel is not Channel.BARS:
            return super().parse(capture)
        starts = self.first, Ns(self.first + MINUTE)
        bars = tuple(PriceBar(start, 60, CLOSE, CLOSE, CLOSE, CLOSE) for start in starts)
        return PriceBars(TELLER, Future(2025, 6), capture.fetched, SNAPSHOT, bars)


async def test_a_second_price_of_the_past_stands_beside_the_streams_own(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    teller = BarsTeller()
    bench = Bench(tmp_path, clock, sources=(tick_source(gateway.make), teller_source(teller)))
    first = teller.first = Ns(clock.now() - clock.now() % MINUTE - 3 * MINUTE)
    # in the first minute the last trade is near its end, in the next one some may be missing
    gateway.history = [Trade(first + n * SECOND, price=21_745.0 + n / 4, sequence=n) for n in (5, 30, 57, 70)]
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        gateway.trade(Trade(clock.now(), price=21_760.0, sequence=90))
        await until(lambda: compared(engine, bench))
        assert compared(engine, bench) == [BarsApart(1, px(57 / 4), first)]


def compared(engine: Engine, bench: Bench) -> list[BarsApart]:
    engine._cross.look_at_bars()
    engine._cross.tell()
    pairs = [pair for one in bench.screen.now(CrossChecked) for pair in one.check.pairs]
    return [pair.bars for pair in pairs if pair.bars is not None]
