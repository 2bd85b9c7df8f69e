"""One client of the live gateway: login in lines of text, then records until somebody ends it."""

import secrets
import socket
import string
import time
from typing import Final

from app.domain.units import SECOND, Ns
from app.sim import keys
from app.sim.dbn_metadata import DATASET, live_metadata
from app.sim.dbn_records import error, system
from app.sim.faults import FaultKind
from app.sim.live_control import (
    GREETING,
    BadLine,
    Login,
    Subscribe,
    expected_response,
    fields,
    read_login,
    read_subscription,
)
from app.sim.live_desk import Desk
from app.sim.live_faults import SKIPPED_CODE, SLOW_READER_CODE, Mischief
from app.sim.live_house import House
from app.sim.live_stream import LiveStream
from app.sim.live_wire import Wire

_TURN: Final = 0.02
_CHALLENGE: Final = string.ascii_letters + string.digits
_IN_FLIGHT: Final = 2_000_000  # bytes; more waits in the stream, where a slow reader's lag is measured
_SLOW: Final = 5 * SECOND
_TOO_MANY: Final = "User has reached their open connection limit"
_NO_LICENCE: Final = "A live data license is required to access {}."
_LOGIN_ERRORS: Final = {
    FaultKind.AUTH_FAILED: "Authentication failed.",
    FaultKind.KEY_DEACTIVATED: "API key has been deactivated.",
    FaultKind.CONNECTION_LIMIT: _TOO_MANY,
    FaultKind.NO_ENTITLEMENT: _NO_LICENCE.format(DATASET),
}


def hold(house: House, connection: socket.socket) -> None:
    """The whole conversation with one client, on the calling thread."""
    wire = Wire(connection)
    mischief = Mischief(house, wire)
    if house.connects_slowly() and mischief.survives("connect"):
        login = _log_in(house, wire, mischief)
        if login is not None:
            try:
                _Session(house, wire, mischief, login).run()
            finally:
                house.log_out()
    wire.finish()


def _log_in(house: House, wire: Wire, mischief: Mischief) -> Login | None:
    """None when that failed and the client has been told why."""
    challenge = "".join(secrets.choice(_CHALLENGE) for _ in range(32))
    wire.write(GREETING + f"cram={challenge}\n".encode())
    line = _next_line(house, wire)
    if line is None or not mischief.survives("auth"):
        return None
    try:
        login = read_login(line)
        _check(login, challenge, mischief.login_error)
        number = house.log_in()
        if number is None:
            raise BadLine(_TOO_MANY)
    except BadLine as e:
        wire.write(f"success=0|error={e}\n".encode())
        return None
    wire.write(f"success=1|session_id=simulated-{number}\n".encode())
    return login


def _check(login: Login, challenge: str, fault: FaultKind | None) -> None:
    if fault in _LOGIN_ERRORS:
        raise BadLine(_LOGIN_ERRORS[fault])
    if not secrets.compare_digest(login.response, expected_response(challenge, keys.DATABENTO)):
        raise BadLine(_LOGIN_ERRORS[FaultKind.AUTH_FAILED])
    if login.dataset != DATASET:
        raise BadLine(_NO_LICENCE.format(login.dataset))


def _next_line(house: House, wire: Wire) -> bytes | None:
    while not house.stopping.is_set() and not wire.gone:
        if (line := wire.line()) is not None:
            return line
        wire.pause(_TURN)
    return None


class _Session:
    def __init__(self, house: House, wire: Wire, mischief: Mischief, login: Login) -> None:
        self._house = house
        self._wire = wire
        self._mischief = mischief
        self._login = login
        self._clock = house.market.clock
        self._asked: list[Subscribe | BadLine] = []
        self._chunk: Subscribe | None = None
        self._warned = False

    def run(self) -> None:
        """Subscriptions are taken at once and answered when the session has started."""
        while (line := _next_line(self._house, self._wire)) is not None:
            if self._starts(line):
                break
        else:
            return
        if self._mischief.survives("start"):
            if self._login.zstd:
                self._wire.compress()
            now = self._clock.now()
            self._wire.write(live_metadata(now, self._login.ts_out))
            self._wire.stamp = self._clock.now if self._login.ts_out else None
            stream = LiveStream(self._house.feed, now)
            self._stream(stream, Desk(self._house, self._wire, stream))

    def _starts(self, line: bytes) -> bool:
        said = fields(line)
        if "start_session" in said:
            return True
        try:
            chunk = read_subscription(said)
        except BadLine as e:
            self._asked.append(e)
            return False
        whole = chunk if self._chunk is None else self._chunk.and_then(chunk)
        self._chunk = None if chunk.is_last else whole
        if chunk.is_last:
            self._asked.append(whole)
        return False

    def _stream(self, stream: LiveStream, desk: Desk) -> None:
        while not self._wire.gone and not self._house.stopping.is_set():
            now = self._clock.now()
            self._answer(desk, now)
            fault = self._house.fault("stream", *(f"stream/{schema}" for schema in sorted(desk.schemas)))
            if fault is not None:
                self._mischief.begin(fault, now)
            if not self._mischief.silent:
                self._turn(stream, desk, now)
            self._wire.pause(0 if stream.is_late(now) and not self._wire.waiting else _TURN)
            while (line := self._wire.line()) is not None:
                self._starts(line)

    def _answer(self, desk: Desk, now: Ns) -> None:
        asked, self._asked = self._asked, []
        for one in asked:
            if isinstance(one, BadLine):
                desk.refuse(str(one), now)
            elif not self._wire.gone:
                desk.subscribe(one, now)

    def _turn(self, stream: LiveStream, desk: Desk, now: Ns) -> None:
        """Sends what is due, then what belongs between records."""
        if not self._mischief.mute and self._wire.waiting < _IN_FLIGHT:
            self._mischief.lose(stream, now)
            part = stream.take(now, _IN_FLIGHT)
            self._wire.stream(*self._mischief.spoiled(part.data, part.ends))
            if desk.replaying and not stream.is_late(now):
                desk.caught_up(now)
            stream.prepare(now)
        elif not desk.replaying:
            self._watch_reader(stream, now)
        if time.monotonic() - self._wire.spoke >= self._login.heartbeat_s:
            self._wire.records(system(now, "Heartbeat", 0))

    def _watch_reader(self, stream: LiveStream, now: Ns) -> None:
        """A client that falls behind loses quotes, or is warned once and gets everything late."""
        if self._wire.waiting < _IN_FLIGHT or stream.lag(now) < _SLOW:
            return
        if self._login.skips_when_slow and (lost := stream.skip(now, only_skippable=True)):
            text = f"Skipped {lost} records after slow reading"
            self._wire.records(error(now, text, SKIPPED_CODE))
            self._house.slow_readers += 1
        elif not self._warned:
            self._warned = True
            self._wire.records(system(now, "Slow reading detected", SLOW_READER_CODE))
            self._house.slow_readers += 1
