import logging
import stat
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.domain.units import SECOND, Ns, ns_from_iso
from app.domain.updates import LogLine
from app.system.logs import Logs, start_logging
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.repeats import WINDOW, Repeats

log = logging.getLogger("app.engine.poller")


@dataclass
class HandClock:
    at: Ns = ns_from_iso("2026-03-10T12:00:00.5Z")
    elapsed: Ns = Ns(0)

    def now(self) -> Ns:
        return self.at

    def monotonic(self) -> Ns:
        return self.elapsed


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def lines() -> list[LogLine]:
    return []


@pytest.fixture
def redactor() -> SecretRedactor:
    return SecretRedactor()


@pytest.fixture
def logs(tmp_path: Path, lines: list[LogLine], redactor: SecretRedactor, clock: HandClock) -> Iterator[Logs]:
    logs = start_logging(Paths(tmp_path), redactor, "INFO", lines.append, clock)
    yield logs
    logs.close()


def kept(tmp_path: Path) -> list[str]:
    return (tmp_path / "logs" / "pitwall.log").read_text().splitlines()


def test_a_line_reaches_file_and_screen_with_its_utc_time(
    logs: Logs, lines: list[LogLine], tmp_path: Path
) -> None:
    log.info("polled %s in %.1f s", "MC7M25", 0.8)
    assert lines == [
        LogLine(ns_from_iso("2026-03-10T12:00:00.5Z"), "INFO", "engine.poller", "polled MC7M25 in 0.8 s")
    ]
    assert kept(tmp_path) == [
        "2026-03-10T12:00:00.5Z   INFO    engine.poller [MainThread] polled MC7M25 in 0.8 s"
    ]
    assert stat.S_IMODE((tmp_path / "logs" / "pitwall.log").stat().st_mode) == 0o600


def test_levels_below_the_chosen_one_are_left_out(logs: Logs, lines: list[LogLine]) -> None:
    log.debug("hidden")
    logs.set_level("DEBUG")
    log.debug("shown")
    logs.set_level("ERROR")
    log.info("hidden again")
    assert [line.text for line in lines] == ["shown"]


def test_debug_of_others_is_never_kept(logs: Logs, lines: list[LogLine]) -> None:
    logs.set_level("DEBUG")
    for name in ("databento.live.protocol", "urllib3", "numba.core", "apparent"):
        other = logging.getLogger(name)
        level = other.level
        other.setLevel(logging.DEBUG)
        other.debug("auth=0123456789abcdef")
        other.info("fine from %s", name)
        other.setLevel(level)
    assert {line.text.split(" from ")[0] for line in lines} == {"fine"}


@pytest.mark.expected_log("refused")
def test_secrets_are_in_neither_file_nor_screen(
    logs: Logs, lines: list[LogLine], redactor: SecretRedactor, tmp_path: Path
) -> None:
    # not the canary: the guard looks at records before any handler has seen them
    redactor.learn("a-key-nobody-may-see")
    try:
        raise ValueError("https://x.example/?apiKey=a-key-nobody-may-see")
    except ValueError:
        log.exception("refused %s", "a-key-nobody-may-see")
    told = (tmp_path / "logs" / "pitwall.log").read_text()
    for text in (told, lines[0].text):
        assert "a-key-nobody-may-see" not in text
        assert "ValueError: https://x.example/?apiKey=[redacted]" in text


def test_identical_lines_are_counted_not_repeated(
    logs: Logs, lines: list[LogLine], clock: HandClock, tmp_path: Path
) -> None:
    for _ in range(100):
        log.info("cut off")
        log.info("other")
    assert [line.text for line in lines] == ["cut off", "other"]
    clock.elapsed = Ns(WINDOW + SECOND)
    log.info("third")
    assert [(line.text, line.repeats) for line in lines[2:]] == [("cut off", 99), ("other", 99), ("third", 1)]
    assert any(line.endswith("cut off (×99)") for line in kept(tmp_path))


def test_what_was_counted_is_told_at_the_end(logs: Logs, lines: list[LogLine]) -> None:
    for _ in range(3):
        log.info("cut off")
    logs.close()
    assert [(line.text, line.repeats) for line in lines] == [("cut off", 1), ("cut off", 2)]


def test_no_line_is_lost_among_many_different_ones(clock: HandClock) -> None:
    repeats = Repeats(clock)
    told = [line for n in range(1000) for line in repeats.after(LogLine(Ns(n), "INFO", "x", str(n % 250)))]
    told += repeats.rest()
    assert sum(line.repeats for line in told) == 1000
    assert len(repeats._held) == 0


def test_the_file_rotates_and_old_ones_end(
    tmp_path: Path, redactor: SecretRedactor, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.system.logs.LARGEST_FILE", 2_000)
    logs = start_logging(Paths(tmp_path), redactor, "INFO", lambda line: None, clock)
    for n in range(300):
        log.info("line %d", n)
    logs.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 6
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_cannot_be_written_is_told_once(logs: Logs, lines: list[LogLine], tmp_path: Path) -> None:
    (tmp_path / "logs").rename(tmp_path / "moved away")
    for n in range(3):
        log.info("line %d", n)
    assert [line.text for line in lines if line.source == "system.logs"] == [
        "The log file cannot be written: No such file or directory. Lines are shown here only."
    ]
    assert [line.text for line in lines if line.source != "system.logs"] == ["line 0", "line 1", "line 2"]


def test_a_line_that_does_not_fit_its_arguments_breaks_nothing(logs: Logs, lines: list[LogLine]) -> None:
    # past the tests' own handlers, which would fail the test
    logs._handler.handle(logging.LogRecord("app.x", logging.INFO, "", 0, "%d and %d", ("one",), None))
    assert [line.text for line in lines] == ["a log line could not be made: TypeError"]


@pytest.mark.expected_log("old ways")
def test_pythons_warnings_are_in_the_log(logs: Logs, lines: list[LogLine]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old ways", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert any("old ways" in line.text for line in lines)


def test_closing_gives_everything_back(tmp_path: Path, redactor: SecretRedactor) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers), logging.getLogger("app").level
    start_logging(Paths(tmp_path), redactor, "DEBUG", lambda line: None).close()
    assert (root.level, list(root.handlers), logging.getLogger("app").level) == before
