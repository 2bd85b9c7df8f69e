"""Who decided what, and why."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.audit.view import AuditPanel

PANEL = PanelSpec("audit", "Audit", Area.FOOT, 30, AuditPanel)
