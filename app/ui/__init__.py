"""The screen: panels, header, dialogs and the window that feeds and paints them."""
