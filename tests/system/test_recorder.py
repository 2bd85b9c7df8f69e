"""Recordings on disk: read by the official client and by ourselves, whatever ended them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import databento
import pytest

from app.cli.tape_document import tape_document
from app.domain.tape import Tape
from app.domain.ticks import VendorNotice
from app.domain.units import Ns
from app.system import recording_file as disk
from app.system.recorder import DiskRecorder
from app.system.tape_files import TapeFile
from app.system.track import Track
from tests.engine.clocks import ManualClock
from tests.sources.databento.gateway import header, mapping, trade
from tests.waiting import wait

DAY = date(2025, 6, 10)
Begin = Callable[..., tuple[DiskRecorder, list[str]]]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    monkeypatch.setattr("app.system.recorder.FLUSH_S", 0.05)
    made: list[DiskRecorder] = []

    def make(**given: object) -> tuple[DiskRecorder, list[str]]:
        told: list[str] = []
        recorder = DiskRecorder(
            tmp_path,
            ManualClock(),
            lambda severity, sentence: told.append(sentence),
            **{"free": lambda folder: 10**12, **given},  # type: ignore[arg-type]
        )
        made.append(recorder)
        return recorder, told

    yield make
    for recorder in made:
        recorder.close()


def opened(recorder: DiskRecorder, most_mb: int = 2000, version: int = 3) -> Track:
    track = recorder.open("databento-trades", DAY, header(version), lambda: most_mb)
    assert track is not None
    return track


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*"))


def official(path: Path) -> list[int]:
    """Sequence numbers of the trades, as the vendor's client reads them; it leaves its file open."""
    store = databento.DBNStore.from_file(path)
    try:
        found: list[int] = store.to_ndarray(schema="trades")["sequence"].tolist()
        return found
    finally:
        store._data_source.reader.close()


def trades(path: Path) -> int:
    document = tape_document([path], 60)
    totals = document["totals"]
    assert isinstance(totals, list)
    return sum(int(line["trades"]) for line in totals)


def test_a_recording_is_read_by_the_official_client_and_by_pitwall(begin: Begin, tmp_path: Path) -> None:
    recorder, told = begin()
    track = opened(recorder)
    track.write(mapping() + trade(at=1_000))
    track.write(trade(at=2_000))
    track.close()
    recorder.close()
    (name,) = files(tmp_path)
    assert name == "databento-trades-20250610T150000000Z.dbn.zst"
    path = tmp_path / "2025-06-10" / name
    assert official(path) == [1_000, 2_000]
    assert trades(path) == 2
    assert path.stat().st_mode & 0o077 == 0
    assert not told


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_slow_disk_costs_a_hole_that_is_counted_told_and_marked(
    begin: Begin, tmp_path: Path, version: int
) -> None:
    waiting = True

    def slow(path: Path) -> BinaryIO:
        wait(lambda: not waiting)
        return disk.new_file(path)

    recorder, told = begin(open_file=slow, room=100)
    track = opened(recorder, version=version)
    for at in (1_000, 2_000, 3_000, 4_000):
        track.write(trade(at=at))
    assert track.lost == 2 * len(trade())
    waiting = False
    wait(lambda: track.taken == track.put)
    track.write(trade(at=9_000))
    wait(lambda: told)
    recorder.close()
    assert "hole" in told[0]
    file = TapeFile(next(tmp_path.glob("*/*")))
    assert file.metadata is not None
    tape = Tape(file.metadata.version)
    for piece in file.pieces():
        tape.feed(piece)
    batch = tape.take(Ns(0))
    assert batch.trades.sequence.tolist() == [1_000, 2_000, 9_000]
    (said,) = batch.rare
    assert isinstance(said, VendorNotice)
    assert said.is_error
    assert not said.fatal
    assert said.ts_event == 9_000
    assert said.text == "Pitwall's recorder was too slow: records are missing here."


