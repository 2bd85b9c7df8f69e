"""Resting size by price: the liquidity heatmap and the ladder."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.depth.view import DepthPanel

PANEL = PanelSpec("depth", "Depth", Area.BOARD, 40, DepthPanel)
