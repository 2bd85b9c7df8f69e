"""Tradovate's logins: tokens for 80 minutes, penalties with a ticket, refusals that come with status 200."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from app.domain.units import MINUTE, SECOND, Ns, moment
from app.sim import keys
from app.sim.faults import Fault, FaultKind

LIFE: Final = Ns(80 * MINUTE)
_PENALTY_SECONDS: Final = 15
_WRONG: Final = {"errorText": "Incorrect username or password. Please try again."}


@dataclass(frozen=True, slots=True)
class _Login:
    access: str
    market_data: str
    until: Ns


class Logins:
    def __init__(self, now: Callable[[], Ns]) -> None:
        self._now = now
        self._count = 0
        self._logins: list[_Login] = []
        self._tickets: dict[str, Ns] = {}
        self._lock = threading.Lock()

    def request(self, said: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        """The answer to a login, always with status 200."""
        with self._lock:
            if fault is not None and fault.kind is FaultKind.CAPTCHA:
                return {"p-ticket": self._ticket(0), "p-time": 3_600, "p-captcha": True}
            if fault is not None and fault.kind is FaultKind.TIME_PENALTY:
                seconds = _PENALTY_SECONDS if fault.seconds is None else int(fault.seconds)
                return {"p-ticket": self._ticket(seconds), "p-time": seconds, "p-captcha": False}
            if fault is not None and fault.kind is FaultKind.AUTH_FAILED:
                return _WRONG
            if self._waits(said.get("p-ticket")) or not _right(said):
                return _WRONG
            return self._granted(self._new())

    def renew(self, token: str | None) -> dict[str, Any] | None:
        """A new life for a living token, else None."""
        with self._lock:
            old = self._alive(token)
            if old is None:
                return None
            self._logins.remove(old)
            return self._granted(self._new())

    def is_access(self, token: str | None) -> bool:
        with self._lock:
            return self._alive(token) is not None

    def is_market_data(self, token: str) -> bool:
        with self._lock:
            return any(login.market_data == token and login.until > self._now() for login in self._logins)

    def expire_all(self) -> None:
        with self._lock:
            self._logins.clear()

    def _alive(self, token: str | None) -> _Login | None:
        now = self._now()
        return next((login for login in self._logins if login.access == token and login.until > now), None)

    def _new(self) -> _Login:
        self._count += 1
        access, market_data = (
            sha256(f"{kind} {self._count}".encode()).hexdigest() for kind in ("access", "market data")
        )
        login = _Login(access, market_data, Ns(self._now() + LIFE))
        self._logins.append(login)
        return login

    def _ticket(self, seconds: int) -> str:
        self._count += 1
        ticket = sha256(f"ticket {self._count}".encode()).hexdigest()[:24]
        self._tickets[ticket] = Ns(self._now() + seconds * SECOND)
        return ticket

    def _waits(self, ticket: object) -> bool:
        """Whether somebody comes back before the penalty is over, or with a ticket never issued."""
        if ticket is None:
            return False
        until = self._tickets.get(str(ticket))
        return until is None or self._now() < until

    def _granted(self, login: _Login) -> dict[str, Any]:
        return {
            "accessToken": login.access,
            "mdAccessToken": login.market_data,
            "expirationTime": stamp(login.until),
            "passwordExpirationTime": stamp(Ns(login.until + 90 * 24 * 60 * MINUTE)),
            "userStatus": "Active",
            "userId": 1,
            "name": keys.TRADOVATE_USER,
            "hasLive": False,
        }


def stamp(at: Ns) -> str:
    """ISO-8601 UTC with milliseconds."""
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _right(said: dict[str, Any]) -> bool:
    return (
        said.get("name") == keys.TRADOVATE_USER
        and said.get("password") == keys.TRADOVATE_PASSWORD
        and str(said.get("cid")) == keys.TRADOVATE_CLIENT
        and said.get("sec") == keys.TRADOVATE_SECRET
    )
