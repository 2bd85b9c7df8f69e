"""Which future is on screen: those the feeds have named, and the one the user looks at."""

from PySide6.QtCore import QObject, Signal

from app.domain.contract import Future
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.domain.updates import InstrumentKnown


class Watch(QObject):
    """Never chooses a contract nobody named. Until the user picks, it is the one the engine follows through
    the roll, else the first not expired. Each source numbers a future in its own way: the number watched is
    that of the source which feeds its trades."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[int, InstrumentKnown] = {}
        self._picked: int | None = None
        self._charted: Future | None = None
        self._source: SourceId | None = None
        self._instrument: int | None = None

    @property
    def instrument(self) -> int | None:
        return self._instrument

    @property
    def future(self) -> Future | None:
        known = self._known.get(self._instrument) if self._instrument is not None else None
        return None if known is None else known.future

    @property
    def code(self) -> str | None:
        return None if self.future is None else self.future.code

    def futures(self) -> tuple[tuple[int, Future], ...]:
        """Instrument and future, nearest first, each future once."""
        found: dict[Future, InstrumentKnown] = {}
        for known in self._known.values():
            if known.future is not None and (
                known.future not in found or known.provenance.source == self._source
            ):
                found[known.future] = known
        return tuple((found[future].instrument, future) for future in sorted(found))

    def learn(self, known: InstrumentKnown, now: Ns) -> None:
        if known.future is None or self._known.get(known.instrument) == known:
            return
        self._known[known.instrument] = known
        self._choose(now)
        self.changed.emit()

    def fed_by(self, source: SourceId, now: Ns) -> None:
        """Another source feeds the trades: the same future, by its number."""
        if source == self._source:
            return
        self._source = source
        picked = self._known.get(self._picked) if self._picked is not None else None
        if picked is not None:
            same = [number for number, future in self.futures() if future == picked.future]
            self._picked = self._instrument = same[0]
            self.changed.emit()
        else:
            self.look_again(now)

    def look_again(self, now: Ns) -> None:
        """A new day may have ended a contract."""
        before = self._instrument
        self._choose(now)
        if self._instrument != before:
            self.changed.emit()

    def follow(self, charted: Future, now: Ns) -> None:
        """The roll was decided: what was picked before it was picked among other contracts."""
        if charted != self._charted:
            self._charted, self._picked = charted, None
            self.look_again(now)

    def pick(self, instrument: int) -> None:
        if instrument in self._known and instrument != self._instrument:
            self._picked = self._instrument = instrument
            self.changed.emit()

    def _choose(self, now: Ns) -> None:
        if self._picked is not None:
            return
        ahead = [(number, future) for number, future in self.futures() if not self._expired(number, now)]
        followed = [number for number, future in ahead if future == self._charted]
        self._instrument = next(iter(followed), ahead[0][0] if ahead else None)

    def _expired(self, instrument: int, now: Ns) -> bool:
        expiration = self._known[instrument].expiration
        return expiration is not None and expiration <= now
