"""Whether prices and bars came now, of the cache, or are the last good ones: in words. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.chain_updates import Served
from app.domain.contract import Future
from app.domain.routing import SourceId
from app.domain.second_updates import FuturePriced, PriceBarsArrived
from app.domain.units import Ns, Px
from app.ui import format as text

_KINDS: Final[Mapping[type, str]] = {FuturePriced: "price", PriceBarsArrived: "bars"}


@dataclass(frozen=True, slots=True)
class Kept:
    """`as_of` is when it was so by the source's own word, `received` when it was read."""

    served: Served
    future: Future
    as_of: Ns | None
    received: Ns
    price: Px | None = None


class ServedMarks:
    """What the newest answer of each source is, by kind; one that came live takes the mark away."""

    def __init__(self) -> None:
        self._kept: dict[tuple[SourceId, str], Kept] = {}

    def put(self, update: FuturePriced | PriceBarsArrived) -> None:
        source, kept = _kept(update)
        key = source, _KINDS[type(update)]
        if kept.served is Served.LIVE:
            self._kept.pop(key, None)
        else:
            self._kept[key] = kept

    def words(self, source: SourceId, future: Future, now: Ns) -> str:
        """Empty where everything of it came from the source itself."""
        return " · ".join(
            _words(source, kind, kept, now)
            for kind in _KINDS.values()
            if (kept := self._kept.get((source, kind))) is not None and kept.future == future
        )

    def is_stale(self, source: SourceId, future: Future) -> bool:
        """Anything of it that is shown although nothing newer came."""
        kept = (self._kept.get((source, kind)) for kind in _KINDS.values())
        return any(k is not None and k.future == future and k.served is Served.LAST_GOOD for k in kept)


def _kept(update: FuturePriced | PriceBarsArrived) -> tuple[SourceId, Kept]:
    """The last bar begins before it ends: bars are as old as their reading."""
    if isinstance(update, PriceBarsArrived):
        bars = update.bars
        return bars.source, Kept(update.served, bars.future, None, bars.received)
    said = update.price
    price = said.mid if said.mid is not None else said.last
    return said.source, Kept(update.served, said.future, said.as_of, said.received, price)


def _words(source: SourceId, kind: str, kept: Kept, now: Ns) -> str:
    price = "" if kept.price is None else f" {text.price(kept.price)}"
    since = kept.received if kept.as_of is None else kept.as_of
    age = text.age_between(since, now)
    what, old = f"{source} {kind}{price}", f"read {age} ago" if kept.as_of is None else f"{age} old"
    if kept.served is Served.LAST_GOOD:
        return f"STALE: last good {what}, {old}, nothing newer came"
    return f"{what} from the cache, {old}"
