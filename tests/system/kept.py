"""One answer and one charge, and a store to keep them in."""

from app.domain.capture import Capture, Step
from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.routing import Channel, SourceId
from app.domain.units import MicroUsd, Ns, ns_from_iso
from app.system.clock import MarketClock
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

NOON = MarketClock(ns_from_iso("2026-03-10T12:00:00Z"), Ns(0), speed=0.0)
CAPTURE = Capture(
    id="barchart-0001",
    source=SourceId("barchart"),
    channel=Channel.OPT_CHAIN,
    key="MC7M25",
    url="https://www.example.com/q?symbol=MC7M25",
    fetched=ns_from_iso("2025-06-09T05:32:18Z"),
    status=200,
    content_type="application/json",
    headers={"content-type": "application/json"},
    body=b'{"count": 2}' * 1000,
    steps=(Step("cookies", 12.5, True), Step("request", 800.0, True, "200")),
    rows=576,
)
CHARGE = Charge(
    "r1", ns_from_iso("2026-11-30T23:59:00Z"), SourceId("databento"), "GLBX.MDP3", "trades", CostKind.METERED,
    MicroUsd(1_500_000), None, ChargeState.RESERVED, None, "hash",
)  # fmt: skip


def opened(paths: Paths, redactor: SecretRedactor | None = None) -> SqliteStore:
    return SqliteStore(paths, redactor or SecretRedactor(), NOON)
