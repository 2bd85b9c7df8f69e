"""What is taken away is written by the engine's workers, or refused with a sentence."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.engine.export_commands import ExportCommands
from app.system.table_files import write_table
from tests.domain.chain_samples import sample_arrived
from tests.engine.bench import Bench


async def test_a_chain_is_written_where_the_user_wants_it(bench: Bench, tmp_path: Path) -> None:
    async with bench.running() as engine:
        exports = ExportCommands(engine._desk, write_table)
        target = tmp_path / "chain.csv"
        assert await exports.chain(sample_arrived(), str(target)) == f"50 rows were written to {target}."
        assert target.read_text("utf-8").startswith("# source: barchart\n")
        with pytest.raises(ConfigError, match=r"\.csv, \.parquet or \.jsonl"):
            await exports.chain(sample_arrived(), str(tmp_path / "chain.doc"))


async def test_without_a_writer_it_says_so(bench: Bench) -> None:
    async with bench.running() as engine:
        shown = replace(sample_arrived(), board=None)
        with pytest.raises(ConfigError, match="without a way to write"):
            await engine.exports.chain(shown, "chain.csv")
