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
from dataclasses import asdict
from pathlib import Path
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain
from app.domain.picture import WIDTH, picture_of

_log = logging.getLogger(__name__)

LIMIT_S: Final = 20.0
_ROOT: Final = Path(__file__).resolve().parents[2]


def _child() -> Sequence[str]:
    """A frozen program has no `-m`: it is started again and told what to be."""
    if getattr(sys, "frozen", False):
        return sys.executable, "--pageshot"
    return sys.executable, "-m", "app.ui.pageshot"


class ChildRenderer:
    def __init__(self, command: Sequence[str] | None = None, limit_s: float = LIMIT_S) -> None:
        self._command = tuple(command or _child())
        self._limit_s = limit_s
        self._one = asyncio.Lock()
        self._running: asyncio.subprocess.Process | None = None

    async def picture(self, capture: Capture, chain: Chain | None) -> bytes | None:
        """The PNG, or None when it could not be made; why is in the log."""
        async with self._one:
            with tempfile.TemporaryDirectory(prefix="pitwall-picture-") as folder:
                out = Path(folder) / "picture.png"
                page = asdict(picture_of(capture, chain)) | {"out": str(out), "width": WIDTH}
                said = await self._draw(json.dumps(page).encode())
                if said is None or not await asyncio.to_thread(out.is_file):
                    return None
                return await asyncio.to_thread(out.read_bytes)

    async def close(self) -> None:
        """Ends a picture in the making."""
        await self._kill()

    async def _draw(self, page: bytes) -> bytes | None:
        pipe = asyncio.subprocess.PIPE
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        child = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=_ROOT, env=environment
        )
        self._running = child
        try:
            async with asyncio.timeout(self._limit_s):
                said, complaint = await child.communicate(page)
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
