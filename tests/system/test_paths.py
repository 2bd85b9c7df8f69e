import stat
import sys
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.system.paths import Paths


def test_everything_lies_below_the_directory_the_user_names(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "a" / "b")
    named = (
        paths.settings,
        paths.overrides,
        paths.database,
        paths.captures,
        paths.logs,
        paths.crash,
        paths.cache,
    )
    assert all(path.is_relative_to(tmp_path / "a" / "b") for path in named)
    assert all(directory.is_dir() for directory in (paths.captures, paths.logs, paths.crash, paths.cache))


def test_the_directories_are_the_owners_only(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "new")
    assert {stat.S_IMODE(d.stat().st_mode) for d in (paths.data, paths.captures, paths.logs)} == {0o700}


def test_the_environment_names_the_directory_when_no_argument_does(tmp_path: Path) -> None:
    environment = {"PITWALL_DATA_DIR": str(tmp_path / "env")}
    assert Paths(None, environment).data == tmp_path / "env"
    assert Paths(tmp_path / "arg", environment).data == tmp_path / "arg"


def test_without_a_name_the_systems_own_places_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    paths = Paths(None, {"PITWALL_DATA_DIR": ""})
    assert paths.data.is_relative_to(tmp_path)
    assert paths.settings.name == "settings.json"


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(ConfigError, match=r"^Pitwall cannot write to .*taken/x: Not a directory\.$"):
        Paths(tmp_path / "taken" / "x")
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is a place nobody can write to")
def test_a_directory_that_cannot_be_written_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^Pitwall cannot write to /proc/.*\.$"):
        Paths(Path("/proc/self/fdinfo"))
