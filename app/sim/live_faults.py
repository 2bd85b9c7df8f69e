"""How a live session goes wrong: before it begins, and while records flow.

Routes: "connect" (before the greeting), "auth" (before the reply to the login), "start" (before metadata),
"subscribe/<schema>" (no entitlement), and "stream" or "stream/<schema>" for a session that has the schema.
"""

import math
import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SECOND, Ns
from app.sim.dbn_metadata import DATASET
from app.sim.dbn_records import MBO, RTYPE, SYSTEM, TRADE, error, system
from app.sim.faults import Fault, FaultKind
from app.sim.live_house import House
from app.sim.live_stream import LiveStream
from app.sim.live_wire import Wire
from app.sim.noise import Ints

SLOW_READER_CODE: Final = 2
INVALID_SUBSCRIPTION_CODE: Final = 5
SYMBOL_CODE: Final = 4
SKIPPED_CODE: Final = 7
AGED_OUT_CODE: Final = 8
# error records by kind: code, text, and whether the gateway hangs up
_ERRORS: Final = {
    FaultKind.AUTH_FAILED: (1, "Authentication failed.", True),
    FaultKind.KEY_DEACTIVATED: (2, "API key has been deactivated.", True),
    FaultKind.CONNECTION_LIMIT: (3, "User has reached their open connection limit", True),
    FaultKind.SYMBOL_RESOLUTION: (SYMBOL_CODE, "Failed to resolve a symbol", False),
    FaultKind.INVALID_SUBSCRIPTION: (INVALID_SUBSCRIPTION_CODE, "Invalid subscription", True),
    FaultKind.NO_ENTITLEMENT: (INVALID_SUBSCRIPTION_CODE, "Not authorized for this schema", True),
    FaultKind.INTERNAL_ERROR: (6, "Internal error", True),
    FaultKind.REPLAY_AGED_OUT: (AGED_OUT_CODE, "Replay data is no longer available", True),
}
_GARBAGE: Final = b"\x01\xee\x5a\xa5" * 16
_GARBAGE_LINE: Final = b"\x01\xee\x5a\xa5 simulated nonsense\n"
_TURN: Final = 0.02
_SKIPPED_SECONDS: Final = 1.0
_DELAY_SECONDS: Final = 1.0
# where ts_recv is in a record, by rtype; anywhere else it is behind the header
_RECEIVED_AT: Final = {160: 40, 0: 32, 1: 32, 10: 32}
_NO_RECEIVED: Final = (21, 22, 23, 32, 33, 34, 35)


def not_authorized(schema: str) -> str:
    return f"Not authorized for {schema} schema of {DATASET}"


