"""Tables written for other programs: CSV and JSON lines with the facts in front, Parquet with them inside."""

import io
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.table import Kind, Table, delimited, lines
from app.system.atomic import write_atomically

_PREFIX: Final = "pitwall."


def write_table(table: Table, target: str) -> str:
    """Fills the engine's `TableWriter` port; the ending of the name says which kind is meant."""
    path = Path(target)
    ending = path.suffix.lower()
    if ending == ".csv":
        content = delimited(table, ",").encode()
    elif ending == ".parquet":
        content = _parquet(table)
    elif ending == ".jsonl":
        content = lines(table).encode()
    else:
        raise ConfigError(f"{path.name} should end in .csv, .parquet or .jsonl: that says how to write it.")
    try:
        write_atomically(path, content)
    except OSError as e:
        raise ConfigError(f"{path} cannot be written: {e.strerror}.") from e
    return f"{table.rows:,} rows were written to {path}."


def _parquet(table: Table) -> bytes:
    import pyarrow as arrow
    from pyarrow import parquet

    kinds = {
        Kind.TEXT: arrow.string(),
        Kind.WHOLE: arrow.int64(),
        Kind.NUMBER: arrow.float64(),
        Kind.YES_NO: arrow.bool_(),
    }
    schema = arrow.schema(
        [arrow.field(column.name, kinds[column.kind]) for column in table.columns],
        metadata={f"{_PREFIX}{name}": said for name, said in table.facts},
    )
    columns = [
        arrow.array(column.values, type=field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    file = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(columns, schema=schema), file)
    return file.getvalue()
