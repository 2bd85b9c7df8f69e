"""Breaking simulators on purpose, to see what the program does about it."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.drill.view import DrillPanel

PANEL = PanelSpec("drill", "Fault drill", Area.BOARD, 50, DrillPanel)