class Mischief:
    def __init__(self, house: House, wire: Wire) -> None:
        self._house = house
        self._wire = wire
        self.login_error: FaultKind | None = None
        self._mute_until = self._silent_until = 0.0
        self._skip_until = 0
        self._only_quotes = False
        self._lost = 0
        self._skew = 0
        self._reversed = False

    @property
    def mute(self) -> bool:
        return time.monotonic() < self._mute_until

    @property
    def silent(self) -> bool:
        return time.monotonic() < self._silent_until

    def survives(self, route: str) -> bool:
        """Lets happen what waits at a step before the records; False when the session ended there."""
        fault = self._house.fault(route)
        if fault is None:
            return True
        match fault.kind:
            case FaultKind.RST:
                self._wire.reset()
            case FaultKind.REFUSE | FaultKind.FIN:
                self._wire.finish()
            case FaultKind.GARBAGE:
                self._wire.write(_GARBAGE_LINE)
                self._wait(math.inf)
            case FaultKind.SILENCE | FaultKind.DELAY:
                self._wait(math.inf if fault.seconds is None else fault.seconds)
            case kind:
                self.login_error = kind
        return not self._wire.gone

    def begin(self, fault: Fault, now: Ns) -> None:
        """A fault of the running session; a kind without a meaning here does nothing."""
        forever = time.monotonic() + (math.inf if fault.seconds is None else fault.seconds)
        match fault.kind:
            case FaultKind.RST:
                self._wire.reset()
            case FaultKind.MUTE:
                self._mute_until = forever
            case FaultKind.DELAY:
                self._mute_until = time.monotonic() + (fault.seconds or _DELAY_SECONDS)
            case FaultKind.SILENCE:
                self._silent_until = forever
            case FaultKind.SKIP | FaultKind.SKIPPED_RECORDS:
                self._skip_until = now + int((fault.seconds or _SKIPPED_SECONDS) * SECOND)
                self._only_quotes = fault.kind is FaultKind.SKIPPED_RECORDS
            case FaultKind.OUT_OF_ORDER:
                self._reversed = True
            case FaultKind.CLOCK_SKEW:
                self._skew = int((fault.seconds or 1.0) * SECOND)
            case _:
                self._say(fault.kind, now, fault.route.partition("/")[2])

    def lose(self, stream: LiveStream, now: Ns) -> None:
        """Leaves out what is to be left out, and owns up to it in the end."""
        if not self._skip_until:
            return
        self._lost += stream.skip(min(Ns(self._skip_until), now), only_skippable=self._only_quotes)
        if now >= self._skip_until:
            text = f"Skipped {self._lost} records after slow reading"
            self._wire.records(error(now, text, SKIPPED_CODE))
            self._skip_until = self._lost = 0

    def spoiled(self, data: NDArray[np.uint8], ends: Ints) -> tuple[NDArray[np.uint8], Ints]:
        """The records as they really go out."""
        if not len(ends):
            return data, ends
        if self._skew:
            data = _skewed(data, ends, self._skew)
        if self._reversed and len(ends) > 1:
            self._reversed = False
            data, ends = _backwards(data, ends)
        return data, ends

    def _say(self, kind: FaultKind, now: Ns, schema: str) -> None:
        if kind is FaultKind.SLOW_READER:
            self._wire.records(system(now, "Slow reading detected", SLOW_READER_CODE))
        elif kind is FaultKind.GARBAGE:
            self._wire.write(_GARBAGE)
        elif kind is FaultKind.BAD_LENGTH:
            self._wire.write(_contradiction())
        elif kind is FaultKind.HALF_RECORD:
            self._wire.write(system(now, "half", 0).tobytes()[: SYSTEM.itemsize // 2])
            self._wire.finish()
        elif kind in (FaultKind.FIN, FaultKind.REFUSE):
            self._wire.finish()
        elif kind in _ERRORS:
            code, text, fatal = _ERRORS[kind]
            self._wire.records(error(now, _named(kind, schema) or text, code))
            if fatal:
                self._wire.finish()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._wire.gone and not self._house.stopping.is_set():
            self._wire.pause(_TURN)


def _named(kind: FaultKind, schema: str) -> str:
    """A schema that is taken away in mid-session is named."""
    return not_authorized(schema) if kind is FaultKind.NO_ENTITLEMENT and schema else ""


def _contradiction() -> bytes:
    """By its type a record of every order, by its length one of a trade."""
    made = np.zeros(1, TRADE)
    made["length"], made["rtype"], made["publisher_id"] = TRADE.itemsize // 4, RTYPE[MBO], 1
    return made.tobytes()


def _skewed(data: NDArray[np.uint8], ends: Ints, by: int) -> NDArray[np.uint8]:
    """All times of arrival moved by a wrong clock."""
    data = data.copy()
    starts = np.concatenate(([0], ends[:-1]))
    for rtype in np.unique(data[starts + 1]).tolist():
        if rtype not in _NO_RECEIVED:
            mine = starts[data[starts + 1] == rtype] + _RECEIVED_AT.get(rtype, 16)
            field = mine[:, None] + np.arange(8)
            data[field] = (data[field].copy().view("<i8") + by).view(np.uint8)
    return data


def _backwards(data: NDArray[np.uint8], ends: Ints) -> tuple[NDArray[np.uint8], Ints]:
    starts = np.concatenate(([0], ends[:-1]))
    parts = [data[start:end] for start, end in zip(starts, ends, strict=True)][::-1]
    return np.concatenate(parts), np.cumsum([len(part) for part in parts])
