"""Draws a stored page as the browser engine would, in a short-lived process of its own.

`python -m app.ui.pagebrowser` reads the same document as `pageshot`, writes the same PNG and prints the same
line. Nothing goes out: scripts are off and only the stored file itself is loaded. Where each selector's
element stands is kept inside the picture. Without the browser engine it ends with code 3.

After a resize the engine hands out the old frame for about a second: only a marker in the corner tells.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_LOGGING_RULES"] = "*.warning=false"
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--disable-gpu --disable-logging --log-level=3"
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # it does not start for root otherwise

from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer, QUrl
from PySide6.QtWidgets import QApplication

from app.domain.picture_layout import DOM, TALLEST

_NO_ENGINE: Final = 3
_WIDTH: Final = 1280  # what the site is made for
_LOAD_S, _FRAME_S = 8.0, 8.0
_MARK: Final = "#01fe02"
_MARK_PX: Final = 6
_PAUSE_MS: Final = 30
_OURS: Final = 1  # our JavaScript world: it sees the page, and works although the page's own scripts are off
_MEASURE: Final = """((selectors, cap) => {
  for (const e of document.querySelectorAll('*'))
    if (['sticky', 'fixed'].includes(getComputedStyle(e).position)) e.style.position = 'static';
  const boxes = {}, said = [], high = () => document.documentElement.scrollHeight;
  for (const [key, css] of selectors) {
    try { said.push([key, document.querySelector(css)]); } catch (e) { continue; }
  }
  // without its style sheets a menu fills screens: lists that say no field make room for what does
  if (high() > cap)
    for (const e of document.querySelectorAll('ul, ol, nav'))
      if (!said.some(([key, found]) => found && e.contains(found))) e.style.display = 'none';
  const full = high();
  for (const [key, one] of said) {
    let found = one, r = found && found.getBoundingClientRect();
    // an entry of a closed list stands where its list does
    while (found && ['OPTION', 'OPTGROUP'].includes(found.tagName) && !r.width)
      if (found = found.parentElement) r = found.getBoundingClientRect();
    if (r && r.width > 0 && r.height > 0)
      boxes[key] = [r.left + scrollX, r.top + scrollY, r.width, r.height].map(Math.round);
  }
  const m = document.createElement('div');
  m.style = `position:absolute;right:0;top:${Math.min(full, cap) - 6}px;width:6px;height:6px;` +
    'background:#01fe02;z-index:2147483647';
  document.body.append(m);
  return JSON.stringify({full, boxes});
})(%s, %d)"""


def shoot(document: dict[str, Any]) -> dict[str, int] | None:
    """None when the page did not load, or its frame never came."""
    from PySide6.QtWebEngineCore import (
        QWebEnginePage,
        QWebEngineProfile,
        QWebEngineSettings,
        QWebEngineUrlRequestInfo,
        QWebEngineUrlRequestInterceptor,
    )
    from PySide6.QtWebEngineWidgets import QWebEngineView

    class OnlyStored(QWebEngineUrlRequestInterceptor):
        def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
            if info.requestUrl().scheme() not in ("file", "data"):
                info.block(True)

    out, width = Path(document["out"]), _WIDTH
    stored = out.with_name("page.html")
    stored.write_text(document["html"], encoding="utf-8")
    profile, only_stored = QWebEngineProfile(), OnlyStored()
    profile.setUrlRequestInterceptor(only_stored)
    page, view = QWebEnginePage(profile), QWebEngineView()
    for attribute in (
        QWebEngineSettings.WebAttribute.JavascriptEnabled,
        QWebEngineSettings.WebAttribute.ShowScrollBars,
    ):
        page.settings().setAttribute(attribute, False)
    view.setPage(page)
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view.resize(width, 900)
    view.show()
    answer: list[Any] = []
    page.loadFinished.connect(answer.append)
    page.load(QUrl.fromLocalFile(str(stored)))
    if not _until(lambda: bool(answer), _LOAD_S):
        return None
    answer.clear()
    _keep_dom(page.toHtml, out.with_name(DOM))
    script = _MEASURE % (json.dumps(document.get("selectors", [])), TALLEST)
    page.runJavaScript(script, _OURS, answer.append)
    if not _until(lambda: bool(answer), _LOAD_S) or not isinstance(answer[0], str):
        return None
    said = json.loads(answer[0])
    height = max(_MARK_PX, min(int(said["full"]), TALLEST))
    view.resize(width, height)
    corner = QRect(width - _MARK_PX, height - _MARK_PX, _MARK_PX, _MARK_PX)
    if not _until(lambda: view.grab(corner).toImage().pixelColor(3, 3).name() == _MARK, _FRAME_S):
        return None
    image = view.grab().toImage()
    image.setText("shape", "page")
    image.setText("boxes", json.dumps(said["boxes"]))
    if not image.save(str(out)):
        return None
    return {"width": image.width(), "height": height, "rows": 0, "cut": max(0, int(said["full"]) - height)}


def _keep_dom(tell: Callable[[Callable[[str], None]], None], file: Path) -> None:
    """As the page is built, before it is measured; a picture without it is better than none."""
    answer: list[str] = []
    tell(answer.append)
    if _until(lambda: bool(answer), _LOAD_S):
        file.write_text(answer[0], encoding="utf-8")


def _until(done: Callable[[], bool], limit_s: float) -> bool:
    end, wake = time.monotonic() + limit_s, QTimer()
    wake.start(_PAUSE_MS)
    while time.monotonic() < end:
        if done():
            return True
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, _PAUSE_MS)
    return done()


def main() -> int:
    document = json.load(sys.stdin)
    try:
        import PySide6.QtWebEngineCore  # noqa: F401 - tried before the application is made
    except ImportError:
        return _NO_ENGINE
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    said = shoot(document)
    if said is not None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    # a second run of the event loop in this process, as at an orderly end, is a segmentation fault
    os._exit(0 if said is not None else 1)


if __name__ == "__main__":
    sys.exit(main())
