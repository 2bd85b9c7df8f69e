"""The child that visits a site: without the browser engine it says so; its cookies lose nothing."""

import importlib.util
import json
import subprocess
import sys

import pytest

THERE = importlib.util.find_spec("PySide6.QtWebEngineCore") is not None
COOKIES = [
    {"name": "XSRF-TOKEN", "value": "abc%3D", "domain": ".site.example", "path": "/", "secure": True,
     "expires": 1_900_000_000},
    {"name": "views", "value": "3", "domain": ".site.example", "path": "/a", "secure": False,
     "expires": None},
]  # fmt: skip
THROUGH = """import json, sys
from app.ui.sitebrowser import _made, _plain
print(json.dumps([_plain(_made(one)) for one in json.load(sys.stdin)]))"""


def said(*command: str, document: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, *command], input=json.dumps(document).encode(), capture_output=True, timeout=30
    )


@pytest.mark.skipif(THERE, reason="the optional extra is installed")
def test_without_the_engine_it_ends_with_a_code_of_its_own() -> None:
    ended = said("-m", "app.ui.sitebrowser", document={"kind": "page", "url": "http://127.0.0.1:1/"})
    assert (ended.returncode, ended.stdout) == (3, b"")


def test_cookies_go_through_the_engine_unchanged() -> None:
    ended = said("-c", THROUGH, document=COOKIES)
    assert json.loads(ended.stdout) == COOKIES
