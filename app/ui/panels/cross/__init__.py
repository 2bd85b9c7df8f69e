"""What other sources say of the same market: do their prices agree, and what does the proxy show?"""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.cross.view import CrossPanel

PANEL = PanelSpec("cross", "Cross-check", Area.FOOT, 50, CrossPanel)
