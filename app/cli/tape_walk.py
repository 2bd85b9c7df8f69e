"""How commands go through a recorded tape: piece by piece, by the compiled pass where that pays."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.domain import tape
from app.domain.errors import ConfigError
from app.domain.tape import Along, Tape, TapeError
from app.system.tape_files import TapeFile

# about 400,000 records: up to there the plain pass is done before the compiled one is loaded
_WORTH_COMPILING: Final = 24 * 1024 * 1024
_PACKED: Final = 4


def warm_up_for(files: Sequence[Path]) -> None:
    """Load the compiled pass if the files are big enough to be worth it."""
    size = sum(f.stat().st_size * (_PACKED if f.suffix == ".zst" else 1) for f in files if f.is_file())
    if size > _WORTH_COMPILING:
        tape.warm_up()


def walk(file: TapeFile, also: Sequence[Along] = ()) -> Iterator[Tape]:
    """The tape after each piece of the file; whoever gets it takes from it."""
    if file.metadata is None:
        return
    records = Tape(file.metadata.version, file.metadata.ts_out, also=also)
    try:
        for piece in file.pieces():
            records.feed(piece)
            yield records
    except TapeError as e:
        raise ConfigError(f"{file.name} is damaged: {e}.") from e
    file.truncated = file.truncated or records.pending > 0
