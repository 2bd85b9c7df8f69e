"""One live connection through the official client, with deadlines of our own and an end that always comes.

A client that was used once is never used again: it forgets its callbacks and keeps old subscriptions.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import databento
from databento.common.error import BentoError

from app.domain.errors import SourceError, Unavailable
from app.sources.databento.inflow import Inflow
from app.sources.databento.refusals import of_login
from app.sources.databento.subscriptions import Gateway, Subscription
from app.sources.databento.tap import plain_path, tap

# Its lines repeat our errors, and those for debugging hold the answer to the login challenge.
for _name in ("client", "session", "protocol", "gateway"):
    logging.getLogger(f"databento.live.{_name}").addFilter(lambda record: False)

# Login and header together; the engine allows twelve seconds for everything.
OPEN_SECONDS: Final = 11.0
_CLOSE_SECONDS: Final = 0.8


class LiveConnection:
    def __init__(
        self,
        key: str,
        gateway: Gateway,
        inflow: Inflow,
        redact: Callable[[str], str],
        *,
        tapped: bool = True,
    ) -> None:
        self._gateway = gateway
        self._inflow = inflow
        self._redact = redact
        self._tapped = tapped
        self._client = databento.Live(
            key=key,
            gateway=gateway.host,
            port=gateway.port,
            heartbeat_interval_s=gateway.heartbeat_seconds,
            reconnect_policy="none",
        )
        self._end = tap(self._client, inflow) if tapped else plain_path(self._client, inflow, gateway.dataset)
        self._dialled = threading.Event()
        self._failure: SourceError | None = None
        self._closing = False

    def open(self, subscriptions: Sequence[Subscription]) -> None:
        """Blocks until data can come. The client's calls may hang for a minute, so a thread makes them."""
        began, seconds = time.monotonic(), OPEN_SECONDS
        dial = threading.Thread(
            target=self._dial, args=(tuple(subscriptions),), name="databento-dial", daemon=True
        )
        dial.start()
        if not self._dialled.wait(seconds):
            self.close()
            raise Unavailable(f"Databento's gateway did not finish the login within {seconds:.3g} s.")
        if self._failure is not None:
            self.close()
            raise self._failure
        if not self._inflow.begun.wait(began + seconds - time.monotonic()):
            self.close()
            raise Unavailable(f"Databento's gateway took the login and sent nothing for {seconds:.3g} s.")
        if (error := self._inflow.failure) is not None:
            self.close()
            raise error

    def close(self) -> None:
        """Never raises, never waits long; the socket is free afterwards."""
        self._closing = True
        self._end()
        if self._dialled.is_set() and self._failure is None:
            self._inflow.over.wait(_CLOSE_SECONDS)

    def _dial(self, subscriptions: tuple[Subscription, ...]) -> None:
        failure: SourceError | None = Unavailable("The connection to Databento could not be set up.")
        try:
            self._subscribe(subscriptions)
            failure = None
        except BentoError as e:
            failure = of_login(self._redact(str(e)), self._gateway.dataset)
        except OSError as e:
            failure = Unavailable("Databento's gateway broke off the login.", detail=repr(e))
        finally:
            self._failure = failure
            self._dialled.set()

    def _subscribe(self, subscriptions: tuple[Subscription, ...]) -> None:
        for one in subscriptions:
            self._client.subscribe(
                dataset=self._gateway.dataset,
                schema=one.schema,
                symbols=one.symbols,
                stype_in="parent" if one.is_parent else "raw_symbol",
                start=one.start,
                snapshot=one.snapshot,
            )
        self._client.start()
        if not self._tapped:
            threading.Thread(target=self._watch, name="databento-watch", daemon=True).start()
        if self._closing:
            self._end()

    def _watch(self) -> None:
        """The plain path learns of the end here."""
        self._inflow.lost(asyncio.run(self._ended()))

    async def _ended(self) -> BaseException | None:
        # gathered, because a panic of the decoder is no ordinary exception
        (error,) = await asyncio.gather(self._client.wait_for_close(), return_exceptions=True)
        return error
