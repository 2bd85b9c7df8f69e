"""The verification of everything: each source, each question, answered by measuring and by nothing else.

With simulators it also breaks connections and counts afterwards against what the market really traded. With
real vendors nothing is broken: what cannot be tried without harm is skipped, and says so.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from app.domain.cost import SpendStatus
from app.domain.errors import AppError
from app.domain.plans import metered_price
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, moment, usd
from app.domain.updates import Mode
from app.domain.verification import CheckDone, Checked, Measure, Verdict, Verification, VerificationChanged
from app.domain.verify_plan import PlannedSource, VerifyPlan, live_cost
from app.engine.desk import Desk
from app.engine.keys import Keys
from app.engine.ledger import Ledger
from app.engine.measuring import Found, until
from app.engine.mischief import Mischief
from app.engine.plugging import Plugged
from app.engine.verify_chains import ChainChecks
from app.engine.verify_opinions import OpinionChecks
from app.engine.verify_ticks import TickChecks

_log = logging.getLogger(__name__)
_A_CHECK_S: Final = 90.0
_KEYRING_S: Final = 60.0
# what is reserved for a request is a tenth more than its estimate
_RESERVE: Final = 1.1
_ASKS_NOBODY: Final = (Checked.KEY, Checked.COST)
Check = Callable[[], Awaitable[Found]]


class Verifier:
    def __init__(
        self,
        desk: Desk,
        sources: tuple[Plugged, ...],
        keys: Keys,
        ledger: Ledger,
        mode: Mode,
        mischief: Mischief | None,
    ) -> None:
        self._desk = desk
        self._sources = sources
        self._keys = keys
        self._ledger = ledger
        self._mode = mode
        self._mischief = mischief
        self._running = asyncio.Lock()
        self._stop = asyncio.Event()
        self._left_out: dict[SourceId, str] = {}
        self._of = 0

    async def plan(self) -> VerifyPlan:
        """What `run` is going to ask, and what it may cost at most. Nothing is asked for that."""
        if self._mode is Mode.DEMO:
            return VerifyPlan(tuple(PlannedSource(o.spec.id, o.spec.title, _asks(o)) for o in self._sources))
        await until(lambda: all(self._keys.missing(o.spec) != "" for o in self._sources), _KEYRING_S)
        left = MicroUsd((await self._ledger.purse()).left)
        planned = tuple(self._planned(one, left) for one in self._sources)
        return VerifyPlan(planned, left)

    async def run(self) -> Verification:
        """One at a time; told to the screen check by check. Stopped, it gives what was found until then."""
        async with self._running:
            self._stop.clear()
            self._left_out = {o.source: o.left_out for o in (await self.plan()).sources if o.left_out}
            self._of = sum(len(self._checks(one)) for one in self._sources)
            done: dict[SourceId, list[CheckDone]] = {one.spec.id: [] for one in self._sources}
            whole = asyncio.gather(*(self._source(one, done) for one in self._sources))
            stopped = asyncio.ensure_future(self._stop.wait())  # noqa: TID251 - awaited or cancelled below
            try:
                await asyncio.wait((whole, stopped), return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
                whole.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await whole
            return self._tell(done, "")

    async def stop(self) -> None:
        """What is under way is given up; whatever was broken on purpose is mended first."""
        self._stop.set()

    def _planned(self, one: Plugged, left: MicroUsd) -> PlannedSource:
        spec, profiles = one.spec, self._desk.profiles
        price = metered_price(self._ledger.plans, spec.id, moment(self._desk.clock.now()).date())
        cost = live_cost(price) if one.streamer is not None else MicroUsd(0)
        why = profiles.off(spec.id) or self._keys.missing(spec) or ""
        if not why and cost * _RESERVE > left:
            why = "Its live plan is metered, and the month's money does not suffice."
        return PlannedSource(spec.id, spec.title, _asks(one), cost, why)

    async def _source(self, one: Plugged, done: dict[SourceId, list[CheckDone]]) -> None:
        """Its checks one after the other; other sources are tried meanwhile."""
        why = self._left_out.get(one.spec.id)
        for check, ask in self._checks(one):
            if why is not None and check not in _ASKS_NOBODY:
                done[one.spec.id].append(CheckDone(one.spec.id, check, Verdict.SKIPPED, {}, why))
                continue
            self._tell(done, f"{one.spec.title}: {check.value}")
            done[one.spec.id].append(await self._answer(one.spec.id, check, ask))

    def _checks(self, one: Plugged) -> list[tuple[Checked, Check]]:
        ticks, chains = one.streamer is not None, one.poller is not None
        checks: TickChecks | ChainChecks | OpinionChecks | None = None
        if ticks:
            checks = TickChecks(self._desk, one, self._mischief)
        elif chains:
            checks = ChainChecks(self._desk, one, self._mischief)
        elif one.opinions is not None:
            checks = OpinionChecks(self._desk, one, one.opinions, self._mischief)
        if checks is None:
            return [(Checked.KEY, lambda: self._key(one))]
        return [
            (Checked.KEY, lambda: self._key(one)),
            (Checked.LOGIN, checks.login),
            (Checked.ENTITLED, checks.entitled),
            (Checked.QUALITY, checks.quality),
            (Checked.CACHE, checks.cache),
            (Checked.RECONNECT, checks.reconnect),
            (Checked.RATE_LIMIT, checks.rate_limit),
            (Checked.COST, lambda: self._cost(one)),
        ]

    async def _answer(self, source: SourceId, check: Checked, ask: Check) -> CheckDone:
        try:
            async with asyncio.timeout(_A_CHECK_S):
                verdict, measured, why = await ask()
        except TimeoutError:
            verdict, measured, why = Verdict.FAIL, {}, f"No answer within {_A_CHECK_S:.0f} s."
        except AppError as e:
            verdict, measured, why = Verdict.FAIL, {}, str(e)
        _log.info("verification of %s, %s: %s %s", source, check.value, verdict.value, why)
        return CheckDone(source, check, verdict, measured, self._desk.redactor.text(why))

    async def _key(self, one: Plugged) -> Found:
        required = [key for key in one.spec.secrets if key.required]
        if not required:
            return Verdict.PASS, {"keys_required": 0}, ""
        await until(lambda: self._keys.missing(one.spec) != "", _KEYRING_S)
        missing = self._keys.missing(one.spec)
        measured: dict[str, Measure] = {"keys_required": len(required)}
        return (Verdict.PASS, measured, "") if missing is None else (Verdict.FAIL, measured, missing)

    async def _cost(self, one: Plugged) -> Found:
        cost = self._ledger.cost()
        own = next((spend for spend in cost.by_source if spend.source == one.spec.id), None)
        measured: dict[str, Measure] = {
            "source_metered_usd": 0.0 if own is None else usd(own.metered),
            "month_usd": usd(cost.fixed) + usd(cost.metered),
            "budget_usd": usd(cost.budget),
        }
        if cost.status is SpendStatus.STOPPED:
            return Verdict.FAIL, measured, "The month's money is used up: paid requests are refused."
        return Verdict.PASS, measured, ""

    def _tell(self, done: dict[SourceId, list[CheckDone]], doing: str) -> Verification:
        mode = "demo" if self._mode is Mode.DEMO else "live"
        checks = tuple(check for those in done.values() for check in those)
        so_far = Verification(self._desk.clock.now(), mode, checks, self._of)
        self._desk.outbox.put_state(VerificationChanged(so_far, doing))
        return so_far


def _asks(one: Plugged) -> str:
    if one.streamer is not None:
        return "two logins, live records, one reconnect"
    if one.poller is not None:
        return "one page and one chain, twice"
    return "one answer of each kind" if one.opinions is not None else "nothing"
