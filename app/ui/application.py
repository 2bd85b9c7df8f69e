"""The one QApplication: name, typeface, style, icon. The platform must be chosen before."""

import linecache
import sys
from collections.abc import Sequence
from typing import Final, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from app.ui.palettes import colours_for
from app.ui.resources import RESOURCES
from app.ui.theme import BASE_PX, wear

_FACES: Final = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")


def make_application(arguments: Sequence[str], theme: str = "dark") -> QApplication:
    """The running application, dressed; a second call dresses it again."""
    _leave_sources_unread()
    QApplication.setApplicationName("pitwall")
    QApplication.setApplicationDisplayName("Pitwall")
    QApplication.setDesktopFileName("pitwall")
    app = cast(QApplication | None, QApplication.instance()) or QApplication(list(arguments))
    app.setQuitOnLastWindowClosed(False)  # the ordered shutdown ends the loop, not a closing window
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, True)
    app.setStyle("Fusion")
    app.setFont(_typeface())
    app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "pitwall.svg")))
    wear(app, colours_for(theme, ""))
    return app


def _leave_sources_unread() -> None:
    """PySide reads the source of every module that is imported after it, to find out whether it may ask for
    PySide's other spellings. Nobody does; reading nine hundred took 0.3 s and kept 50 MB.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        vars(feature)["_mod_uses_pyside"] = lambda _: False
    linecache.clearcache()


def _typeface() -> QFont:
    known = set(QFontDatabase.families())
    if "Inter" not in known:
        for file in sorted((RESOURCES / "fonts").glob("*.otf")):
            QFontDatabase.addApplicationFont(str(file))
        known = set(QFontDatabase.families())
    face = QFont(next((name for name in _FACES if name in known), QFont().family()))
    face.setPixelSize(BASE_PX)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    face.setFeature(QFont.Tag("tnum"), 1)  # digits of one width stand still
    return face
