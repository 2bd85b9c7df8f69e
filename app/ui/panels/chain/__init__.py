"""The option chain board: calls and puts around the money, of one atomic snapshot of one source."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.chain.view import ChainPanel

PANEL = PanelSpec("chain", "Option chain", Area.BOARD, 10, ChainPanel)