@pytest.mark.expected_log("recording stopped")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_ends_the_recording_with_one_sentence(begin: Begin) -> None:
    recorder, told = begin(open_file=lambda path: Path("/dev/full").open("wb"))  # noqa: SIM115
    track, other = opened(recorder), opened(recorder)
    for at in range(200):
        track.write(trade(at=at + 1))
        other.write(trade(at=at + 1))
    wait(lambda: told)
    wait(lambda: track.is_over)
    track.write(trade())
    track.close()
    assert told == ["Recording has stopped: No space left on device. The live data goes on."]
    assert recorder.open("databento-trades", DAY, header(), lambda: 2000) is None


def test_a_disk_that_is_nearly_full_is_left_alone(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.system.recorder._LOOK_EVERY_S", 0.0)
    recorder, told = begin(free=lambda folder: 1_000_000)
    track = opened(recorder)
    track.write(trade())
    wait(lambda: told)
    assert track.is_over
    assert "nearly full" in told[0]


def test_the_oldest_recordings_make_room_and_a_growing_one_stays(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b", "c")):
        path = tmp_path / f"2025-06-0{number + 1}" / f"{name}.dbn.zst"
        path.parent.mkdir()
        path.write_bytes(bytes(100))
        os.utime(path, (number, number))
    growing = tmp_path / "2025-06-01" / "x.dbn.zst.part"
    growing.write_bytes(bytes(100))
    os.utime(growing, (0, 0))
    assert disk.make_room(tmp_path, 250) == 200
    assert files(tmp_path) == ["c.dbn.zst", "x.dbn.zst.part"]
    assert not (tmp_path / "2025-06-02").exists()
    assert disk.make_room(tmp_path, 10) == 100


def test_switched_off_it_ends_what_runs_and_begins_nothing(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.system.recorder._LOOK_EVERY_S", 0.0)
    allowed = [2000]
    recorder, told = begin()
    track = recorder.open("databento-trades", DAY, header(), lambda: allowed[0])
    assert track is not None
    track.write(trade())
    wait(lambda: files(tmp_path))
    allowed[0] = 0
    wait(lambda: track.is_over)
    wait(lambda: not files(tmp_path)[0].endswith(".part"))
    assert recorder.open("databento-trades", DAY, header(), lambda: 0) is None
    assert not told


def test_a_recording_cut_in_its_last_frame_keeps_the_frames_before(begin: Begin, tmp_path: Path) -> None:
    recorder, _ = begin()
    track = opened(recorder)
    for at in (1_000, 2_000):
        track.write(trade(at=at))
        wait(lambda: track.taken == track.put)
        assert track.file is not None
        wait(lambda: track.file._frame is None)  # type: ignore[union-attr]
    recorder.close()
    (path,) = tmp_path.glob("*/*")
    path.write_bytes(path.read_bytes()[:-5])
    assert official(path) == [1_000]
    assert tape_document([path], 60)["truncated"] is True
    assert trades(path) >= 1


CHILD = """
import sys, time
from datetime import date
from pathlib import Path
from app.system.recorder import DiskRecorder
from tests.engine.clocks import ManualClock
from tests.sources.databento.gateway import header, trade
recorder = DiskRecorder(Path(sys.argv[1]), ManualClock(), lambda *told: None)
track = recorder.open("databento-trades", date(2025, 6, 10), header(), lambda: 2000)
written = 0
while True:
    written += 1
    track.write(trade(at=written))
    print(written, time.monotonic(), flush=True)
    time.sleep(0.002)
"""


def test_kill_9_costs_at_most_the_last_second(begin: Begin, tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline().split() for _ in range(1_100)]
    child.kill()
    with child.stdout:
        lines += [line.split() for line in child.stdout.read().splitlines()]
    child.wait(5)
    killed = time.monotonic()
    kept_at_least = sum(1 for line in lines if len(line) == 2 and float(line[1]) < killed - 1.3)
    (path,) = tmp_path.glob("*/*.part")
    assert trades(path) == len(official(path)) >= kept_at_least > 200
    # the next start gives it a name that says so
    recorder, _ = begin()
    opened(recorder).write(trade())
    wait(lambda: any("-cut" in name for name in files(tmp_path)))
