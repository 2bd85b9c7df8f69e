"""Files a user might hand to a command by mistake, and an empty data folder."""

from pathlib import Path

import pytest
import zstandard

from app.sim.dbn_metadata import file_metadata
from app.sim.dbn_records import TRADE, records

HOLDING = 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def tape_bytes() -> bytes:
    """A tape of forty trades."""
    head = file_metadata("trades", (0, 1), None, "raw_symbol", [], [], {})
    at = [1_700_000_000_000_000_000 + n for n in range(HOLDING)]
    made = records(TRADE, HOLDING, 7, at, price=5_000_000_000, size=1, action=b"T", side=b"B", ts_recv=at)
    return head + made.tobytes()


@pytest.fixture
def files(tmp_path: Path, tape_bytes: bytes) -> Path:
    """A folder of one good tape and many things that are none."""
    packed = zstandard.compress(tape_bytes)
    contents = {
        "good.dbn": tape_bytes,
        "good.dbn.zst": packed,
        "cut.dbn": tape_bytes[:-5],
        "cut.dbn.zst": packed[:-5],
        "cut_header.dbn": tape_bytes[:40],
        "empty.dbn": b"",
        "text.dbn": b"this is a letter and no tape at all",
        "text.dbn.zst": b"this is a letter and no tape at all",
        "packed_text.dbn.zst": zstandard.compress(b"this is a letter"),
        "cut.json": b'{"count": 2, "total": 700, "data": {"Call": [{"sym',
        "other.json": b'{"results": [], "status": "OK"}',
        "none.json": b'{"count": 0, "total": 0, "data": []}',
        "block.html": b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
        b"<body><h1>Access denied</h1></body></html>",
        "bytes.json": bytes(range(256)),
        "no_map.json": b"this is no map",
        "nothing_named.json": b'{"weather": "http://127.0.0.1:1"}',
        "wrong_type.json": b'{"barchart": 5}',
        "no_clock.json": b'{"barchart": "http://127.0.0.1:1", "clock": {"start_ns": "noon"}}',
        "dead.json": b'{"barchart": "http://127.0.0.1:1"}',
        "a_file": b"x",
    }
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.png").mkdir()
    return folder
