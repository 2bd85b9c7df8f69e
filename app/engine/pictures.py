"""Pictures of captures, made beside the polling: a slow or dead renderer never delays a chain."""

import asyncio
from collections import deque
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.updates import CaptureStored
from app.engine.outbox import Outbox
from app.engine.ports import Renderer, Store
from app.engine.workers import DB, Workers

_MOST_WAITING: Final = 6
_RENDER_LIMIT_S: Final = 45.0
_STORE_LIMIT_S: Final = 10.0


class Pictures:
    """The newest captures first in mind: when too many wait, the oldest goes without a picture, counted."""

    def __init__(self, renderer: Renderer, store: Store, workers: Workers, outbox: Outbox) -> None:
        self._renderer = renderer
        self._store = store
        self._workers = workers
        self._outbox = outbox
        self._waiting: deque[tuple[Capture, Chain | ChainPage | None]] = deque()
        self._wake = asyncio.Event()
        self.skipped = 0

    def ask(self, capture: Capture, read: Chain | ChainPage | None) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft()
            self.skipped += 1
        self._waiting.append((capture, read))
        self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._make(*self._waiting.popleft())

    async def _make(self, capture: Capture, read: Chain | ChainPage | None) -> None:
        try:
            async with asyncio.timeout(_RENDER_LIMIT_S):
                drawn = await self._renderer.picture(capture, read)
        except TimeoutError:
            self.skipped += 1
            return
        if drawn is None:
            return
        line = await self._workers.run(
            "picture",
            lambda: self._store.set_picture(capture.id, drawn.png, drawn.dom),
            _STORE_LIMIT_S,
            DB,
        )
        if line is not None:
            self._outbox.put_state(CaptureStored(line))
