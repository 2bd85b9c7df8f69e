"""Arguments: what is refused, and that a refusal is one line for people."""

import argparse

import pytest

from app.cli.outcome import complain
from app.cli.parser import COMMANDS, parser

BAD = [
    "--exit-after 0",
    "--exit-after nan",
    "--exit-after soon",
    "--speed -1",
    "--activity 0",
    "--seed x",
    "tape",
    "tape --window 0 file",
    "tape --window 1e3 file",
    "tape --instrument -1 file",
    "book",
    "parse barchart",
    "keys",
    "keys frobnicate",
    "captures",
    "captures nope",
    "captures list --limit 0",
    "bench --seconds -1",
    "sim --speed 0",
]


@pytest.mark.parametrize("said", BAD)
def test_a_bad_argument_is_refused_in_one_line(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parser().parse_args(said.split())
    out, err = capsys.readouterr()
    assert (refused.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("pitwall")
    assert "--help" in err


def test_without_a_command_the_window_opens() -> None:
    arguments = parser().parse_args([])
    assert arguments.run is None
    assert (arguments.demo, arguments.exit_after, arguments.shot) == (False, None, None)


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_data_folder_may_be_named_before_or_after_the_command(where: str) -> None:
    folder = ["--data-dir", "somewhere"]
    said = [*folder, "session"] if where == "before" else ["session", *folder]
    assert str(parser().parse_args(said).data_dir) == "somewhere"


def test_options_are_not_guessed_from_their_beginning() -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--dem"])


def test_every_command_has_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        with pytest.raises(SystemExit) as done:
            parser().parse_args([name, "--help"])
        assert (done.value.code, name in capsys.readouterr().out) == (0, True)


def test_every_option_is_explained() -> None:
    options = [action for action in _actions(parser()) if action.option_strings]
    assert len(options) > 20
    assert [action.option_strings for action in options if not action.help] == []


def test_a_sentence_of_many_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    complain("first\n   second\tthird")
    assert capsys.readouterr().err == "pitwall: first second third\n"


def test_a_program_without_a_console_complains_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    complain("nobody hears this")


def _actions(of: argparse.ArgumentParser) -> list[argparse.Action]:
    found = []
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [one for sub in action.choices.values() for one in _actions(sub)]
        else:
            found.append(action)
    return found
