"""The port to the embedded browser: what its child says, and a child that hangs, dies or says nonsense."""

import sys
import threading
from pathlib import Path

import pytest

from app.domain.errors import Unavailable
from app.engine.ports import SiteCookie
from app.system.site_browser import ChildBrowser

COOKIE = '{"name": "n", "value": "v", "domain": "d", "path": "/", "secure": true, "expires": 9}'


def child(tmp_path: Path, program: str, limit_s: float = 5.0) -> ChildBrowser:
    script = tmp_path / "child.py"
    script.write_text(f"import json, sys, time\nasked = json.load(sys.stdin)\n{program}\n", "utf-8")
    return ChildBrowser([sys.executable, str(script)], limit_s)


def test_a_page_comes_with_the_cookies_of_its_visit(tmp_path: Path) -> None:
    says = f"""print("a library's word")
print(json.dumps({{"url": asked["url"], "html": "<p>" + asked["kind"] + str(len(asked["cookies"])),
"cookies": [{COOKIE.replace("true", "True")}]}}))"""
    browser = child(tmp_path, says)
    page = browser.page("http://site/", (SiteCookie("a", "b", "site", "/", False, None),))
    assert (page.url, page.body, page.status) == ("http://site/", b"<p>page1", 200)
    assert page.cookies == (SiteCookie("n", "v", "d", "/", True, 9),)


def test_a_visit_by_hand_gives_its_cookies(tmp_path: Path) -> None:
    browser = child(tmp_path, f'print(json.dumps({{"cookies": [{COOKIE.replace("true", "True")}]}}))')
    assert [one.name for one in browser.by_hand("http://site/login", "Site")] == ["n"]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("sys.exit(3)", "ended without an answer"),
        ('print("nonsense")', "ended without an answer"),
        ('print("[1]")', "ended without an answer"),
        ('print("{}")', "brought no page"),
        ('print(\'{"html": "<p>", "cookies": [{}]}\')', "cookies cannot be read"),
        ('print(\'{"html": "<p>", "cookies": 3}\')', "cookies cannot be read"),
    ],
)
def test_a_child_in_trouble_is_no_page(tmp_path: Path, program: str, said: str) -> None:
    with pytest.raises(Unavailable, match=said):
        child(tmp_path, program).page("http://site/", ())


def test_a_child_that_hangs_is_given_up_and_gone(tmp_path: Path) -> None:
    browser = child(tmp_path, "time.sleep(60)", limit_s=0.5)
    with pytest.raises(Unavailable, match=r"longer than 0 s|longer than 1 s"):
        browser.page("http://site/", ())
    assert not browser._running


def test_closing_ends_a_visit_by_hand(tmp_path: Path) -> None:
    browser = child(tmp_path, "print(0, flush=True)\ntime.sleep(60)")
    threading.Timer(0.5, browser.close).start()
    with pytest.raises(Unavailable):
        browser.by_hand("http://site/", "Site")
    with pytest.raises(Unavailable, match="ending"):
        browser.page("http://site/", ())


def test_without_the_engine_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.system.site_browser._MODULE", "no_such_package.no_such_module")
    assert "optional extra" in ChildBrowser().missing()
