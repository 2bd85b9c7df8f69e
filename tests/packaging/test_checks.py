"""`dev.py test` runs every check, whatever the first ones say."""

import pytest

from bootstrap.checks import READING, TESTS, Check, run_all


def test_all_checks_run_and_the_summary_names_the_failed_one(capfd: pytest.CaptureFixture[str]) -> None:
    code = run_all((
        Check("first", ("python", "-c", "print('said by the first'); raise SystemExit(3)")),
        Check("second", ("python", "-c", "print('said by the second')")),
    ))  # fmt: skip
    said = capfd.readouterr()
    assert code == 1
    assert "said by the first" in said.out
    assert "said by the second" in said.out
    assert "FAILED  first" in said.err
    assert "passed  second" in said.err
    assert said.err.splitlines()[-1] == "Failed: first."


def test_when_all_is_well_it_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_all((Check("only", ("python", "-c", "")),)) == 0
    assert capfd.readouterr().err.splitlines()[-1] == "All checks passed."


def test_the_definition_of_done_is_complete() -> None:
    assert [check.title for check in (*READING, TESTS)] == ["format", "lint", "types", "imports", "tests"]
