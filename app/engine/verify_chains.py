"""A chain source verified: a page and a chain that hold, the second read from the cache, limits obeyed."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.domain.errors import ConfigError
from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.verification import Measure, Verdict
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.measuring import Found, ms_since, until
from app.engine.mischief import Mischief
from app.engine.plugging import Plugged
from app.engine.turns import FROM_CACHE

_BEGIN_LIMIT_S: Final = 5.0
_UP_LIMIT_S: Final = 60.0
_BACK_LIMIT_S: Final = 60.0
_STRIKE_LIMIT_S: Final = 30.0
_RETRY_AFTER_S: Final = 4.0
# how the simulator of a source calls its requests for data, where it tells them from others
_ROUTE: Final = "data_route"


class ChainChecks:
    def __init__(self, desk: Desk, one: Plugged, mischief: Mischief | None) -> None:
        if one.poller is None:
            raise ValueError("not a chain source")
        self._desk = desk
        self._one = one
        self._poller = one.poller
        self._mischief = mischief if one.simulated else None

    async def login(self) -> Found:
        """A visit that was let in: its link is up. What was up before took no time that could be told."""
        watch, began = self._watch(), time.perf_counter()
        was_up = watch.link is Link.UP
        with suppress(ConfigError):  # what is switched off stays so
            await until(lambda: watch.link is not Link.DISABLED, _BEGIN_LIMIT_S)
        if watch.link in (Link.DISABLED, Link.NO_KEY):
            return Verdict.SKIPPED, {}, watch.note or f"It is {watch.link.value}."
        await until(
            lambda: watch.link in (Link.UP, Link.AUTH_FAILED, Link.NOT_ENTITLED, Link.DOWN), _UP_LIMIT_S
        )
        verdict = Verdict.PASS if watch.link is Link.UP else Verdict.FAIL
        measured: dict[str, Measure] = {"link": watch.link.value} if was_up else {"visit_ms": ms_since(began)}
        return verdict, measured, "" if verdict is Verdict.PASS else watch.note

    async def entitled(self) -> Found:
        watch, began = self._watch(), time.perf_counter()
        if watch.link is Link.DISABLED:
            return Verdict.SKIPPED, {}, watch.note
        age = watch.age_s()
        measured: dict[str, Measure] = {"fidelity": str(watch.fidelity)}
        if age is not None:
            return Verdict.PASS, {"chain_age_s": round(age, 1), **measured}, ""
        await until(lambda: watch.receipt is not None, _UP_LIMIT_S)
        return Verdict.PASS, {"first_chain_ms": ms_since(began), **measured}, ""

    async def quality(self) -> Found:
        shown = self._poller.chosen_chain()
        if shown is None:
            return Verdict.SKIPPED, {}, "No chain was read."
        verdict = shown.verdict
        measured: dict[str, Measure] = {
            "contracts": len(shown.chain.quotes),
            "rejected": len(shown.chain.rejects),
            "two_sided": _share(verdict.two_sided),
            "with_open_interest": _share(verdict.with_open_interest),
            "series": shown.chain.vendor_series,
        }
        passed = verdict.accepted and bool(shown.chain.quotes)
        return (Verdict.PASS if passed else Verdict.FAIL), measured, "; ".join(verdict.reasons)

    async def cache(self) -> Found:
        """The same chain asked for again comes without a request."""
        shown = self._poller.chosen_chain()
        if shown is None:
            return Verdict.SKIPPED, {}, "No chain was read."
        hits, began = self._poller.cache.counted().hits, time.perf_counter()
        said = await self._poller.choose(shown.chain.vendor_series)
        measured: dict[str, Measure] = {
            "answer_ms": ms_since(began),
            "hits": self._poller.cache.counted().hits - hits,
        }
        # other series may be read meanwhile: what counts is how this one was answered
        hit = measured["hits"] and said == FROM_CACHE
        why = "" if hit else "The second read was not answered by the cache."
        return (Verdict.PASS if hit else Verdict.FAIL), measured, why

    async def reconnect(self) -> Found:
        mischief = self._mischief
        shown = self._poller.chosen_chain()
        if mischief is None or shown is None:
            return Verdict.SKIPPED, {}, "Only a simulator is cut on purpose."
        watch, source = self._watch(), str(self._one.spec.id)
        await self._run(lambda: mischief.kill(source))
        try:
            began = time.perf_counter()
            await until(lambda: watch.link is not Link.UP, _BACK_LIMIT_S)
            noticed = ms_since(began)
        finally:
            await self._run(lambda: mischief.revive(source))
        kept = self._poller.chosen_chain()
        began = time.perf_counter()
        self._poller.retry()
        await self._poller.refresh(shown.chain.vendor_series)
        await until(lambda: watch.link is Link.UP, _BACK_LIMIT_S)
        measured: dict[str, Measure] = {
            "noticed_ms": noticed,
            "back_ms": ms_since(began),
            "contracts_kept": 0 if kept is None else len(kept.chain.quotes),
        }
        fine = kept is not None and bool(kept.chain.quotes)
        why = "" if fine else "The last good chain was lost."
        return (Verdict.PASS if fine else Verdict.FAIL), measured, why

    async def rate_limit(self) -> Found:
        """Told to wait, it asks nothing until then."""
        mischief, shown = self._mischief, self._poller.chosen_chain()
        if mischief is None or shown is None:
            return Verdict.SKIPPED, {}, "Only a simulator is made to refuse on purpose."
        watch, source = self._watch(), str(self._one.spec.id)
        route = self._one.spec.extras.get(_ROUTE, "")
        await self._run(lambda: mischief.strike(source, "429", route=route, seconds=_RETRY_AFTER_S))
        series = shown.chain.vendor_series
        # the read of any series may be the one that is refused, and its own pace may make it wait before
        self._desk.supervisor.spawn("verify refusal", lambda: self._ask(series))
        await until(lambda: bool(watch.excluded_now()), _BACK_LIMIT_S)
        wait = watch.excluded_for_s() or 0.0
        calls, began = watch.calls, time.perf_counter()
        said = await self._poller.refresh(series)
        asked_meanwhile = watch.calls - calls
        await until(lambda: not watch.excluded_now(), wait + _BACK_LIMIT_S)
        measured: dict[str, Measure] = {
            "told_to_wait_s": round(wait, 1),
            "waited_ms": ms_since(began),
            "requests_meanwhile": asked_meanwhile,
        }
        if asked_meanwhile:
            return Verdict.FAIL, measured, f"It asked all the same: {said}"
        return Verdict.PASS, measured, ""

    async def _ask(self, series: str) -> None:
        await self._poller.refresh(series)

    def _watch(self) -> ChannelWatch:
        offered = [offer.channel for offer in self._one.spec.offers if not offer.channel.is_stream]
        channel = Channel.OPT_CHAIN if Channel.OPT_CHAIN in offered else offered[0]
        return self._desk.health.of(self._one.spec.id, channel)

    async def _run(self, act: Callable[[], object]) -> object:
        return await self._desk.workers.run("mischief", act, _STRIKE_LIMIT_S, "mischief")


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
