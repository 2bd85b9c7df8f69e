"""The capture viewer: every answer a source gave, its picture, and the steps that led to it."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.capture.view import CapturePanel

PANEL = PanelSpec("capture", "Barchart viewer", Area.BOARD, 20, CapturePanel)
