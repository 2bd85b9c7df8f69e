"""A database that cannot be used: damaged, of a newer version, in no place, on a full disk."""

import os
import sqlite3
from collections.abc import Callable

import pytest

from app.domain.errors import ConfigError
from app.domain.units import Ns
from app.system.paths import Paths
from app.system.store import SqliteStore
from tests.system.kept import CAPTURE, opened


def harm_head(content: bytes) -> bytes:
    return b"this is no database at all".ljust(len(content), b"!")


def harm_page(content: bytes) -> bytes:
    return content[:4096] + os.urandom(4096) + content[8192:]


@pytest.mark.expected_log("The database was damaged.")
@pytest.mark.parametrize("harm", [harm_head, harm_page, lambda content: content[: len(content) // 2 - 100]])
def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    tmp_path_factory: pytest.TempPathFactory, harm: Callable[[bytes], bytes]
) -> None:
    paths = Paths(tmp_path_factory.mktemp("damaged"))
    first = opened(paths)
    first.save_capture(CAPTURE)
    first.count("x", 1)
    first.close()
    paths.database.write_bytes(damaged := harm(paths.database.read_bytes()))
    second = opened(paths)
    kept = paths.database.with_name("pitwall.damaged-20260310T120000Z.db")
    assert second.open() == (f"The database was damaged. It was kept as {kept.name}; a new one was begun.",)
    assert second.counters("") == {}
    second.count("x", 5)
    assert second.counters("") == {"x": 5}
    second.close()
    assert kept.read_bytes() == damaged


def test_an_empty_file_is_a_new_database(paths: Paths) -> None:
    paths.database.touch()
    store = opened(paths)
    assert store.open() == ()
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(paths: Paths) -> None:
    database = sqlite3.connect(paths.database)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ConfigError, match="newer Pitwall"):
        opened(paths).open()
    assert list(paths.data.glob("*damaged*")) == []


def test_a_place_without_a_database_is_one_sentence(paths: Paths) -> None:
    paths.database.mkdir()
    with pytest.raises(ConfigError, match=r"^The database cannot be opened: Is a directory\.$"):
        opened(paths).open()


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(store: SqliteStore) -> None:
    store.open()
    pages = store._database.rows("PRAGMA page_count")[0][0]
    store._database.rows(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with store.transaction():
            for number in range(1000):
                store.remember(f"fact {number}", "x" * 500, Ns(number))

    with pytest.raises(ConfigError, match="database or disk is full"):
        fill()
    assert store._database.rows("SELECT count(*) FROM fact")[0][0] == 0
    assert store.counters("") == {}
