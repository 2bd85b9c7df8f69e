"""Price, aggressor volume and running delta of one future."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.pressure.view import PressurePanel

PANEL = PanelSpec("pressure", "Price and pressure", Area.CHART, 10, PressurePanel)
