"""What is decided before Qt is imported."""

import os

import pytest

from app.display import choose_platform, refuse_defective_qt
from app.domain.errors import ConfigError


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_an_unattended_start_without_a_display_draws_off_screen() -> None:
    choose_platform(unattended=True)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_window_without_a_display_is_refused_with_the_ways_out() -> None:
    with pytest.raises(ConfigError, match=r"xvfb-run.*--shot"):
        choose_platform(unattended=False)


def test_a_display_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    choose_platform(unattended=True)
    assert "QT_QPA_PLATFORM" not in os.environ


def test_a_chosen_platform_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "vnc")
    choose_platform(unattended=False)
    assert os.environ["QT_QPA_PLATFORM"] == "vnc"


@pytest.mark.parametrize("version", ["6.12.0", "6.12.1", "6.13.0", "7.0.0"])
def test_the_pair_that_aborts_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match=r"6\.\d+\.\d aborts on Python 3\.11|7\.0\.0 aborts"):
        refuse_defective_qt(version, (3, 11))


@pytest.mark.parametrize(
    ("version", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("6.12.0", (3, 13))]
)
def test_good_pairs_start(version: str, python: tuple[int, ...]) -> None:
    refuse_defective_qt(version, python)
