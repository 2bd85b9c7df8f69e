"""The chain on screen as something to take away, with its volatilities, greeks and provenance."""

from app import __version__
from app.domain.chain_table import chain_table
from app.domain.units import moment
from app.domain.updates import ChainArrived
from app.ui.desk import Desk
from app.ui.take_away import Parcel


def packed(desk: Desk, shown: ChainArrived | None) -> Parcel | None:
    if shown is None:
        return None
    stamp = f"{moment(shown.chain.received):%Y%m%dT%H%M%SZ}"
    return Parcel(
        f"{shown.chain.source}-{shown.chain.vendor_series}-{stamp}",
        lambda target: desk.commands.export_chain(shown, target),
        lambda: chain_table(shown, __version__, desk.clock.now()),
    )
