"""HTTP for blocking workers: our timeouts, our one error for "no answer", and nothing secret in a reply.

Only refused connections are tried again here; what an answer means, and whether to ask again, is the
source's and the poller's business.
"""

import logging
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from app.domain.errors import Unavailable
from app.domain.routing import SourceId
from app.engine.ports import Reply, SiteCookie
from app.system.cookies import load_cookies, looks_secret, made_cookie, save_cookies, told_cookie
from app.system.http_faults import TooLarge, TooSlow, sentence
from app.system.redact import SecretRedactor

CONNECT_SECONDS: Final = 3.05
READ_SECONDS: Final = 15.0
# A server that sends a byte now and then would keep a worker for ever.
WHOLE_SECONDS: Final = 60.0
LARGEST: Final = 20_000_000
_PIECE: Final = 65_536
_MOST_REDIRECTS: Final = 5
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

# Its lines hold whole URLs, keys in them included, and its warnings repeat what our error says.
for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(lambda record: False)


class RequestsHttp:
    """Makes one session per source. With a folder, cookies outlive the program, one file per source."""

    def __init__(
        self,
        redactor: SecretRedactor,
        cookies: Path | None = None,
        *,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        whole: float = WHOLE_SECONDS,
        largest: int = LARGEST,
    ) -> None:
        self._redactor = redactor
        self._cookies = cookies
        self._limits = (timeout, whole, largest)

    def session(self, source: SourceId) -> "RequestsSession":
        path = self._cookies / f"{source}.json" if self._cookies else None
        return RequestsSession(self._redactor, path, *self._limits)


class RequestsSession:
    """Belongs to one worker: neither cookies nor connections are shared between threads."""

    def __init__(
        self,
        redactor: SecretRedactor,
        cookies: Path | None,
        timeout: tuple[float, float],
        whole: float,
        largest: int,
    ) -> None:
        self._redactor = redactor
        self._cookie_path = cookies
        self._timeout, self._whole, self._largest = timeout, whole, largest
        self._session = _SameHostSession()
        if cookies is not None:
            load_cookies(self._session.cookies, cookies)
            self._learn_cookies()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
        basic: str | None = None,
    ) -> Reply:
        return self._ask("GET", url, params=params, headers=headers, auth=self._login(bearer, basic))

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
        basic: str | None = None,
    ) -> Reply:
        return self._ask("POST", url, data=form, json=json, headers=headers, auth=self._login(bearer, basic))

    def cookie(self, name: str) -> str | None:
        """The value as it was sent, still URL-encoded."""
        values = [cookie.value for cookie in self._session.cookies if cookie.name == name]
        return values[-1] if values else None

    def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        """Of a visit made by hand; what was there before is gone."""
        self._session.cookies.clear()
        for one in cookies:
            self._session.cookies.set_cookie(made_cookie(one))
        self._keep_cookies()

    def cookies(self) -> tuple[SiteCookie, ...]:
        return tuple(told_cookie(cookie) for cookie in self._session.cookies)

    def forget_cookies(self) -> None:
        self._session.cookies.clear()
        if self._cookie_path is not None:
            self._cookie_path.unlink(missing_ok=True)

    def close(self) -> None:
        self._session.close()

    def _login(self, bearer: str | None, basic: str | None) -> "_Login":
        for secret in (bearer, basic):
            if secret:
                self._redactor.learn(secret)
        return _Login(bearer, basic)

    def _ask(self, method: str, url: str, **what: Any) -> Reply:
        began = time.monotonic()
        try:
            # a proxy meant for the internet cannot reach a simulator on this machine
            self._session.trust_env = urlsplit(url).hostname not in _LOOPBACK
            answer = self._session.request(method, url, timeout=self._timeout, stream=True, **what)
            try:
                body = self._body(answer, began)
            finally:
                answer.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as e:
            raise Unavailable(
                sentence(url, e), detail=self._redactor.text(f"{method} {url}: {e!r}")
            ) from None
        took = (time.monotonic() - began) * 1e3
        self._keep_cookies()
        hops = tuple(
            self._reply(hop, hop.content, hop.elapsed.total_seconds() * 1e3) for hop in answer.history
        )
        return self._reply(answer, body, took, hops)

    def _reply(
        self, answer: requests.Response, body: bytes, took: float, hops: tuple[Reply, ...] = ()
    ) -> Reply:
        redactor, request = self._redactor, answer.request
        return Reply(
            redactor.url(answer.url),
            answer.status_code,
            redactor.headers(answer.headers),
            body,
            took,
            redactor.headers(request.headers),
            request.method or "GET",
            redactor.form(request.body),
            hops,
        )

    def _body(self, answer: requests.Response, began: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        # read1 returns what has come: a plain read would wait for a full piece, however slowly it drips
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > self._largest:
                raise TooLarge(f"more than {self._largest / 1e6:g} MB")
            if time.monotonic() - began > self._whole:
                raise TooSlow(f"not done after {self._whole:g} s")
        return b"".join(pieces)

    def _keep_cookies(self) -> None:
        self._learn_cookies()
        if self._cookie_path is not None:
            save_cookies(self._session.cookies, self._cookie_path)

    def _learn_cookies(self) -> None:
        for cookie in self._session.cookies:
            if cookie.value and looks_secret(cookie):
                self._redactor.found(cookie.value)


class _SameHostSession(requests.Session):
    """Follows a redirect only to the host that was asked; another one is returned as the answer it is."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = _MOST_REDIRECTS
        retry = Retry(
            total=2,
            connect=2,
            read=0,
            status=0,
            redirect=0,
            other=0,
            backoff_factor=0.3,
            backoff_jitter=0.2,
            allowed_methods={"GET"},
            # with it, a 429 or 503 that names a time would be asked again here and end as "no answer"
            respect_retry_after_header=False,
        )
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(max_retries=retry))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        here, there = urlsplit(resp.url), urlsplit(requests.compat.urljoin(resp.url, target))
        upgraded = (here.scheme, there.scheme) == ("http", "https") and here.port is there.port is None
        same = (here.scheme, here.port) == (there.scheme, there.port) or upgraded
        return target if same and here.hostname == there.hostname else None


class _Login(requests.auth.AuthBase):
    """Sets the header itself. Without an `auth` of any kind, requests would look into the user's ~/.netrc."""

    def __init__(self, bearer: str | None, basic: str | None) -> None:
        self._bearer = bearer
        self._basic = basic

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._bearer is not None:
            request.headers["Authorization"] = f"Bearer {self._bearer}"
        elif self._basic is not None:
            # a key alone is the user name with an empty password
            pair = self._basic if ":" in self._basic else f"{self._basic}:"
            request.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return request
