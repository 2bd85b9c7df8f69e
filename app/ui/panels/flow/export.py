"""One window of the pressure table as something to take away: its rows as filtered and sorted on screen."""

from collections.abc import Callable
from typing import Final

from app import __version__
from app.domain.flow_window import FlowWindow
from app.domain.table import Kind, Table, TableColumn, Value
from app.domain.units import SECOND, Ns, iso, moment, points
from app.ui.desk import Desk
from app.ui.panels.flow.model import FlowModel
from app.ui.panels.flow.page import Wish
from app.ui.take_away import Parcel

_COLUMNS: Final[tuple[tuple[str, Kind, Callable[[FlowWindow], Value]], ...]] = (
    ("bought", Kind.WHOLE, lambda one: one.bar.bought),
    ("sold", Kind.WHOLE, lambda one: one.bar.sold),
    ("without_side", Kind.WHOLE, lambda one: one.bar.unknown),
    ("trades", Kind.WHOLE, lambda one: one.bar.trades),
    ("mean_size", Kind.NUMBER, lambda one: one.mean_size),
    ("pressure", Kind.NUMBER, lambda one: one.pressure),
    ("leaning", Kind.TEXT, lambda one: None if one.leaning is None else one.leaning.value),
    ("confidence", Kind.NUMBER, lambda one: one.confidence),
    ("significant", Kind.YES_NO, lambda one: one.significant),
    ("last_price", Kind.NUMBER, lambda one: points(one.bar.close)),
    ("closed", Kind.YES_NO, lambda one: one.bar.closed),
    ("revised", Kind.YES_NO, lambda one: one.bar.revised),
)


def packed(desk: Desk, model: FlowModel, wish: Wish) -> Parcel | None:
    page = model.page(wish)
    if page.start is None or not page.rows:
        return None
    table = flow_table(model, wish, desk.clock.now())
    stamp = f"{moment(page.start):%Y%m%dT%H%M%SZ}"
    return Parcel(
        f"pressure-by-strike-{stamp}", lambda target: desk.commands.export_table(table, target), lambda: table
    )


def flow_table(model: FlowModel, wish: Wish, exported: Ns) -> Table:
    page, windows = model.page(wish), model.windows(wish)
    admitted, start = wish.admitted, page.start or Ns(0)
    facts = (
        ("source", str(model.source or "")),
        ("state", "not live: the open window may miss trades" if page.stale else "live"),
        ("sides", model.side_quality.value),
        ("window", f"{iso(start)} to {iso(Ns(start + page.seconds * SECOND))}"),
        ("window is", "open" if page.is_open else "closed"),
        ("gaps", "trades of this window are missing" if page.has_gap else "none known"),
        ("filters", f"|P| >= {admitted.pressure}, volume >= {admitted.volume}, "
                    f"confidence >= {admitted.confidence}"),
        ("significant", f"beyond {wish.mark.ratio} to 1, confidence above {wish.mark.confidence}"),
        ("rows held back", str(page.hidden)),
        ("exported", iso(exported)),
        ("program", f"Pitwall {__version__}"),
    )  # fmt: skip
    names = TableColumn("contract", Kind.TEXT, tuple(model.symbol(one.bar.instrument) for one in windows))
    columns = (
        TableColumn(name, kind, tuple(value(one) for one in windows)) for name, kind, value in _COLUMNS
    )
    return Table("pressure by strike", facts, (names, *columns))
