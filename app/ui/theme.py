"""A palette put onto the application: QPalette for the widgets, a short style sheet for their frame.

The style sheet is set when the palette changes and never for a live value: those change colour by item.
"""

from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.palettes import Colours
from app.ui.resources import RESOURCES

BASE_PX: Final = 12
SMALL_PX: Final = 11
CAPTION_PX: Final = 10
ROW_PX: Final = 27

_SHEET: Final = RESOURCES / "window.qss"


def wear(app: QApplication, colours: Colours) -> None:
    """Puts the palette on; the application must already use the Fusion style."""
    scheme = Qt.ColorScheme.Dark if colours.is_dark else Qt.ColorScheme.Light
    app.styleHints().setColorScheme(scheme)
    app.setPalette(palette(colours))
    sheet = style_sheet(colours)
    if sheet != app.styleSheet():  # restyling a full window takes 80 ms
        app.setStyleSheet(sheet)


def style_sheet(colours: Colours) -> str:
    values = {name: getattr(colours, name) for name in Colours.__dataclass_fields__}
    values["resources"] = RESOURCES.as_posix()
    return Template(_SHEET.read_text(encoding="utf-8")).substitute(values)


def palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    table = (
        (colours.bg, (role.Window, role.Dark, role.Shadow)),
        (colours.panel, (role.Base,)),
        (colours.raised, (role.AlternateBase, role.Button, role.ToolTipBase, role.Light, role.Midlight)),
        (colours.line, (role.Mid,)),
        (colours.text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText)),
        (colours.faint, (role.PlaceholderText,)),
        (colours.accent, (role.Highlight, role.Accent)),
        (colours.info, (role.Link, role.LinkVisited)),
    )
    for colour, roles in table:
        for one in roles:
            made.setColor(one, QColor(colour))
    made.setColor(role.HighlightedText, QColor("#ffffff"))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours.faint))
    return made


def font(px: int = BASE_PX, weight: QFont.Weight = QFont.Weight.Normal, *, spacing: float = 0.0) -> QFont:
    """The application's typeface in another size; digits have one width, so that they stand still."""
    made = QFont(QApplication.font())
    made.setPixelSize(px)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    if spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return made
