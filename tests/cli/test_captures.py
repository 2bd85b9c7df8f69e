"""`pitwall captures` as a script uses it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.parser import parser
from app.domain.errors import ConfigError
from app.engine.feeds import SourceContext
from app.sources.barchart import PARSER
from tests.sources.conftest import make_context
from tests.system.stored import Morning

__all__ = ["make_context"]
Run = Callable[..., Any]


@pytest.fixture
def ids(tmp_path: Path, make_context: Callable[..., SourceContext]) -> dict[str, str]:
    """A page, a good answer, another one, one with renamed fields, and one after a new visit."""
    morning = Morning(tmp_path, make_context)
    made = {"page": morning.page(), "first": morning.chain(), "good": morning.chain()}
    made["drift"] = morning.chain("drift")
    made["renewed"] = morning.chain("419")
    morning.close()
    return made


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> Any:
        arguments = parser().parse_args(["--data-dir", str(tmp_path), "captures", *words])
        assert arguments.run(arguments) == 0
        said = capsys.readouterr().out
        return json.loads(said) if "--json" in words else said

    return call


def test_the_list_can_be_searched(run: Run, ids: dict[str, str]) -> None:
    assert [c["id"] for c in run("list", "--json")["captures"]] == list(reversed(ids.values()))
    assert [c["id"] for c in run("list", "--search", "rejected mc7m25", "--json")["captures"]] == [
        ids["drift"]
    ]
    assert "no such" in run("list", "--search", "nowhere")


def test_show_names_the_requests_before_the_answer(run: Run, ids: dict[str, str]) -> None:
    shown = run("show", ids["renewed"], "--json")
    assert shown["parser"] == PARSER
    refused, cookies = shown["earlier"]
    assert (refused["step"], refused["method"], refused["status"]) == ("request", "GET", 419)
    assert (cookies["step"], cookies["status"]) == ("cookies", 200)
    assert cookies["bytes"] > 1_000
    assert run("show", ids["good"], "--json")["earlier"] == []


def test_reparse_says_then_and_now_and_the_drift(run: Run, ids: dict[str, str]) -> None:
    again = run("reparse", ids["drift"], "--json")
    assert again["finding"] == "drift"
    assert again["then"]["rows"] == again["now"]["rows"] == 0
    assert again["compared_with"] == ids["good"]
    good = run("reparse", ids["good"], "--json")
    assert good["finding"] in ("ok", "watch")
    assert good["read_otherwise"] == good["otherwise"] == []
    assert good["then"]["parser"] == good["now"]["parser"] == PARSER
    assert "Each field is read as then." in run("reparse", ids["good"])
    assert "Read again: a page." in run("reparse", ids["page"])


def test_diff_names_structure_and_rows(run: Run, ids: dict[str, str]) -> None:
    found = run("diff", ids["good"], ids["drift"], "--json")
    assert {"name": "$.data.Call[].bidPrice", "before": "text", "after": "absent"} in found["structure"]
    assert all(row["change"] == "gone" for row in found["rows"])
    assert "are the same" in run("diff", ids["first"], ids["good"])


def test_export_writes_a_bundle_har_answer_or_fixture_and_overwrites_nothing(
    run: Run, ids: dict[str, str], tmp_path: Path
) -> None:
    bundle, har, raw = (tmp_path / name for name in ("a.nqcap", "a.har", "a.json"))
    told = run("export", ids["good"], "--out", str(bundle), "--json")
    assert told["bytes"] == bundle.stat().st_size
    with zipfile.ZipFile(bundle) as parts:
        assert parts.testzip() is None
    run("export", ids["good"], "--har", "--out", str(har))
    assert json.loads(har.read_bytes())["log"]["version"] == "1.2"
    run("export", ids["good"], "--raw", "--out", str(raw))
    assert json.loads(raw.read_bytes())["data"]
    with pytest.raises(ConfigError, match="nothing was written"):
        run("export", ids["good"], "--out", str(bundle))


def test_a_fixture_is_what_a_later_parser_is_held_against(
    run: Run, ids: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    run("export", ids["good"], "--fixture", str(folder))
    (expected,) = folder.glob("*.expected.json")
    assert run("reparse", ids["good"], "--against", str(expected), "--json")["differences"] == []
    other = run("reparse", ids["drift"], "--against", str(expected), "--json")["differences"]
    assert {"field": "chain/series", "expected": "MC7M25", "now": None} in other
    expected.write_text("[]")
    with pytest.raises(ConfigError, match="no expected values"):
        run("reparse", ids["good"], "--against", str(expected))


def test_a_web_archive_is_written(run: Run, ids: dict[str, str], tmp_path: Path) -> None:
    run("export", ids["good"], "--warc", "--out", str(tmp_path / "x.warc"))
    assert (tmp_path / "x.warc").read_bytes().startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")


def test_a_deleted_one_is_no_longer_listed(run: Run, ids: dict[str, str]) -> None:
    run("pin", ids["good"])
    with pytest.raises(ConfigError, match="pinned"):
        run("delete", ids["good"])
    run("unpin", ids["good"])
    assert run("delete", ids["good"], "--json") == {"id": ids["good"], "deleted": True}
    assert ids["good"] not in [c["id"] for c in run("list", "--json")["captures"]]


def test_a_pin_is_listed(run: Run, ids: dict[str, str]) -> None:
    run("pin", ids["first"])
    assert [c["id"] for c in run("list", "--search", "pinned", "--json")["captures"]] == [ids["first"]]
    run("unpin", ids["first"])
    assert run("list", "--search", "pinned", "--json")["captures"] == []


@pytest.mark.parametrize("words", [("show",), ("export",), ("reparse",), ("diff", "x"), ("pin",)])
def test_an_unknown_id_is_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="captures list"):
        run(*words, "unknown")
