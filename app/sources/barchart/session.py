"""A visit to Barchart's site, as any visitor's: a page sets the cookies, the token among them opens the data.

No account is needed; one that is in the keyring is used. The cookies live two hours; a visit is renewed
before that, and once when it is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlencode

from app.domain.capture import BY_BROWSER
from app.domain.errors import AuthFailed, MissingKey, RateLimited, SourceError
from app.domain.units import MINUTE, Ns
from app.engine.ports import Browser, Clock, HttpSession, Reply, SiteCookie
from app.sources.barchart.account import LOGIN_PATH, Account, form_token, is_logged_in
from app.sources.barchart.pace import Pace
from app.sources.barchart.replies import ends_session, error_of_data, error_of_page, retry_after
from app.sources.barchart.steps import StepLog

_DATA_PATH: Final = "/proxies/core-api/v1/quotes/get"
_TOKEN: Final = "XSRF-TOKEN"  # noqa: S105 - the name of a cookie
_RENEW_AFTER: Final = Ns(110 * MINUTE)
# what comes for a wrong password: the form again, or one of these
_SAYS_NO: Final = (200, 401, 403, 422)
_LOGGED_IN: Final = "logged in"
_BY_HAND: Final = "with the cookies of your own visit"

_BROWSER: Final = {
    "User-Agent": (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
    "Accept-Language": "en-US,en;q=0.9",
    "Sec-Ch-Ua": '"Chromium";v="142", "Not_A Brand";v="99"',
    "Sec-Ch-Ua-Mobile": "?0",
    "Sec-Ch-Ua-Platform": '"Linux"',
}
_OF_PAGE: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Upgrade-Insecure-Requests": "1",
}
_OF_DATA: Final = {
    "Accept": "application/json",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
}


class Visit:
    """Blocking, for one worker. Every call logs its steps and gives the answer with the error it means."""

    def __init__(
        self,
        http: HttpSession,
        base: str,
        clock: Clock,
        pace: Pace,
        account: Account,
        browser: Callable[[], Browser | None] = lambda: None,
    ) -> None:
        """`browser` gives the embedded one if pages are to come through it."""
        self._browser = browser
        self._http = http
        self._base = base.rstrip("/")
        self._clock = clock
        self._pace = pace
        self._account = account
        self._since: Ns | None = None
        self._as = ""

    @property
    def note(self) -> str:
        """As whom the site is read, in words; nothing for an ordinary visitor."""
        if self._as:
            return self._as
        refused = self._account.is_refused
        return "Barchart refused the account; it is read as a visitor" if refused else ""

    def page(
        self, path: str, params: Mapping[str, str], log: StepLog, name: str = "page"
    ) -> tuple[Reply, SourceError | None]:
        if not self._as and self._account.is_usable:
            self._log_in(log)
        self._wait(log, is_page=True)
        browser = self._usable_browser(log)
        with log.step(name) as notes:
            if browser is not None:
                reply = self._browsed(browser, f"{self._base}{path}?{urlencode(params)}")
                notes.append(BY_BROWSER)
            else:
                reply = self._http.get(self._base + path, params=params, headers=_BROWSER | _OF_PAGE)
            notes.append(_told(log.brought(reply)))
        self._since = self._clock.now()
        return reply, self._considered(reply, error_of_page(reply, self._clock.now()))

    def data(
        self, params: Mapping[str, str], path: str, view: Mapping[str, str], log: StepLog
    ) -> tuple[Reply, SourceError | None]:
        """The data call as the page at `path` makes it. A refused session is renewed once."""
        if not self._is_fresh() and (failed := self._renew(path, view, log)) is not None:
            return failed
        reply = self._ask(params, path, log)
        if ends_session(reply):
            log.add("session", 0.0, False, f"refused: {_told(reply)}; a new visit follows")
            if (failed := self._renew(path, view, log)) is not None:
                return failed
            reply = self._ask(params, path, log)
        return reply, self._considered(reply, error_of_data(reply, self._clock.now()))

    def log_in(self, log: StepLog) -> str:
        """Now, whatever was refused before. Raises AuthFailed or MissingKey."""
        self._account.forgive()
        if not self._account.is_usable:
            raise MissingKey("Barchart's login needs an e-mail address and a password; save both.")
        self._forget()
        if not self._log_in(log):
            raise AuthFailed("Barchart refused the login: check e-mail address and password.")
        return "Barchart accepted the login."

    def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        """Of a visit made by hand, whose age is that of its cookies: as good as new."""
        self._http.adopt(cookies)
        self._since, self._as = self._clock.now(), _BY_HAND

    def close(self) -> None:
        self._http.close()

    def _usable_browser(self, log: StepLog) -> Browser | None:
        browser = self._browser()
        if browser is not None and (why := browser.missing()):
            log.add("browser", 0.0, False, f"not there: {why} The plain way goes on.")
            return None
        return browser

    def _browsed(self, browser: Browser, url: str) -> Reply:
        """The page after its scripts ran; its cookies are those of the visit from now on."""
        came = browser.page(url, self._http.cookies())
        self._http.adopt(came.cookies)
        return Reply(came.url, came.status, {"content-type": "text/html"}, came.body, came.ms)

    def _is_fresh(self) -> bool:
        if self._http.cookie(_TOKEN) is None:
            return False
        # kept from an earlier run: tried, and renewed if the site no longer knows them
        return self._since is None or 0 <= self._clock.now() - self._since < _RENEW_AFTER

    def _renew(self, path: str, view: Mapping[str, str], log: StepLog) -> tuple[Reply, SourceError] | None:
        """None: there are new cookies."""
        self._forget()
        if self._account.is_usable and self._log_in(log):
            return None
        reply, error = self.page(path, view, log, "cookies")
        return None if error is None else (reply, error)

    def _forget(self) -> None:
        self._http.forget_cookies()
        self._since, self._as = None, ""

    def _log_in(self, log: StepLog) -> bool:
        """Whether the site took the account; if not, the visit goes on without one."""
        self._wait(log, is_page=True)
        with log.step("login") as notes:
            form = self._http.get(self._base + LOGIN_PATH, headers=_BROWSER | _OF_PAGE)
            notes.append(f"its form: {_told(log.brought(form))}")
            fields = self._account.form(form_token(form) or "")
        headers = _BROWSER | _OF_PAGE | {"Referer": self._base + LOGIN_PATH, "Origin": self._base}
        self._wait(log, is_page=False)
        with log.step("login") as notes:
            answer = self._http.post(self._base + LOGIN_PATH, form=fields, headers=headers)
            notes.append(_told(log.brought(answer)))
        accepted = is_logged_in(answer)
        self._since, self._as = self._clock.now(), _LOGGED_IN if accepted else ""
        if not accepted and answer.status in _SAYS_NO:
            self._account.refused()
        log.add("account", 0.0, accepted, "" if accepted else "refused: it is read as a visitor")
        return accepted

    def _ask(self, params: Mapping[str, str], path: str, log: StepLog) -> Reply:
        self._wait(log, is_page=False)
        cookie = self._http.cookie(_TOKEN)
        log.add("token", 0.0, cookie is not None, "" if cookie else "the visit brought no token")
        headers = _BROWSER | _OF_DATA | {"Referer": self._base + path}
        if cookie:
            headers["X-XSRF-TOKEN"] = unquote(cookie)
        with log.step("request") as notes:
            reply = self._http.get(self._base + _DATA_PATH, params=params, headers=headers)
            notes.append(_told(log.brought(reply)))
        return reply

    def _wait(self, log: StepLog, *, is_page: bool) -> None:
        with log.step("pace") as notes:
            waited = self._pace.before_request(is_page=is_page)
            if waited:
                notes.append(f"waited {waited:.1f} s for the rate limit")

    def _considered(self, reply: Reply, error: SourceError | None) -> SourceError | None:
        """A refusal for haste also holds back the requests after it."""
        if isinstance(error, RateLimited):
            wait = self._pace.refused(retry_after(reply, self._clock.now()))
            return RateLimited(
                f"Barchart asks for fewer requests; next try in {wait:.0f} s.", retry_after=wait
            )
        if error is None:
            self._pace.answered()
        return error


def _told(reply: Reply) -> str:
    return f"HTTP {reply.status}, {len(reply.body):,} bytes"
