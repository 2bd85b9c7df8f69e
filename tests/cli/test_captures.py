"""Stored answers on the command line: listed, shown, and never written over anything."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.capture import Capture, Outcome, Step
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns, ns_from_iso
from app.main import main
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

BODY = b'{"count": 0, "total": 0, "data": []}'
AT = ns_from_iso("2025-06-09T05:32:18Z")
Said = Callable[..., tuple[int, str, str]]


def capture(name: str, at: Ns, status: int | None = 200) -> Capture:
    return Capture(
        name, SourceId("barchart"), Channel.OPT_CHAIN, "MC7M25", "https://vendor.invalid/chain", at, status,
        "application/json", {"content-type": "application/json"}, BODY,
        (Step("request", 12.5, status is not None, "one try"),),
        Outcome.REJECTED, "no contracts", 0,
    )  # fmt: skip


@pytest.fixture
def said(data: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a command on a store of two answers: exit code, stdout, stderr."""
    store = SqliteStore(Paths(data), SecretRedactor())
    store.save_capture(capture("older", AT))
    store.save_capture(capture("newer", Ns(AT + 60_000_000_000), status=None))
    store.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["captures", *arguments, "--data-dir", str(data)])
        return code, *capsys.readouterr()

    return run


def document(said: Said, *arguments: str) -> Any:
    code, out, err = said(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_newest_is_listed_first(said: Said) -> None:
    listed = document(said, "list")["captures"]
    assert [line["id"] for line in listed] == ["newer", "older"]
    assert listed[0]["status"] is None, "no answer at all is not a status of 0"
    assert listed[1]["fetched"] == "2025-06-09T05:32:18Z"
    assert listed[1]["fetched_ns"] == AT
    assert (listed[1]["outcome"], listed[1]["verdict"], listed[1]["rows"]) == ("rejected", "no contracts", 0)


def test_a_limit_keeps_the_newest(said: Said) -> None:
    assert [line["id"] for line in document(said, "list", "--limit", "1")["captures"]] == ["newer"]


def test_people_read_lines(said: Said) -> None:
    code, out, err = said("list")
    assert (code, err, out.count("\n")) == (0, "", 2)
    assert "—" in out.splitlines()[0]


def test_one_is_shown_with_what_was_asked_and_each_step(said: Said) -> None:
    shown = document(said, "show", "older")
    assert shown["url"] == "https://vendor.invalid/chain"
    assert shown["bytes"] == len(BODY)
    assert [step["name"] for step in shown["steps"]] == ["request"]
    assert "request" in said("show", "older")[1]


@pytest.mark.parametrize("action", ["show", "export"])
def test_an_unknown_one_is_said_in_one_line(said: Said, action: str, tmp_path: Path) -> None:
    code, out, err = said(action, "nobody", *(["--out", str(tmp_path / "out")] if action == "export" else []))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "'nobody'" in err
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(said: Said, tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("mine", encoding="utf-8")
    code, _, err = said("export", "older", "--out", str(there))
    assert code == 2
    assert "already" in err
    assert there.read_text(encoding="utf-8") == "mine"


def test_an_empty_store_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["captures", "list", "--data-dir", str(data)]) == 0
    assert capsys.readouterr().out == "There is no stored answer yet.\n"
