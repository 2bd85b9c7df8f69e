"""The login form of Barchart's site, for a user who has an account there. Chains need none.

An account that was refused is not tried again before the keys change: the visit goes on without it.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from app.engine.ports import Redactor, Reply

USER_KEY: Final = "barchart_user"
PASSWORD_KEY: Final = "barchart_password"  # noqa: S105 - the name of a key
LOGIN_PATH: Final = "/login"
_TOKEN_FIELD: Final = "_token"  # noqa: S105 - the name of a field


class Account:
    """Reads the keys at each use; remembers of a refused pair only that it was refused."""

    def __init__(self, secret: Callable[[str], str | None], redactor: Redactor) -> None:
        self._secret = secret
        self._redactor = redactor
        self._refused: int | None = None

    def form(self, token: str) -> dict[str, str] | None:
        """The fields to send; None where there is no account."""
        pair = self._pair()
        if pair is None:
            return None
        return {"email": pair[0], "password": pair[1], _TOKEN_FIELD: token, "remember": "on"}

    @property
    def is_usable(self) -> bool:
        pair = self._pair()
        return pair is not None and hash(pair) != self._refused

    @property
    def is_refused(self) -> bool:
        pair = self._pair()
        return pair is not None and hash(pair) == self._refused

    def refused(self) -> None:
        self._refused = hash(self._pair())

    def forgive(self) -> None:
        self._refused = None

    def _pair(self) -> tuple[str, str] | None:
        user, password = self._secret(USER_KEY), self._secret(PASSWORD_KEY)
        if not user or not password:
            return None
        for one in (user, password):
            self._redactor.learn(one)
        return user, password


def form_token(reply: Reply) -> str | None:
    """The hidden field that must come back with the form."""
    # its library takes 80 ms to load, which only the worker has to spare
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    only = SoupStrainer("input")
    soup = BeautifulSoup(reply.body.decode("utf-8", "replace"), "lxml", parse_only=only)
    found = soup.find("input", attrs={"name": _TOKEN_FIELD})
    value = found.get("value") if found is not None and hasattr(found, "get") else None
    return value if isinstance(value, str) and value else None


def is_logged_in(reply: Reply) -> bool:
    """A good login leads away from the form; a bad one leads back to it."""
    return reply.status == 200 and urlsplit(reply.url).path.rstrip("/") != LOGIN_PATH
