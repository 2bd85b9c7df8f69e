"""A request source beside the chain verified: key, an answer of each channel, a cut it survives."""

import time
from collections.abc import Callable
from typing import Final

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.second_opinion import FuturePrice, PriceBars, ProxyChain
from app.domain.verification import Measure, Verdict
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.measuring import Found, ms_since, until
from app.engine.mischief import Mischief
from app.engine.opinions import Opinions
from app.engine.plugging import Plugged
from app.engine.turns import FROM_CACHE

_ANSWER_LIMIT_S: Final = 60.0
_STRIKE_LIMIT_S: Final = 30.0
_ANSWERS: Final = (Link.UP, Link.NOT_ENTITLED, Link.AUTH_FAILED, Link.DOWN)


class OpinionChecks:
    def __init__(self, desk: Desk, one: Plugged, opinions: Opinions, mischief: Mischief | None) -> None:
        self._desk = desk
        self._one = one
        self._opinions = opinions
        self._mischief = mischief if one.simulated else None

    async def login(self) -> Found:
        watches = [self._watch(channel) for channel in self._opinions.channels]
        if all(watch.link in (Link.DISABLED, Link.NO_KEY) for watch in watches):
            return Verdict.SKIPPED, {}, watches[0].note or "It is switched off."
        began = time.perf_counter()
        said = await self._opinions.test()
        passed = "accepted" in said
        return Verdict.PASS if passed else Verdict.FAIL, {"login_ms": ms_since(began)}, "" if passed else said

    async def entitled(self) -> Found:
        """Each channel by an answer of its own; a plan may lack some of them."""
        channels = self._opinions.channels
        await until(lambda: all(self._watch(c).link in _ANSWERS for c in channels), _ANSWER_LIMIT_S)
        given = [c for c in channels if self._opinions.shown(c) is not None]
        measured: dict[str, Measure] = {"channels": len(channels), "given": len(given)}
        for channel in channels:
            watch = self._watch(channel)
            measured[channel.value] = str(watch.fidelity) if channel in given else watch.link.value
        why = "; ".join(self._watch(c).note for c in channels if c not in given)
        return Verdict.PASS if given else Verdict.FAIL, measured, why

    async def quality(self) -> Found:
        measured: dict[str, Measure] = {}
        for channel in self._opinions.channels:
            match self._opinions.shown(channel):
                case ProxyChain() as chain:
                    measured["proxy_contracts"] = len(chain.quotes)
                    measured["proxy_rejected"] = len(chain.rejects)
                case PriceBars() as bars:
                    measured["bars"] = len(bars.bars)
                case FuturePrice() as price:
                    age = None if price.as_of is None else (price.received - price.as_of) / 1e9
                    measured["price_age_s"] = None if age is None else round(age, 3)
        return (Verdict.PASS, measured, "") if measured else (Verdict.FAIL, measured, "Nothing came.")

    async def cache(self) -> Found:
        """Something that was answered just now is asked for again: without a request."""
        kept = (c for c in self._opinions.channels if not c.is_stream)
        channel = next((c for c in kept if self._opinions.shown(c) is not None), None)
        name = None if channel is None else self._opinions.name_of(channel)
        if channel is None or name is None:
            return Verdict.SKIPPED, {}, "Nothing came that could be kept."
        await self._opinions.ask(channel, name, anew=True)
        began = time.perf_counter()
        said = await self._opinions.ask(channel, name, anew=False)
        measured: dict[str, Measure] = {"answer_ms": ms_since(began), "channel": channel.value}
        hit = said == FROM_CACHE
        why = "" if hit else f"The second request was not answered by the cache: {said}"
        return Verdict.PASS if hit else Verdict.FAIL, measured, why

    async def reconnect(self) -> Found:
        mischief, source = self._mischief, str(self._one.spec.id)
        if mischief is None:
            return Verdict.SKIPPED, {}, "Only a simulator is cut on purpose."
        watches = [self._watch(c) for c in self._opinions.channels]
        await self._run(lambda: mischief.kill(source))
        began = time.perf_counter()
        try:
            await until(lambda: any(w.link not in (Link.UP, Link.NOT_ENTITLED) for w in watches), 90.0)
            noticed = ms_since(began)
        finally:
            await self._run(lambda: mischief.revive(source))
        began = time.perf_counter()
        self._opinions.retry()
        await until(lambda: all(w.link in (Link.UP, Link.NOT_ENTITLED) for w in watches), _ANSWER_LIMIT_S)
        return Verdict.PASS, {"noticed_ms": noticed, "back_ms": ms_since(began)}, ""

    async def rate_limit(self) -> Found:
        """The pace of the plan is kept: never more requests than it allows."""
        wait = self._opinions.feed.wait_s()
        return Verdict.PASS, {"next_request_in_s": round(wait, 3)}, ""

    def _watch(self, channel: Channel) -> ChannelWatch:
        return self._desk.health.of(self._one.spec.id, channel)

    async def _run(self, act: Callable[[], object]) -> None:
        await self._desk.workers.run("mischief", act, _STRIKE_LIMIT_S, "mischief")
