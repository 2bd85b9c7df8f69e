"""Visitors of the Barchart site: their cookies, how long these last, and the token that must come back."""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha512
from typing import Final
from urllib.parse import quote, unquote

from app.domain.units import MINUTE, Ns
from app.sim.http_wire import Request

LIFE_MINUTES: Final = 120
_LARAVEL: Final = "laravel_session"


@dataclass(slots=True)
class Visitor:
    name: str
    token: str
    seen: Ns
    page_views: int = 0
    email: str | None = None


class Visitors:
    """A visitor is known by the `laravel_session` cookie until `life` has passed since the last page."""

    def __init__(self, seed: int, now: Callable[[], Ns], life_minutes: float = LIFE_MINUTES) -> None:
        self.life = Ns(int(life_minutes * MINUTE))
        self.now = now
        self._seed = seed
        self._count = 0
        self._known: dict[str, Visitor] = {}
        self._lock = threading.Lock()

    def of(self, request: Request) -> Visitor | None:
        name = request.cookie(_LARAVEL)
        with self._lock:
            visitor = self._known.get(unquote(name)) if name else None
        return None if visitor is None or self.now() - visitor.seen > self.life else visitor

    def welcome(self, request: Request) -> Visitor:
        """The visitor of a page view, new or known, with the page counted and the life renewed."""
        visitor = self.of(request) or self._new()
        visitor.seen = self.now()
        visitor.page_views += 1
        return visitor

    def may_fetch(self, request: Request) -> bool:
        """Whether cookie and token belong together and have not expired."""
        visitor = self.of(request)
        return visitor is not None and request.headers.get("x-xsrf-token") == visitor.token

    def forget_all(self) -> None:
        with self._lock:
            self._known.clear()

    def cookies(self, visitor: Visitor) -> tuple[tuple[str, str], ...]:
        """As `Set-Cookie` headers. No `Secure`, because loopback speaks plain HTTP."""
        life = f"Max-Age={self.life // 1_000_000_000}; Path=/; SameSite=Lax"
        api = _sealed(f"api {visitor.name}", 450)
        return tuple(
            ("Set-Cookie", cookie)
            for cookie in (
                f"XSRF-TOKEN={quote(visitor.token, safe='')}; {life}",
                f"{_LARAVEL}={quote(visitor.name, safe='')}; {life}; HttpOnly",
                f"laravel_token={quote(api, safe='')}; {life}; HttpOnly",
                f"market={quote(_sealed('usd', 60), safe='')}; Path=/; HttpOnly; SameSite=Lax",
                f"bcFreeUserPageView={visitor.page_views}; Path=/",
            )
        )

    def _new(self) -> Visitor:
        with self._lock:
            self._count += 1
            number = f"{self._seed} {self._count}"
            visitor = Visitor(_sealed(f"session {number}", 250), _sealed(f"xsrf {number}", 250), self.now())
            self._known[visitor.name] = visitor
        return visitor


def _sealed(what: str, length: int) -> str:
    """Looks like an encrypted cookie of the framework, ends in `=`, and is the same for the same words."""
    noise = "".join(sha512(f"{what} {n}".encode()).hexdigest() for n in range(-(-length // 128)))
    value, mac = noise[: length - 110], noise[-64:]
    text = json.dumps({"iv": noise[:16] + "==", "value": value, "mac": mac, "tag": ""}, separators=(",", ":"))
    while len(text) % 3 == 0:
        text += " "
    return base64.b64encode(text.encode()).decode()
