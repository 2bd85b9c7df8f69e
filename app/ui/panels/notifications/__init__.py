"""What the user was told, newest last, repeats counted."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.notifications.view import NotificationsPanel

PANEL = PanelSpec("notifications", "Alerts", Area.FOOT, 35, NotificationsPanel)
