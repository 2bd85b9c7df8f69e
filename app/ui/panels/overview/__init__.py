"""Everything in seven figures, each of which opens the panel behind it."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.overview.view import OverviewPanel

PANEL = PanelSpec("overview", "Overview", Area.BOARD, 60, OverviewPanel)
