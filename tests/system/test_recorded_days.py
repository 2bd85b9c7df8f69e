"""Recordings are listed by their trading day, with what they truly are."""

from datetime import date
from pathlib import Path

from app.domain.units import ns_from_iso
from app.system.recorded_days import recorded_days


def tape(folder: Path, day: str, name: str, size: int = 100) -> Path:
    place = folder / day
    place.mkdir(parents=True, exist_ok=True)
    path = place / name
    path.write_bytes(b"x" * size)
    return path


def test_days_come_newest_first_with_the_tapes_of_each(tmp_path: Path) -> None:
    first = tape(tmp_path, "2025-06-09", "databento-trades-20250608T220001123Z.dbn.zst")
    quotes = tape(tmp_path, "2025-06-10", "databento-quotes-20250610T133000000Z.dbn.zst", 50)
    trades = tape(tmp_path, "2025-06-10", "databento-trades-20250610T130000000Z.dbn.zst", 60)
    new, old = recorded_days(tmp_path)
    assert (new.day, new.files, new.bytes) == (date(2025, 6, 10), (str(quotes), str(trades)), 110)
    assert new.begins == ns_from_iso("2025-06-10T13:00:00Z")
    assert (old.day, old.files, old.simulated) == (date(2025, 6, 9), (str(first),), False)


def test_one_that_still_grows_is_named_as_it_will_be(tmp_path: Path) -> None:
    growing = tape(tmp_path, "2025-06-10", "simulated-databento-trades-20250610T130000000Z.dbn.zst.part")
    (day,) = recorded_days(tmp_path)
    assert day.files == (str(growing.with_name(growing.name.removesuffix(".part"))),)
    assert day.simulated


def test_what_is_no_recording_is_not_listed(tmp_path: Path) -> None:
    tape(tmp_path, "2025-06-10", "notes.txt")
    tape(tmp_path, "elsewhere", "databento-trades-20250610T130000000Z.dbn.zst")
    assert recorded_days(tmp_path) == ()
    assert recorded_days(tmp_path / "nowhere") == ()
    tape(tmp_path, "2025-06-11", "own.dbn.zst")
    assert recorded_days(tmp_path)[0].begins is None
