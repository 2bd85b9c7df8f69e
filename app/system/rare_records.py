"""The seldom records of a DBN file, such as its definitions, without whatever else is in it."""

from pathlib import Path

from app.domain.errors import ConfigError
from app.domain.tape import Tape, TapeError
from app.domain.ticks import Rare
from app.domain.units import Ns
from app.system.tape_files import TapeFile


def rare_records(file: str) -> tuple[Rare, ...]:
    """Blocks. ConfigError for what is no tape, or is damaged."""
    tape_file = TapeFile(Path(file))
    if tape_file.metadata is None:
        raise ConfigError(f"{tape_file.name} ends before its first record.")
    tape, found = Tape(tape_file.metadata.version, tape_file.metadata.ts_out), list[Rare]()
    try:
        for piece in tape_file.pieces():
            tape.feed(piece)
            found += tape.take(Ns(0)).rare
    except TapeError as e:
        raise ConfigError(f"{tape_file.name} is damaged: {e}.") from e
    return tuple(found)
