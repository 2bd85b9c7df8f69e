"""What instrument numbers stand for, as the vendor said, and how much of the complex that covers.

A number without a mapping is no instrument: its records are held until the mapping comes, and counted.
Spreads and user-defined strategies are known as such and excluded.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.contract import Contract, Future, Series
from app.domain.routing import Provenance, SourceId
from app.domain.session import NEW_YORK
from app.domain.symbols import parse_raw
from app.domain.ticks import InstrumentDefined, InstrumentMapped
from app.domain.units import Ns, moment
from app.domain.updates import CoverageChanged, InstrumentKnown

_log = logging.getLogger(__name__)

UNKNOWN: Final = 0
FUTURE: Final = 1
OPTION: Final = 2
EXCLUDED: Final = 3
_OPTION_ON_FUTURE: Final = "OOF"


@dataclass(frozen=True, slots=True)
class Instrument:
    id: int
    raw_symbol: str
    future: Future | None = None
    option: Contract | None = None
    expiration: Ns | None = None
    underlying: str = ""

    @property
    def kind(self) -> int:
        if self.future is not None:
            return FUTURE
        return OPTION if self.option is not None else EXCLUDED


class Instruments:
    """`day` decides the decade of one-digit years."""

    def __init__(self, source: SourceId, day: date) -> None:
        self._source = source
        self._day = day
        self._known: dict[int, Instrument] = {}
        self._futures: dict[int, Instrument] = {}
        self._defined: dict[int, InstrumentDefined] = {}
        self._roots_listed: set[str] = set()
        self._mistaken: set[int] = set()
        self._kinds: tuple[NDArray[np.uint32], NDArray[np.int8]] | None = None
        self.unresolved: set[str] = set()
        self.version = 0

    def get(self, instrument: int) -> Instrument | None:
        return self._known.get(instrument)

    def futures(self) -> tuple[Instrument, ...]:
        return tuple(self._futures.values())

    def options(self) -> tuple[Instrument, ...]:
        return tuple(i for i in self._known.values() if i.option is not None)

    def names(self) -> dict[int, str]:
        """The symbol of each number."""
        return {number: i.raw_symbol for number, i in self._known.items()}

    def expiration(self, series: Series) -> Ns | None:
        """When a series stops trading, as its definitions say."""
        return next(
            (i.expiration for i in self._known.values()
             if i.option is not None and i.option.series == series and i.expiration is not None),
            None,
        )  # fmt: skip

    def mapped(self, said: InstrumentMapped) -> Instrument | None:
        """The instrument if this changed what is known of it."""
        older = self._known.get(said.instrument_id)
        if older is not None and older.raw_symbol == said.raw_symbol:
            return None
        if older is not None:
            return self._mistake(older, said.raw_symbol)
        self.unresolved.discard(said.raw_symbol)
        found = self._parsed(said.instrument_id, said.raw_symbol)
        return self._take(found)

    def defined(self, said: InstrumentDefined) -> Instrument | None:
        """A definition also names its instrument; the mapping may come later or never."""
        if said.security_type == _OPTION_ON_FUTURE and said.instrument_class in ("C", "P"):
            self._roots_listed.add(said.asset)
        self._defined[said.instrument_id] = said
        older = self._known.get(said.instrument_id)
        if older is None:
            return self._take(self._parsed(said.instrument_id, said.raw_symbol))
        if older.raw_symbol != said.raw_symbol:
            return self._mistake(older, said.raw_symbol)
        known = self._with_definition(older)
        return self._take(known) if known != older else None

    def kinds(self, ids: NDArray[np.uint32]) -> NDArray[np.int8]:
        """UNKNOWN, FUTURE, OPTION or EXCLUDED for each row."""
        if self._kinds is None:
            numbers = np.fromiter(self._known, np.uint32, len(self._known))
            kinds = np.fromiter((i.kind for i in self._known.values()), np.int8, len(self._known))
            order = np.argsort(numbers)
            # one beyond the greatest, so that a search always ends at a row
            self._kinds = np.append(numbers[order], np.uint32(0)), np.append(kinds[order], np.int8(UNKNOWN))
        numbers, kinds = self._kinds
        places = np.searchsorted(numbers[:-1], ids)
        return np.where(numbers[places] == ids, kinds[places], np.int8(UNKNOWN))

    def knows(self, ids: NDArray[np.uint32]) -> bool:
        """Every one of these numbers has been named."""
        return not len(ids) or bool((self.kinds(ids) != UNKNOWN).all())

    def coverage(self, held: Iterable[int]) -> CoverageChanged:
        options = self.options()
        return CoverageChanged(
            source=self._source,
            roots_covered=len({i.option.series.root for i in options if i.option} & self._roots_listed),
            roots_listed=len(self._roots_listed),
            contracts=len(options),
            excluded=sum(1 for i in self._known.values() if i.kind == EXCLUDED),
            unresolved=len(self.unresolved) + len(set(held)),
            listed=tuple(sorted(self._roots_listed)),
        )

    def _take(self, instrument: Instrument) -> Instrument:
        self.version += 1
        self._known[instrument.id] = instrument
        self._kinds = None
        self._futures.pop(instrument.id, None)
        if instrument.future is not None:
            self._futures[instrument.id] = instrument
        return instrument

    def _mistake(self, older: Instrument, raw_symbol: str) -> Instrument | None:
        """One number for two instruments: neither may enter a series of the other."""
        if older.id in self._mistaken:
            return None
        self._mistaken.add(older.id)
        _log.warning("instrument %d was %s and is now %s: excluded", older.id, older.raw_symbol, raw_symbol)
        return self._take(Instrument(older.id, older.raw_symbol))

    def _parsed(self, instrument: int, raw_symbol: str) -> Instrument:
        try:
            parsed = parse_raw(raw_symbol, self._day)
        except ValueError as e:
            _log.info("%s is excluded: %s", raw_symbol, e)
            parsed = None
        match parsed:
            case Future():
                return self._with_definition(Instrument(instrument, raw_symbol, future=parsed))
            case Contract():
                return self._with_definition(Instrument(instrument, raw_symbol, option=parsed))
            case None:
                return Instrument(instrument, raw_symbol)

    def _with_definition(self, instrument: Instrument) -> Instrument:
        said = self._defined.get(instrument.id)
        if said is None or said.expiration is None or instrument.expiration == said.expiration:
            return instrument
        option, day = instrument.option, _day(said.expiration)
        if option is not None and option.expiry != day:
            option = replace(option, expiry=day)
        return replace(instrument, option=option, expiration=said.expiration, underlying=said.underlying)


@lru_cache(maxsize=1024)
def _day(at: Ns) -> date:
    """A hundred series share the expirations of all their contracts."""
    return moment(at).astimezone(NEW_YORK).date()


def known_update(instrument: Instrument, provenance: Provenance) -> InstrumentKnown | None:
    """None for what is excluded: the screen has no business with it."""
    if instrument.kind == EXCLUDED:
        return None
    return InstrumentKnown(
        instrument.id,
        instrument.raw_symbol,
        instrument.future,
        instrument.option,
        instrument.expiration,
        provenance,
    )
