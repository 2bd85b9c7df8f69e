"""A visit to a site with the embedded browser, in a process of its own.

`python -m app.ui.sitebrowser` reads one JSON document on stdin. `{kind: "page", url, load_s, cookies}` loads
the page out of sight and prints its HTML after its scripts; `{kind: "hand", url, title}` opens a window, in
which the user logs in or shows that he is no robot, and which he ends with Done. Both print the cookies of
that host, the only place they go to: the profile is in memory and ends with the process. Without the browser
engine it ends with code 3.
"""

import json
import os
import sys
from typing import Any, Final

os.environ["QT_LOGGING_RULES"] = "*.warning=false"
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--disable-gpu --disable-logging --log-level=3"
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # it does not start for root otherwise

from PySide6.QtCore import QByteArray, QDateTime, QEventLoop, Qt, QTimer, QUrl
from PySide6.QtNetwork import QNetworkCookie
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_NO_ENGINE: Final = 3
_WHY: Final = (
    "Log in, or answer the site's question, then press Done. Pitwall keeps the cookies of this visit on this "
    "machine only; it never sees what you type here."
)
_SETTLE_MS: Final = 400


class Visit:
    """One page in a profile that is forgotten at the end."""

    def __init__(self, document: dict[str, Any]) -> None:
        from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
        from PySide6.QtWebEngineWidgets import QWebEngineView

        self._document = document
        self._url = QUrl(document["url"])
        self._kept: dict[tuple[str, str, str], QNetworkCookie] = {}
        self._said = False
        self._profile = QWebEngineProfile()
        store = self._profile.cookieStore()
        store.cookieAdded.connect(self._added)
        store.cookieRemoved.connect(self._removed)
        for one in document.get("cookies", ()):
            store.setCookie(_made(one), self._url)
        self._page = QWebEnginePage(self._profile)
        self.view = QWebEngineView()
        self.view.setPage(self._page)

    def go(self) -> None:
        self._page.load(self._url)

    def out_of_sight(self) -> None:
        """Says what is there when the page has loaded, or when its time is over."""
        self.view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.view.resize(1280, 900)
        self.view.show()
        self._page.loadFinished.connect(lambda _: QTimer.singleShot(_SETTLE_MS, self._tell_page))
        QTimer.singleShot(int(self._document["load_s"] * 1_000), self._tell_page)
        self.go()

    def tell_cookies(self) -> None:
        self._tell({"url": self._page.url().toString(), "cookies": self._told()})

    def _tell_page(self) -> None:
        if not self._said:
            self._page.toHtml(self._tell_html)

    def _tell_html(self, html: str) -> None:
        self._tell({"url": self._page.url().toString(), "html": html, "cookies": self._told()})

    def _tell(self, said: dict[str, Any]) -> None:
        if self._said:
            return
        self._said = True
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        # the engine's own end takes seconds, and may be a segmentation fault
        os._exit(0)

    def _added(self, cookie: QNetworkCookie) -> None:
        self._kept[_key(cookie)] = QNetworkCookie(cookie)

    def _removed(self, cookie: QNetworkCookie) -> None:
        self._kept.pop(_key(cookie), None)

    def _told(self) -> list[dict[str, Any]]:
        """Of this host and its parent domains; advertisers' cookies are nobody's business."""
        host = self._url.host()
        mine = [one for one in self._kept.values() if _of(one.domain().lstrip("."), host)]
        return [_plain(one) for one in mine]


class Window(QWidget):
    """The visible one: a sentence on what happens here, the site, and a button that ends it."""

    def __init__(self, visit: Visit, title: str) -> None:
        super().__init__()
        self._visit = visit
        self.setWindowTitle(f"{title} — your own visit")
        self.resize(1180, 860)
        words, done = QLabel(_WHY), QPushButton("Done")
        words.setWordWrap(True)
        done.setDefault(True)
        done.clicked.connect(self.close)
        top = QHBoxLayout()
        top.setContentsMargins(14, 10, 14, 8)
        top.addWidget(words, 1)
        top.addWidget(done)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(visit.view, 1)

    def closeEvent(self, event: object) -> None:
        self._visit.tell_cookies()


def _key(cookie: QNetworkCookie) -> tuple[str, str, str]:
    return _text(cookie.name()), cookie.domain(), cookie.path()


def _of(domain: str, host: str) -> bool:
    return domain == host or host.endswith(f".{domain}")


def _text(raw: QByteArray) -> str:
    return bytes(raw.data()).decode("utf-8", "replace")


def _plain(cookie: QNetworkCookie) -> dict[str, Any]:
    session = cookie.isSessionCookie()
    return {
        "name": _text(cookie.name()),
        "value": _text(cookie.value()),
        "domain": cookie.domain(),
        "path": cookie.path(),
        "secure": cookie.isSecure(),
        "expires": None if session else cookie.expirationDate().toSecsSinceEpoch(),
    }


def _made(said: dict[str, Any]) -> QNetworkCookie:
    cookie = QNetworkCookie(said["name"].encode(), said["value"].encode())
    if said["domain"].startswith("."):
        cookie.setDomain(said["domain"])
    cookie.setPath(said["path"])
    cookie.setSecure(said["secure"])
    if said["expires"] is not None:
        cookie.setExpirationDate(QDateTime.fromSecsSinceEpoch(said["expires"]))
    return cookie


def main() -> int:
    document = json.load(sys.stdin)
    try:
        import PySide6.QtWebEngineCore  # noqa: F401 - tried before the application is made
    except ImportError:
        return _NO_ENGINE
    application = QApplication([])
    visit = Visit(document)
    if document["kind"] == "page":
        visit.out_of_sight()
    else:
        window = Window(visit, document["title"])
        visit.go()
        window.show()
    while True:  # the visit itself ends the process
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


if __name__ == "__main__":
    sys.exit(main())
