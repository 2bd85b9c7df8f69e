"""The login at Tradovate, one for all its connections: tokens, their renewal, and every pause it asks for.

A second login may throw out the first, and refused ones lead to penalties: so nobody logs in beside this.
"""

import logging
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.errors import AuthFailed, Blocked, MissingKey, RateLimited, SourceError
from app.domain.units import HOUR, MINUTE, SECOND, Ns, ns_from_iso
from app.engine.feeds import SourceContext
from app.engine.ports import HttpSession
from app.sources.tradovate import APP, CLIENT, PASSWORD, SECRET, USER
from app.sources.tradovate.replies import EXPIRED, NOT_FOUND, answer_of, raise_for_status

_log = logging.getLogger(__name__)
_VERSION: Final = "1.0"
_RENEW_BEFORE: Final = Ns(15 * MINUTE)
# over the limit, and after a captcha: its own rule is one hour
_HOUR: Final = Ns(HOUR)
# the same refused login is not sent again by the next connection at once
_REFUSED_FOR: Final = Ns(5 * SECOND)
_USUAL_PENALTY_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str = field(repr=False)
    market_data: str = field(repr=False)
    until: Ns


class Account:
    """From any thread; calls block. Times are the market's, but pauses are monotonic."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._base = f"{context.addresses['tradovate'].rstrip('/')}/v1"
        self._guard = threading.Lock()
        self._http: HttpSession | None = None
        self._tokens: Tokens | None = None
        self._contracts: dict[str, int] = {}
        self._ticket = ""
        self._quiet: tuple[Ns, str] = Ns(0), ""
        self._wants_person = False
        self._refused: tuple[int, Ns, str] | None = None

    @property
    def stream(self) -> str:
        """Market data comes from a host of its own where the vendor is the real one."""
        scheme, _, host = self._base.partition("://")
        for rest, data in (("live.", "md."), ("demo.", "md-demo.")):
            if host.startswith(f"{rest}tradovateapi."):
                host = data + host.removeprefix(rest)
        return f"{'wss' if scheme == 'https' else 'ws'}://{host}/websocket"

    def tokens(self) -> Tokens:
        """Those that hold, else of a new login."""
        with self._guard:
            return self._living()

    def forget(self, tokens: Tokens) -> None:
        """They were not accepted, whatever their time says."""
        with self._guard:
            if self._tokens == tokens:
                self._tokens = None

    def contract(self, name: str) -> int | None:
        """The number of a future; None where Tradovate knows no such name."""
        with self._guard:
            if name not in self._contracts:
                said = self._look_up("contract/find", {"name": name})
                if said is None:
                    return None
                self._contracts[name] = int(said["id"])
            return self._contracts[name]

    def quiet_s(self) -> float:
        """How long it wants to be left alone."""
        return max(0.0, (self._quiet[0] - self._context.clock.monotonic()) / SECOND)

    def over_limit(self) -> RateLimited:
        """From now on: nothing is asked for an hour."""
        self._hush(_HOUR, "Tradovate counts too many requests")
        return self._pause()

    def is_due(self) -> bool:
        """Time to renew."""
        tokens = self._tokens
        return tokens is not None and self._context.clock.now() >= tokens.until - _RENEW_BEFORE

    def renew(self) -> None:
        """Never raises: a living connection goes on, and the next one logs in anew."""
        with self._guard:
            if not self.is_due() or self._tokens is None:
                return
            try:
                reply = self._session().get(f"{self._base}/auth/renewaccesstoken", bearer=self._tokens.access)
                raise_for_status(reply, self.over_limit)
                self._tokens = self._granted(answer_of(reply))
            except SourceError as e:
                _log.info("the Tradovate login was not renewed: %s", e)
                if self._context.clock.now() >= self._tokens.until:
                    self._tokens = None

    def _living(self) -> Tokens:
        if self.quiet_s() > 0:
            raise self._hold()
        tokens, now = self._tokens, self._context.clock.now()
        if tokens is None or now >= tokens.until:
            self._tokens = None
            tokens = self._tokens = self._log_in()
        return tokens

    def _look_up(self, path: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        """With one new login where the old one is over."""
        for attempt in (1, 2):
            reply = self._session().get(f"{self._base}/{path}", params=params, bearer=self._living().access)
            if reply.status in EXPIRED and attempt == 1:
                self._tokens = None
                continue
            if reply.status == NOT_FOUND:
                return None
            raise_for_status(reply, self.over_limit)
            return answer_of(reply)
        raise AuthFailed("Tradovate refuses its own login.")

    def _log_in(self) -> Tokens:
        said = self._credentials()
        identity = hash(tuple(said[name] for name in ("name", "password", "cid", "sec")))
        now = self._context.clock.monotonic()
        if self._refused is not None and self._refused[0] == identity and now < self._refused[1]:
            raise AuthFailed(self._refused[2])
        sent: dict[str, object] = {**said, "cid": _number(said["cid"])}
        if self._ticket:
            sent["p-ticket"] = self._ticket
        reply = self._session().post(f"{self._base}/auth/accesstokenrequest", json=sent)
        raise_for_status(reply, self.over_limit)
        answer = answer_of(reply)
        try:
            return self._granted(answer)
        except AuthFailed as e:
            self._refused = identity, Ns(now + _REFUSED_FOR), str(e)
            raise

    def _granted(self, said: Mapping[str, Any]) -> Tokens:
        """By the token alone: refusals come with status 200, too."""
        if said.get("p-ticket"):
            raise self._penalty(said)
        access = said.get("accessToken")
        if not access:
            words = " ".join(str(said.get("errorText") or "no reason given").split())
            raise AuthFailed(f"Tradovate refuses the login: “{words}”")
        self._ticket = ""
        market_data = said.get("mdAccessToken") or access
        for token in (access, market_data):
            self._context.redactor.learn(str(token))
        try:
            until = ns_from_iso(str(said["expirationTime"]))
        except (KeyError, ValueError):
            until = Ns(self._context.clock.now() + HOUR)
        return Tokens(str(access), str(market_data), until)

    def _penalty(self, said: Mapping[str, Any]) -> SourceError:
        if said.get("p-captcha"):
            sentence = (
                "Tradovate wants to see a person: log in once in its own program, wait about an hour, then "
                "choose “Test now”."
            )
            self._hush(_HOUR, sentence)
            self._wants_person = True
            return Blocked(sentence)
        self._ticket = str(said["p-ticket"])
        wait = said.get("p-time")
        seconds = float(wait) if isinstance(wait, int | float) and wait >= 0 else _USUAL_PENALTY_S
        self._hush(Ns(int(seconds * SECOND)), "Tradovate holds the next login back")
        return self._pause()

    def _hush(self, wait: Ns, why: str) -> None:
        self._wants_person = False
        self._quiet = Ns(self._context.clock.monotonic() + wait), why

    def _hold(self) -> SourceError:
        """Why nothing is sent now."""
        return Blocked(self._quiet[1]) if self._wants_person else self._pause()

    def _pause(self) -> RateLimited:
        seconds = self.quiet_s()
        length = f"{seconds / 60:.0f} min" if seconds > 120 else f"{seconds:.0f} s"
        return RateLimited(f"{self._quiet[1].rstrip('.')}: {length} pause.", retry_after=seconds)

    def _credentials(self) -> dict[str, str]:
        secret = self._context.secret
        found = {spec.name: secret(spec.name) for spec in (USER, PASSWORD, CLIENT, SECRET)}
        lacking = [spec.title for spec in (USER, PASSWORD, CLIENT, SECRET) if not found[spec.name]]
        if lacking:
            raise MissingKey(f"Tradovate needs: {', '.join(lacking)}.")
        for value in found.values():
            self._context.redactor.learn(str(value))
        return {
            "name": str(found[USER.name]),
            "password": str(found[PASSWORD.name]),
            "appId": secret(APP.name) or "Pitwall",
            "appVersion": _VERSION,
            "cid": str(found[CLIENT.name]),
            "sec": str(found[SECRET.name]),
            "deviceId": self._context.keep("tradovate_device", lambda: str(uuid.uuid4())),
        }

    def _session(self) -> HttpSession:
        if self._http is None:
            self._http = self._context.http.session(self._context.id)
        return self._http


def account_of(context: SourceContext) -> Account:
    return context.ground.get(lambda: Account(context))


def _number(cid: str) -> int | str:
    return int(cid) if cid.isascii() and cid.isdigit() else cid
