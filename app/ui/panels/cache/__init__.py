"""What the cache spared, and why it sometimes could not."""

from app.ui.panels import Area, PanelSpec
from app.ui.panels.cache.view import CachePanel

PANEL = PanelSpec("cache", "Cache", Area.SIDE, 20, CachePanel)
