"""Cookies that outlive the program, as JSON that nobody executes; dead ones are thrown away on load."""

import json
import logging
from http.cookiejar import Cookie
from pathlib import Path
from typing import Final

import requests.cookies
from requests.cookies import RequestsCookieJar

from app.engine.ports import SiteCookie
from app.system.atomic import write_atomically

_log = logging.getLogger(__name__)
_SECRET_WORDS: Final = ("session", "token", "xsrf", "csrf", "auth", "jwt", "login")
_LONG: Final = 24


def looks_secret(cookie: Cookie) -> bool:
    """A preference such as `market=us-futures` is not: masking its value would mask ordinary words."""
    name = cookie.name.lower()
    return any(word in name for word in _SECRET_WORDS) or len(cookie.value or "") >= _LONG


def made_cookie(said: SiteCookie) -> Cookie:
    cookie: Cookie = requests.cookies.create_cookie(  # type: ignore[no-untyped-call]
        name=said.name,
        value=said.value,
        domain=said.domain,
        path=said.path or "/",
        secure=said.secure,
        expires=said.expires,
    )
    return cookie


def told_cookie(cookie: Cookie) -> SiteCookie:
    return SiteCookie(
        cookie.name, cookie.value or "", cookie.domain, cookie.path, bool(cookie.secure), cookie.expires
    )


def save_cookies(jar: RequestsCookieJar, path: Path) -> None:
    """Only those with an expiry: the others are meant to end with the visit. Nothing new, nothing written."""
    kept = [
        {
            "name": cookie.name,
            "value": cookie.value,
            "domain": cookie.domain,
            "path": cookie.path,
            "secure": cookie.secure,
            "expires": cookie.expires,
        }
        for cookie in jar
        if cookie.expires is not None and not cookie.is_expired()
    ]
    content = json.dumps(kept, indent=1).encode()
    try:
        if (path.read_bytes() if path.is_file() else b"[]") != content:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, content)
    except OSError as e:
        # it costs a new login at the next start, and must not cost the answer that has just come
        _log.warning("cookies could not be saved: %s", e.strerror)


def load_cookies(jar: RequestsCookieJar, path: Path) -> None:
    """A missing file is nothing new; a damaged one costs a new login and is said in the log."""
    if not path.is_file():
        return
    try:
        for entry in json.loads(path.read_text(encoding="utf-8")):
            cookie: Cookie = requests.cookies.create_cookie(**entry)  # type: ignore[no-untyped-call]
            if not cookie.is_expired():
                jar.set_cookie(cookie)
    except (OSError, ValueError, TypeError) as e:
        _log.warning("cookies of an earlier run could not be read: %s", type(e).__name__)
