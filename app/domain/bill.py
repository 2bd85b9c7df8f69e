"""A vendor's bill as it was read from a file, before it is kept: what it says, and how far we are from it."""

from dataclasses import dataclass

from app.domain.cost import Reconciliation
from app.domain.routing import SourceId
from app.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Bill:
    """`compared` holds one line for each month of the file. `replaces` are months that have a bill already,
    which counts no more once this one is kept."""

    source: SourceId
    file: str
    usage: Usage
    compared: tuple[Reconciliation, ...]
    replaces: tuple[str, ...] = ()
