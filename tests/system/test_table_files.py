"""Tables as other programs read them."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from app.domain.errors import ConfigError
from app.domain.table import Kind, Table, TableColumn
from app.system.table_files import write_table

TABLE = Table(
    "sample",
    (("source", "barchart"), ("as of", "2026-11-18T16:21:00Z")),
    (
        TableColumn("contract", Kind.TEXT, ("Q3DX6 C25000", 'odd, "name"')),
        TableColumn("bid", Kind.NUMBER, (12.25, None)),
        TableColumn("volume", Kind.WHOLE, (None, 0)),
        TableColumn("crossed", Kind.YES_NO, (False, True)),
    ),
)


def test_a_csv_says_where_it_comes_from_and_leaves_the_missing_empty(tmp_path: Path) -> None:
    target = tmp_path / "chain.csv"
    assert write_table(TABLE, str(target)) == f"2 rows were written to {target}."
    lines = target.read_text("utf-8").splitlines()
    assert lines[:2] == ["# source: barchart", "# as of: 2026-11-18T16:21:00Z"]
    rows = list(csv.DictReader(lines[2:]))
    assert rows[0] == {"contract": "Q3DX6 C25000", "bid": "12.25", "volume": "", "crossed": "false"}
    assert rows[1] == {"contract": 'odd, "name"', "bid": "", "volume": "0", "crossed": "true"}


def test_a_parquet_file_keeps_kinds_facts_and_what_is_missing(tmp_path: Path) -> None:
    target = tmp_path / "chain.parquet"
    write_table(TABLE, str(target))
    read = parquet.read_table(target)
    assert read.to_pydict() == {
        "contract": ["Q3DX6 C25000", 'odd, "name"'],
        "bid": [12.25, None],
        "volume": [None, 0],
        "crossed": [False, True],
    }
    assert [str(field.type) for field in read.schema] == ["string", "double", "int64", "bool"]
    assert read.schema.metadata[b"pitwall.source"] == b"barchart"


def test_json_lines_begin_with_the_facts_and_keep_what_is_missing(tmp_path: Path) -> None:
    target = tmp_path / "chain.jsonl"
    write_table(TABLE, str(target))
    facts, *rows = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert facts["facts"]["source"] == "barchart"
    assert rows[0] == {"contract": "Q3DX6 C25000", "bid": 12.25, "volume": None, "crossed": False}


@pytest.mark.parametrize("name", ["chain.xlsx", "chain", "nowhere/chain.csv"])
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        write_table(TABLE, str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []
