"""What the user may do about a site that is read: log in, start comparing anew, look at a saved chain."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain
from app.domain.errors import ConfigError, SourceError
from app.domain.routing import SourceId
from app.engine.audit import USER
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.poller import ChainPoller
from app.engine.ports import Browser
from app.engine.workers import DB

_STORE_LIMIT_S: Final = 10.0
_READ_LIMIT_S: Final = 30.0
# A person looks for his password meanwhile, and solves a puzzle.
_BY_HAND_LIMIT_S: Final = 900.0
_LANE: Final = "browser"

OpenSaved = Callable[[str], tuple[Capture, ...]]


class Scraping:
    """`open_saved` reads the answers saved in a file, the best first; raises ConfigError. `shown` hears
    the name of what is on the board."""

    def __init__(
        self,
        desk: Desk,
        plugged: tuple[Plugged, ...],
        browser: Browser | None,
        open_saved: OpenSaved | None,
        shown: Callable[[str], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._plugged = {one.spec.id: one for one in plugged if one.poller is not None}
        self._browser = browser
        self._open_saved = open_saved
        self._shown = shown

    async def show_capture(self, capture_id: str) -> str:
        """A stored chain on the board, in the dress of a recording, until the user goes back to live."""
        store = self._desk.store
        capture = await self._desk.workers.run(
            "load capture", lambda: store.load_capture(capture_id), _STORE_LIMIT_S, DB
        )
        if capture is None:
            raise ConfigError("This capture is no longer on disk.")
        return await self._show(capture, f"capture {capture.id}")

    async def show_file(self, path: str) -> str:
        """The same of an answer, a page or a bundle that was saved as a file."""
        opened = self._open_saved
        if opened is None:
            raise ConfigError("Files cannot be opened in this run.")
        captures = await self._desk.workers.run("open saved", lambda: opened(path), _READ_LIMIT_S)
        name, why = path.replace("\\", "/").rpartition("/")[2], ConfigError("There is no chain in it.")
        for capture in captures:
            try:
                return await self._show(capture, name)
            except ConfigError as e:
                why = e
        raise why

    async def back_to_live(self) -> str:
        pollers = [one.poller for one in self._plugged.values() if one.poller is not None]
        ended = sum(poller.end_recorded() for poller in pollers)
        await self._shown("")
        return "The board is live again." if ended else "No saved chain is on the board."

    async def log_in(self, source: SourceId) -> str:
        """With the account of the keyring, now."""
        return await self._poller(source).log_in()

    async def log_in_by_hand(self, source: SourceId) -> str:
        """In a window of the embedded browser; the visit then goes on with its cookies."""
        browser, one = self._browser, self._plugged.get(source)
        if one is None or not one.addresses:
            raise ConfigError(f"{source} is no site that could be visited.")
        why_not = "This run has none." if browser is None else browser.missing()
        if browser is None or why_not:
            raise ConfigError(f"There is no embedded browser: {why_not} The plain way goes on.")
        address, title = f"{one.addresses[0].rstrip('/')}/login", one.spec.title
        cookies = await self._desk.workers.run(
            "browser", lambda: browser.by_hand(address, title), _BY_HAND_LIMIT_S, _LANE
        )
        if not cookies:
            return f"The window was closed before {title} had set a cookie: nothing has changed."
        await self._poller(source).adopt(cookies)
        self._desk.audit.note(USER, source, "", "visit by hand", "command")
        return f"{title} is read with the cookies of your visit."

    async def compare_anew(self, source: SourceId) -> str:
        """When the vendor has changed for good: what comes next is the measure of what comes after."""
        await self._poller(source).compare_anew()
        self._desk.audit.note(USER, source, "", "compared anew", "command")
        return "Chains are compared with what comes from now on."

    def close(self) -> None:
        if self._browser is not None:
            self._browser.close()

    async def _show(self, capture: Capture, name: str) -> str:
        poller, chain = await self._read(capture)
        said = await poller.show_recorded(replace(capture, key=chain.vendor_series), chain, name)
        await self._shown(name)
        return said

    async def _read(self, capture: Capture) -> tuple[ChainPoller, Chain]:
        """By the source that knows how; the capture's own first."""
        order = sorted(self._plugged.values(), key=lambda one: one.spec.id != capture.source)
        why = "Nothing here reads such an answer."
        for one in order:
            read = one.spec.read_stored
            if read is None or one.poller is None:
                continue
            work = partial(read, capture, self._desk.market.calendar)
            try:
                found = await self._desk.workers.run("read saved", work, _READ_LIMIT_S)
            except SourceError as e:
                why = str(e)
                continue
            chain = found if isinstance(found, Chain) else found.table
            if chain is not None and chain.quotes:
                return one.poller, chain
            why = "It holds no contract." if isinstance(found, Chain) else "This page shows no rows."
        raise ConfigError(f"There is no chain in it: {why}")

    def _poller(self, source: SourceId) -> ChainPoller:
        one = self._plugged.get(source)
        if one is None or one.poller is None:
            raise ConfigError(f"{source} reads no chains.")
        return one.poller
