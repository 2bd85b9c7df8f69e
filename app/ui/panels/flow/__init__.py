"""Who pressed on which strike: the windowed pressure table."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.flow.view import FlowPanel

PANEL = PanelSpec("flow", "Pressure by strike", Area.BOARD, 30, FlowPanel)
