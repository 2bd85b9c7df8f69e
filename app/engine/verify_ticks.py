"""A tick source verified: a login of its own, a real record, the sides of its trades, a cut it survives."""

import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from app.domain.health import Freshness, Link
from app.domain.pressure import PressureBook
from app.domain.routing import Channel
from app.domain.symbols import front_future
from app.domain.units import SECOND, Ns
from app.domain.verification import Measure, Verdict
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import TickWant
from app.engine.measuring import Found, ms_since, until
from app.engine.mischief import Mischief, Sold
from app.engine.plugging import Plugged

_T = TypeVar("_T")
_LOGIN_LIMIT_S: Final = 20.0
# the past is replayed first, which takes its time on a busy machine
_RECORD_LIMIT_S: Final = 80.0
_BACK_LIMIT_S: Final = 60.0
_COUNTED_S: Final = 8
_STRIKE_LIMIT_S: Final = 30.0
# trades of the last moments are on their way, and windows are closed two seconds late
_SETTLED_S: Final = 4


class TickChecks:
    def __init__(self, desk: Desk, one: Plugged, mischief: Mischief | None) -> None:
        if one.streamer is None:
            raise ValueError("not a tick source")
        self._desk = desk
        self._one = one
        self._streamer = one.streamer
        self._mischief = mischief if one.simulated else None

    async def login(self) -> Found:
        make, began = self._one.make_ticks, time.perf_counter()
        if make is None:
            return Verdict.SKIPPED, {}, "It cannot be reached in this run."
        feed, want = make(), TickWant(futures=(front_future(self._desk.market.day).raw,), quotes=False)
        workers = self._desk.workers
        try:
            await workers.run("verify login", lambda: feed.open(want), _LOGIN_LIMIT_S)
        finally:
            workers.post("close verification", feed.close)
        return Verdict.PASS, {"login_ms": ms_since(began)}, ""

    async def entitled(self) -> Found:
        """By a record that came, never by a list."""
        if not self._desk.market.state.is_open:
            return Verdict.SKIPPED, {}, "The market is closed, so no record can come."
        watch, began = self._watch(), time.perf_counter()
        before = watch.receipt
        await until(lambda: watch.receipt is not None and watch.receipt != before, _RECORD_LIMIT_S)
        return Verdict.PASS, {"first_record_ms": ms_since(began), "schema": watch.schema or None}, ""

    async def quality(self) -> Found:
        day = self._streamer.day
        book, known = day.intake.seconds, day.intake.instruments
        bars = [bar for instrument in book.instruments() for bar in book.bars(instrument)]
        volume = sum(bar.volume for bar in bars)
        unknown = sum(bar.unknown for bar in bars)
        measured: dict[str, Measure] = {
            "contracts": volume,
            "without_side_share": round(unknown / volume, 4) if volume else None,
            "instruments": len(known.options()) + len(known.futures()),
            "unresolved": len(known.unresolved),
            "trades_lost": day.intake.trades_lost,
        }
        if not volume:
            return Verdict.FAIL, measured, "No trade of a charted future was counted."
        if day.intake.trades_lost:
            return Verdict.FAIL, measured, "Trades without a named instrument had to be given up."
        return Verdict.PASS, measured, ""

    async def cache(self) -> Found:
        return Verdict.SKIPPED, {}, "A stream is not cached."

    async def reconnect(self) -> Found:
        """Cut by the simulator; a real connection is ended and begun by ourselves, which opens a gap too."""
        if not self._desk.market.state.is_open:
            return Verdict.SKIPPED, {}, "The market is closed."
        mischief, watch = self._mischief, self._watch()
        await until(lambda: watch.link is Link.UP and watch.receipt is not None, _BACK_LIMIT_S)
        start, began = self._whole_second(1), time.perf_counter()
        reconnects = watch.reconnects
        if mischief is not None:
            await self._run(lambda: mischief.strike(str(self._one.spec.id), "fin", times=3))
        else:
            self._streamer.restart("verification")
        await until(lambda: watch.link is not Link.UP or watch.reconnects > reconnects, _BACK_LIMIT_S)
        cut = watch.receipt
        await until(lambda: watch.link is Link.UP and watch.receipt != cut, _BACK_LIMIT_S)
        back_ms = ms_since(began)
        await until(lambda: watch.freshness() is not Freshness.GAP, _BACK_LIMIT_S)
        measured: dict[str, Measure] = {"back_ms": back_ms}
        if not self._one.spec.replays:
            marked = self._streamer.day.gaps.unfilled_since(Channel.NQ_TRADES, Ns(start - 2 * SECOND))
            why = "It never says again what was missed: the hole stays marked."
            return Verdict.PASS if marked else Verdict.FAIL, {**measured, "hole_marked": int(marked)}, why
        if mischief is None:
            return (
                Verdict.PASS,
                measured,
                "There is nothing to compare with: losses were not counted.",
            )
        end = Ns(self._whole_second(0) + _COUNTED_S * SECOND // 2)
        await until(lambda: self._desk.clock.now() > end + _SETTLED_S * SECOND, _BACK_LIMIT_S)
        truth = await self._run(lambda: mischief.truth(start, end))
        lost, doubled, compared = self._compared(truth, start, end)
        measured |= {"lost": lost, "duplicates": doubled, "contracts_compared": compared}
        if lost or doubled:
            return Verdict.FAIL, measured, f"{lost} contracts are missing and {doubled} too many."
        if not compared:
            return Verdict.FAIL, measured, "Nothing was traded in the window, so nothing was shown."
        return Verdict.PASS, measured, ""

    async def rate_limit(self) -> Found:
        return Verdict.SKIPPED, {}, "A stream has no limit of requests."

    def _compared(self, truth: Mapping[str, Sold], start: Ns, end: Ns) -> tuple[int, int, int]:
        book: PressureBook = self._streamer.day.intake.seconds
        lost = doubled = compared = 0
        for known in self._streamer.day.intake.instruments.futures():
            said = truth.get(known.raw_symbol)
            if said is None or known.future not in self._streamer.day.futures:
                continue
            bars = [bar for bar in book.bars(known.id) if start <= bar.start < end]
            ours = tuple(sum(getattr(bar, name) for bar in bars) for name in ("bought", "sold", "unknown"))
            for mine, theirs in zip(ours, (said.bought, said.sold, said.unknown), strict=True):
                lost, doubled = lost + max(0, theirs - mine), doubled + max(0, mine - theirs)
                compared += theirs
        return lost, doubled, compared

    def _whole_second(self, ahead: int) -> Ns:
        return Ns((self._desk.clock.now() // SECOND + ahead) * SECOND)

    def _watch(self) -> ChannelWatch:
        return self._desk.health.of(self._one.spec.id, Channel.NQ_TRADES)

    async def _run(self, act: Callable[[], _T]) -> _T:
        return await self._desk.workers.run("mischief", act, _STRIKE_LIMIT_S, "mischief")
