"""A browser's HAR: the answers in it, with their own time and without anybody's cookies."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import ConfigError
from app.domain.units import ns_from_iso
from app.system.har_answers import open_answers


def entry(url: str, text: str, kind: str = "application/json", **content: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2025-06-09T00:35:03.000-05:00",
        "request": {"url": url, "headers": [{"name": "Cookie", "value": "laravel_session=hidden"}]},
        "response": {"status": 200, "content": {"mimeType": kind, "text": text, **content}},
    }


def har(path: Path, *entries: dict[str, Any]) -> str:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return str(path)


def test_answers_come_with_their_own_time_and_nothing_else_of_the_visit(tmp_path: Path) -> None:
    packed = b64encode(b'{"total": 2}').decode()
    file = har(
        tmp_path / "visit.har",
        entry("https://example.invalid/style.css", "body{}", "text/css"),
        entry("https://example.invalid/get?token=abc", packed, encoding="base64"),
        entry("https://example.invalid/p", "<html>", "text/html") | {"startedDateTime": "2025-06-09T05:36Z"},
    )
    page, data = open_answers(file)
    assert (page.content_type, data.body) == ("text/html", b'{"total": 2}')
    assert data.fetched == ns_from_iso("2025-06-09T05:35:03Z")
    assert data.url == "https://example.invalid/get"
    assert "hidden" not in repr((page, data))


def test_a_file_that_is_no_har_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.har").write_text("{}")
    with pytest.raises(ConfigError, match="no HAR"):
        open_answers(str(tmp_path / "x.har"))
    with pytest.raises(ConfigError, match="no answer"):
        open_answers(har(tmp_path / "y.har", entry("https://example.invalid/a", "x", "image/png")))


def test_any_other_file_is_one_answer(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"total": 0}')
    assert len(open_answers(str(tmp_path / "a.json"))) == 1
