"""Databento's live gateway as a tick feed: with which key, and where."""

import re
from typing import TYPE_CHECKING, Final

from app.domain import dbn_layout as layout
from app.domain.errors import AuthFailed, ConfigError, MissingKey, Unavailable
from app.domain.ticks import SideQuality, TickBatch
from app.domain.units import Ns
from app.engine.feeds import Recording, SourceContext, TickWant
from app.sources.databento import KEY, lean
from app.sources.databento.inflow import TRADES_OWN, Inflow
from app.sources.databento.subscriptions import Gateway, subscriptions, trade_schema

if TYPE_CHECKING:
    from app.sources.databento.connection import LiveConnection

_PORT: Final = 13000
_TOLD_BY: Final = {"tbbo": layout.MBP_1, "mbp-1": layout.MBP_1}


class DatabentoFeed:
    """A `TickFeed` for one session; a lost one is replaced by a new feed."""

    side_quality: SideQuality = SideQuality.EXCHANGE

    def __init__(self, context: SourceContext, *, tapped: bool = True) -> None:
        self._context = context
        self._tapped = tapped
        self._name = "databento"
        self._inflow = Inflow(context.clock, context.redactor.text, self._record)
        self._connection: LiveConnection | None = None
        self._closed = False

    def open(self, want: TickWant) -> None:
        self._name = f"databento-{_kind(want)}"
        key, gateway = key_of(self._context), gateway_of(self._context)
        # the client takes half a second to load, which only the worker that opens has to spare
        lean.load()
        from app.sources.databento.connection import LiveConnection

        redact = self._context.redactor.text
        self._inflow.trades_are = _TOLD_BY.get(trade_schema(want), TRADES_OWN)
        self._inflow.knows(want.named)
        if want.quotes and want.futures and not want.trades:
            self._inflow.keeps_every_top()
        self._connection = LiveConnection(key, gateway, self._inflow, redact, tapped=self._tapped)
        if self._closed:
            raise Unavailable("The connection was given up before it began.")
        self._connection.open(subscriptions(want))

    def drain(self) -> TickBatch:
        return self._inflow.drain()

    def last_sign(self) -> Ns | None:
        return self._inflow.last_sign

    def closed_by(self) -> Exception | None:
        return self._inflow.ended_by()

    def close(self) -> None:
        self._closed = True
        if self._connection is not None:
            self._connection.close()

    def _record(self, header: bytes) -> Recording | None:
        return self._context.record(self._name, header)


def key_of(context: SourceContext) -> str:
    key = context.secret(KEY.name)
    if not key:
        raise MissingKey("Databento needs an API key.")
    context.redactor.learn(key)
    if not re.fullmatch(KEY.pattern, key):
        raise AuthFailed("The Databento key has not the form of one: db- and 29 letters or digits.")
    return key


def gateway_of(context: SourceContext) -> Gateway:
    settings = context.settings()
    host, port = _split(context.addresses.get("databento_live", ""))
    return Gateway(host, port, settings.databento_dataset, settings.databento_heartbeat)


def _kind(want: TickWant) -> str:
    if want.trades:
        return "trades"
    return "quotes" if want.futures else "option-quotes"


def _split(address: str) -> tuple[str | None, int]:
    if not address:
        return None, _PORT
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(f"{address!r} is no gateway address of the form host:port.")
    return host, int(port)
