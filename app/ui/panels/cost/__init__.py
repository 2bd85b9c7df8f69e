"""What the data costs this month, and whether it stays within the budget."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.cost.view import CostPanel

PANEL = PanelSpec("cost", "Data cost", Area.SIDE, 30, CostPanel)
