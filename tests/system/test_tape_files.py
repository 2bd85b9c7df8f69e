from pathlib import Path

import pytest
import zstandard

from app.domain.errors import ConfigError
from app.system.tape_files import TapeFile
from tests.domain import dbn_bytes as made

RECORDS = b"".join(made.mbo(sequence=n, size=n % 7 + 1) for n in range(3_000))


def packed(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "some.dbn.zst"
    path.write_bytes(data)
    return path


def read(path: Path) -> tuple[bytes, bool]:
    file = TapeFile(path)
    return b"".join(file.pieces()), file.truncated


@pytest.mark.parametrize("version", [1, 2, 3])
def test_plain_and_packed_tapes_give_the_same_records(tmp_path: Path, version: int) -> None:
    tape = made.header(version, names={5: "NQM5"}) + RECORDS

    assert read(written(tmp_path, tape)) == (RECORDS, False)
    assert read(written(tmp_path, packed(tape))) == (RECORDS, False)
    about = TapeFile(tmp_path / "some.dbn.zst").metadata
    assert about is not None
    assert (about.version, about.symbols) == (version, ("NQM5",))


def test_frames_one_after_the_other_are_one_tape(tmp_path: Path) -> None:
    skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    tape = made.header() + RECORDS
    frames = skippable + packed(tape[:100]) + packed(b"") + packed(tape[100:5_000]) + packed(tape[5_000:])

    assert read(written(tmp_path, frames)) == (RECORDS, False)


@pytest.mark.parametrize("cut", [20, 200, 1_000, -1])
def test_a_cut_frame_gives_what_is_whole_in_it(tmp_path: Path, cut: int) -> None:
    first, rest = RECORDS[:56_000], RECORDS[56_000:]
    last = packed(rest)
    records, truncated = read(written(tmp_path, packed(made.header() + first) + last[:cut]))

    assert truncated
    assert len(records) >= len(first)
    assert RECORDS.startswith(records)


def test_a_tape_cut_inside_its_header_has_no_records(tmp_path: Path) -> None:
    file = TapeFile(written(tmp_path, made.header()[:60]))

    assert file.metadata is None
    assert (list(file.pieces()), file.truncated) == ([], True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"DB",
        b"DBN",
        b"PK\x03\x04 a zip",
        b"DBN\x09" + bytes(200),
        b"DBN\x03\x01\0\0\0" + bytes(200),
        packed(b"no tape"),
        b"\x28\xb5\x2f\xfd not zstd at all",
    ],
)
def test_what_is_no_tape_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^some.dbn.zst is not a DBN file\.$"):
        TapeFile(written(tmp_path, data))


def test_a_tape_cut_in_its_first_compressed_block_is_empty_and_cut(tmp_path: Path) -> None:
    tape = TapeFile(written(tmp_path, packed(made.header() + RECORDS)[:10]))
    assert tape.metadata is None
    assert tape.truncated
    assert not list(tape.pieces())


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^none.dbn cannot be read: No such file or directory\.$"):
        TapeFile(tmp_path / "none.dbn")


def test_damage_behind_the_header_is_not_taken_for_a_cut(tmp_path: Path) -> None:
    data = packed(made.header() + RECORDS) + packed(RECORDS)[:-30] + b"\xff" * 30
    file = TapeFile(written(tmp_path, data))
    with pytest.raises(ConfigError, match=r"^some.dbn.zst is damaged: .*\.$"):
        list(file.pieces())
