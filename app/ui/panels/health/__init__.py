"""Which source delivers what, how fresh and how fast."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.health.view import HealthPanel

PANEL = PanelSpec("health", "Source health", Area.SIDE, 10, HealthPanel)
