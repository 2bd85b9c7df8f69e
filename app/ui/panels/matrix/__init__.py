"""Which source can feed which channel, how well and how fresh, and who does so now."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.matrix.view import MatrixPanel

PANEL = PanelSpec("matrix", "Channels", Area.FOOT, 40, MatrixPanel)
