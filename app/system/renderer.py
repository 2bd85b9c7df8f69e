"""Pictures of captures, made one after the other by a short-lived child process.

The child is killed when it takes too long, and its file is read and removed here: nothing is left over.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.picture import WIDTH, picture_of, selectors_of
from app.domain.picture_layout import DOM
from app.engine.ports import Drawn

_log = logging.getLogger(__name__)

LIMIT_S: Final = 20.0
_ROOT: Final = Path(__file__).resolve().parents[2]


def _child(name: str) -> Sequence[str]:
    """A frozen program has no `-m`: it is started again and told what to be."""
    if getattr(sys, "frozen", False):
        return sys.executable, f"--{name}"
    return sys.executable, "-m", f"app.ui.{name}"


def _browser() -> Sequence[str] | None:
    """The child with the browser engine, where it is installed; looked up without loading it."""
    try:
        there = find_spec("PySide6.QtWebEngineWidgets") is not None
    except (ImportError, ValueError):
        there = False
    return _child("pagebrowser") if there else None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the child is to draw."""

    document: bytes
    is_html: bool


def _drawn(out: Path) -> Drawn:
    dom = out.with_name(DOM)
    return Drawn(out.read_bytes(), dom.read_bytes() if dom.is_file() else None)


def _told(capture: Capture, read: Chain | ChainPage | None, out: Path) -> _Told:
    """An answer that could not be read takes 20 ms to look into."""
    picture = picture_of(capture, read)
    selectors = selectors_of(capture, read) if isinstance(read, ChainPage) else ()
    page = asdict(picture) | {"out": str(out), "width": WIDTH, "selectors": selectors}
    return _Told(json.dumps(page).encode(), bool(picture.html))


class ChildRenderer:
    """Pages by the browser engine where it is installed; all else, and whatever it fails at, by plain Qt."""

    def __init__(
        self,
        command: Sequence[str] | None = None,
        limit_s: float = LIMIT_S,
        browser: Sequence[str] | None = None,
    ) -> None:
        self._command = tuple(command or _child("pageshot"))
        self._browser = browser if command is not None else browser or _browser()
        self._limit_s = limit_s
        self._one = asyncio.Lock()
        self._running: asyncio.subprocess.Process | None = None

    async def picture(self, capture: Capture, read: Chain | ChainPage | None) -> Drawn | None:
        """None when it could not be made; why is in the log."""
        async with self._one:
            with tempfile.TemporaryDirectory(prefix="pitwall-picture-") as folder:
                out = Path(folder) / "picture.png"
                page = await asyncio.to_thread(_told, capture, read, out)
                for command in self._commands(page):
                    said = await self._draw(command, page)
                    if said is not None and await asyncio.to_thread(out.is_file):
                        return await asyncio.to_thread(_drawn, out)
                return None

    async def close(self) -> None:
        """Ends a picture in the making."""
        await self._kill()

    def _commands(self, page: "_Told") -> Sequence[Sequence[str]]:
        if self._browser is not None and page.is_html:
            return self._browser, self._command
        return (self._command,)

    async def _draw(self, command: Sequence[str], page: "_Told") -> bytes | None:
        pipe = asyncio.subprocess.PIPE
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        child = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=_ROOT, env=environment
        )
        self._running = child
        try:
            async with asyncio.timeout(self._limit_s):
                said, complaint = await child.communicate(page.document)
        except TimeoutError:
            _log.warning("A picture took longer than %.0f s and was given up.", self._limit_s)
            return None
        finally:
            await self._kill()
        if child.returncode != 0:
            _log.warning("A picture was not drawn: %s", complaint.decode(errors="replace").strip()[-300:])
            return None
        return said

    async def _kill(self) -> None:
        child, self._running = self._running, None
        if child is not None and child.returncode is None:
            child.kill()
            await child.wait()
