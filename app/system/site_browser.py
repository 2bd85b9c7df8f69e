"""The embedded browser as a port: a child process for each use, so that the window's process never loads it.

The child gets one JSON document on stdin and answers with one line on stdout. Cookies travel through these
pipes only. It is killed when it takes too long, and when the program ends.
"""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from app.domain.errors import Unavailable
from app.engine.ports import BrowserPage, SiteCookie

_ROOT: Final = Path(__file__).resolve().parents[2]
# In a browser the page never finishes loading: ten seconds and what is there by then is normal.
_LOAD_S: Final = 10.0
_PAGE_LIMIT_S: Final = 30.0
_HAND_LIMIT_S: Final = 900.0
_MODULE: Final = "PySide6.QtWebEngineCore"
_ABSENT: Final = "It comes with the optional extra `browser` of Pitwall."


def _child() -> Sequence[str]:
    """A frozen program has no `-m`: it is started again and told what to be."""
    if getattr(sys, "frozen", False):
        return sys.executable, "--sitebrowser"
    return sys.executable, "-m", "app.ui.sitebrowser"


class ChildBrowser:
    """Fills the engine's `Browser` port."""

    def __init__(self, command: Sequence[str] | None = None, page_limit_s: float = _PAGE_LIMIT_S) -> None:
        self._command = tuple(command or _child())
        self._own = command is not None
        self._page_limit_s = page_limit_s
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._closed = False

    def missing(self) -> str:
        """Looked up, not loaded."""
        if self._own:
            return ""
        try:
            found = importlib.util.find_spec(_MODULE)
        except (ImportError, ValueError):
            found = None
        return "" if found is not None else _ABSENT

    def page(self, url: str, cookies: Sequence[SiteCookie]) -> BrowserPage:
        began = time.monotonic()
        asked = {"kind": "page", "url": url, "load_s": _LOAD_S, "cookies": [asdict(one) for one in cookies]}
        said = self._ask(asked, self._page_limit_s, offscreen=True)
        html = said.get("html")
        if not isinstance(html, str) or not html.strip():
            raise Unavailable("The embedded browser brought no page.")
        return BrowserPage(
            url=str(said.get("url", url)),
            status=200,
            body=html.encode(),
            cookies=_cookies(said),
            ms=(time.monotonic() - began) * 1_000,
        )

    def by_hand(self, url: str, title: str) -> tuple[SiteCookie, ...]:
        asked = {"kind": "hand", "url": url, "title": title}
        return _cookies(self._ask(asked, _HAND_LIMIT_S, offscreen=False))

    def close(self) -> None:
        with self._guard:
            self._closed = True
            running = tuple(self._running)
        for child in running:
            with contextlib.suppress(OSError):
                child.kill()

    def _ask(self, document: Mapping[str, Any], limit_s: float, *, offscreen: bool) -> Mapping[str, Any]:
        environment = dict(os.environ) | ({"QT_QPA_PLATFORM": "offscreen"} if offscreen else {})
        pipe = subprocess.PIPE
        with self._guard:
            if self._closed:
                raise Unavailable("The program is ending.")
            child = subprocess.Popen(
                self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=_ROOT, env=environment
            )
            self._running.add(child)
        try:
            said, _ = child.communicate(json.dumps(document).encode(), timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"The embedded browser took longer than {limit_s:.0f} s.") from None
        finally:
            if child.poll() is None:
                child.kill()
                child.communicate()
            with self._guard:
                self._running.discard(child)
        return _document(said)


def _document(said: bytes) -> Mapping[str, Any]:
    """The last line: whatever a library prints before it is not ours."""
    lines = said.strip().splitlines()
    try:
        document = json.loads(lines[-1]) if lines else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Unavailable("The embedded browser ended without an answer.")
    return document


def _cookies(said: Mapping[str, Any]) -> tuple[SiteCookie, ...]:
    try:
        return tuple(
            SiteCookie(
                name=str(one["name"]),
                value=str(one["value"]),
                domain=str(one["domain"]),
                path=str(one["path"]),
                secure=bool(one["secure"]),
                expires=None if one["expires"] is None else int(one["expires"]),
            )
            for one in said.get("cookies", ())
        )
    except (KeyError, TypeError, ValueError) as e:
        raise Unavailable("The embedded browser's cookies cannot be read.", detail=type(e).__name__) from e
