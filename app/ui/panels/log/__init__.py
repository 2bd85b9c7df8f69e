"""What the program did, line by line."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.log.view import LogPanel

PANEL = PanelSpec("log", "Log", Area.FOOT, 10, LogPanel)
