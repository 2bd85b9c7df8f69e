"""The connection test: a source tried from its key to a live record, and what to do where it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from app.domain.connection_test import ConnectionTested, Step, StepDone
from app.domain.errors import (
    AppError,
    AuthFailed,
    BadPayload,
    Blocked,
    ConfigError,
    MissingKey,
    NotEntitled,
    RateLimited,
    Unavailable,
)
from app.domain.verification import Verdict
from app.engine.audit import USER
from app.engine.connection_trials import Said, Trial, trial_of
from app.engine.desk import Desk
from app.engine.keys import Keys
from app.engine.measuring import until
from app.engine.plugging import Plugged

_KEYRING_LIMIT_S: Final = 30.0
_STEP_LIMIT_S: Final = 60.0
_FIXES: Final = (
    (MissingKey, "Paste the key in Keys and save it, then test again."),
    (
        AuthFailed,
        "Copy the key again from your account at the vendor, whole and without spaces, and save it here. "
        "A key that was revoked there never works again: make a new one.",
    ),
    (
        NotEntitled,
        "The key works, but your plan does not include this. Look at your plan and the exchange's data "
        "licence at the vendor, or choose a profile that does without.",
    ),
    (RateLimited, "The vendor asks for a pause. Wait until it is over; Pitwall waits by itself."),
    (Blocked, "A check for robots came. Log in by hand once, from the command palette."),
    (BadPayload, "The answer is not what it should be. Look at it in the viewer of captured answers."),
    (Unavailable, "Look at your internet connection and firewall, then at the vendor's status page."),
)
_NO_ANSWER: Final = (
    "Look at your internet connection and firewall; a locked keyring may wait for its password."
)


class ConnectionTests:
    """One test of a source at a time; told to the screen step by step."""

    def __init__(self, desk: Desk, sources: tuple[Plugged, ...], keys: Keys) -> None:
        self._desk = desk
        self._sources = sources
        self._keys = keys
        self._running = asyncio.Lock()

    async def test(self, name: str) -> ConnectionTested:
        """`name` is that of a key, or of a source."""
        one = self._named(name)
        trial = trial_of(self._desk, one, self._keys)
        if trial is None:
            raise ConfigError(f"{one.spec.title} has no connection that could be tested.")
        async with self._running:
            try:
                done = await self._walk(one, trial)
            finally:
                trial.close()
        if done.failure is None:
            _go_on(one)
        said = done.failure.words if done.failure is not None else "passed"
        self._desk.audit.note(USER, one.spec.id, "", "connection tested", said)
        return done

    async def _walk(self, one: Plugged, trial: Trial) -> ConnectionTested:
        asks: tuple[tuple[Step, Callable[[], Awaitable[Said]]], ...] = (
            (Step.KEY, lambda: self._key(one)),
            (Step.LOGIN, trial.login),
            (Step.LISTED, trial.listed),
            (Step.ENTITLED, trial.entitled),
            (Step.RECORD, trial.record),
            (Step.LATENCY, trial.latency),
        )
        done: list[StepDone] = []
        for step, ask in asks:
            self._tell(one, done, step)
            # a list proves nothing, so what it lacks ends nothing
            stopped = any(one.verdict is Verdict.FAIL and one.step is not Step.LISTED for one in done)
            done.append(
                StepDone(step, Verdict.SKIPPED, "Not reached.") if stopped else await self._try(step, ask)
            )
        return self._tell(one, done, None)

    async def _try(self, step: Step, ask: Callable[[], Awaitable[Said]]) -> StepDone:
        redact = self._desk.redactor.text
        try:
            async with asyncio.timeout(_STEP_LIMIT_S):
                verdict, words = await ask()
        except TimeoutError:
            return StepDone(step, Verdict.FAIL, "No answer in time.", _NO_ANSWER)
        except AppError as e:
            return StepDone(step, Verdict.FAIL, redact(str(e)), fix_of(e))
        return StepDone(step, verdict, redact(words))

    async def _key(self, one: Plugged) -> Said:
        required = [key for key in one.spec.secrets if key.required]
        if not required:
            return Verdict.PASS, f"{one.spec.title} needs none."
        try:
            await until(lambda: self._keys.missing(one.spec) != "", _KEYRING_LIMIT_S)
        except ConfigError:
            raise Unavailable("The system's keyring does not answer. Unlock it, then test again.") from None
        missing = self._keys.missing(one.spec)
        if missing is not None:
            raise MissingKey(missing)
        return Verdict.PASS, "It is never shown."

    def _tell(self, one: Plugged, done: list[StepDone], doing: Step | None) -> ConnectionTested:
        moment = self._desk.market.moment()
        closed = not moment.state.is_open and moment.next_state.is_open
        told = ConnectionTested(
            one.spec.id,
            one.spec.title,
            tuple(done),
            doing,
            self._desk.clock.now(),
            moment.next_change if closed else None,
        )
        self._desk.outbox.put_state(told)
        return told

    def _named(self, name: str) -> Plugged:
        for one in self._sources:
            if name == one.spec.id or any(key.name == name for key in one.spec.secrets):
                return one
        raise ConfigError(f"No source here logs in with {name}.")


def _go_on(one: Plugged) -> None:
    """What was refused before, and is not refused now, is tried again by what runs."""
    if one.streamer is not None:
        one.streamer.reconsider()
    if one.poller is not None:
        one.poller.retry()
    if one.opinions is not None:
        one.opinions.retry()


def fix_of(error: AppError) -> str:
    """What a person does about it."""
    return next((fix for kind, fix in _FIXES if isinstance(error, kind)), "")
