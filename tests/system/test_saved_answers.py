"""Saved answers opened again: plain files by their stamp, bundles by what they say of themselves."""

import json
import zipfile
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.units import ns_from_iso
from app.system.saved_answers import open_saved


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("MC7M25_20250609T053218Z.json", "2025-06-09T05:32:18Z"),
        ("20250609T053218123456Z-barchart-MC7M25-4.json", "2025-06-09T05:32:18Z"),
    ],
)
def test_a_files_time_is_the_stamp_in_its_name(tmp_path: Path, name: str, at: str) -> None:
    (tmp_path / name).write_bytes(b'{"total": 0}')
    capture = open_saved(str(tmp_path / name))
    assert (capture.fetched, capture.content_type, capture.id) == (
        ns_from_iso(at), "application/json", name,
    )  # fmt: skip


def test_a_page_is_known_by_its_first_character(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"\n<html></html>")
    assert open_saved(str(tmp_path / "page.txt")).content_type == "text/html"


def bundle(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def test_a_bundle_says_its_source_and_time(tmp_path: Path) -> None:
    manifest = json.dumps({"capture": "20250609T053218123456Z-barchart-X-1", "source": "barchart"}).encode()
    path = bundle(tmp_path / "a.nqcap", manifest_json=manifest, raw__answer_json=b'{"total": 0}')
    capture = open_saved(str(path))
    assert (capture.source, capture.body) == ("barchart", b'{"total": 0}')
    assert capture.fetched == ns_from_iso("2025-06-09T05:32:18Z")


def test_what_is_no_bundle_and_what_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no bundle of a capture"):
        open_saved(str(bundle(tmp_path / "a.nqcap", other_txt=b"")))
    with pytest.raises(ConfigError, match="damaged bundle"):
        open_saved(str(bundle(tmp_path / "b.nqcap", raw__answer_json=b"{}", manifest_json=b"[]")))
    with pytest.raises(ConfigError, match="cannot be read"):
        open_saved(str(tmp_path / "gone.json"))
