"""Every trade as it is printed."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.tape.view import TapePanel

PANEL = PanelSpec("tape", "Time and sales", Area.FOOT, 20, TapePanel)
