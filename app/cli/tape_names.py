"""What the instruments of a tape are called: by its header, else by its mappings and definitions."""

from collections.abc import Iterable
from datetime import date

from app.domain.dbn import Metadata
from app.domain.ticks import InstrumentDefined, InstrumentMapped, Rare
from app.domain.units import Ns, moment


class Names:
    def __init__(self) -> None:
        self._dated: dict[int, list[tuple[date, date, str]]] = {}
        self._said: dict[int, str] = {}

    def learn_header(self, about: Metadata) -> None:
        for mapping in about.mappings:
            for interval in mapping.intervals:
                number, name = interval.symbol, mapping.symbol
                if about.stype_in == "instrument_id":
                    number, name = name, number
                if number.isascii() and number.isdigit() and name:
                    self._dated.setdefault(int(number), []).append((interval.first, interval.end, name))

    def learn(self, rare: Iterable[Rare]) -> None:
        for said in rare:
            if isinstance(said, InstrumentMapped | InstrumentDefined) and said.raw_symbol:
                self._said[said.instrument_id] = said.raw_symbol

    def symbol(self, instrument: int, at: Ns) -> str | None:
        """None where the tape does not say. An id that had several names needs the right day."""
        dated = self._dated.get(instrument, [])
        names = {name for _, _, name in dated}
        if len(names) > 1:
            day = moment(at).date()
            names = {name for first, end, name in dated if first <= day < end}
        return names.pop() if len(names) == 1 else self._said.get(instrument)
