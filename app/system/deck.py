"""Recorded tapes side by side, played as they were received: nothing comes before its moment.

Files that continue each other, as recordings of one connection after the other do, are played in order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import tape
from app.domain.contract import Future
from app.domain.errors import ConfigError
from app.domain.symbols import parse_raw
from app.domain.ticks import InstrumentMapped, TickBatch
from app.domain.units import Ns, moment
from app.engine.columns import chosen
from app.engine.tapes import Played
from app.system.once import Once
from app.system.reel import Contents, Reel, contents, counted
from app.system.tape_files import TapeFile

# from there on compiling costs less than it saves
_WORTH_COMPILING: Final = 512 * 1024
_NAMES_SHOWN: Final = 3


class Deck:
    """Read whole by the constructor, which blocks; refuses with ConfigError what cannot be replayed."""

    def __init__(self, files: Sequence[Path]) -> None:
        if len({file.resolve() for file in files}) < len(files):
            raise ConfigError("A file is named twice; its trades would count twice.")
        if sum(f.stat().st_size for f in files if f.is_file()) > _WORTH_COMPILING:
            tape.warm_up()
        self._files = tuple(sorted(map(contents, files), key=lambda one: (one.begins or 0, one.path.name)))
        self.title = ", ".join(one.path.name for one in self._files)
        self.simulated = any(one.path.name.startswith("simulated-") for one in self._files)
        self.begin, self.end = self._span()
        self.first_trade = Ns(min((o.first_trade for o in self._files if o.first_trade), default=self.begin))
        self._refuse_others()
        self._telling = [one for one in self._files if not one.is_beside] or list(self._files)
        self._lanes: list[_Lane] = []
        self.rewind()
        self.joins = any(one.joins for one in self._lanes)

    def rewind(self) -> None:
        for one in self._lanes:
            one.close()
        lanes: dict[str, list[Contents]] = {}
        for file in self._files:
            lanes.setdefault(file.lane, []).append(file)
        self._lanes = [_Lane(those, self._telling) for those in lanes.values()]
        self._once = Once({file.path: (file.first_trade or 0, file.last_trade) for file in self._telling})

    def play(self, until: Ns) -> Played:
        """What came until then and was not played before; a piece of it when that is much."""
        batches, cuts = [], []
        for one in self._lanes:
            cuts.append(one.next_file())
            found = one.reel.play(until)
            if found is not None:
                batches.append(self._counted(one, *found))
        following = [when for one in self._lanes if (when := one.following(until)) is not None]
        cut = min((since for since in cuts if since is not None), default=None)
        return Played(tuple(batches), cut, Ns(min(following)) if following else None)

    def names(self, day: date) -> tuple[InstrumentMapped, ...]:
        """What instruments were called on that day, as the headers say."""
        said = {}
        for file in self._files:
            for number, name, asked in _mapped(file, day):
                said[number] = InstrumentMapped(number, name, asked)
        return tuple(said.values())

    def _counted(self, lane: "_Lane", batch: TickBatch, kinds: NDArray[np.uint8]) -> TickBatch:
        """With those of its trades that no other record and no other file has told."""
        rows = counted(batch, kinds, lane.kinds) if lane.tells else np.zeros(len(kinds), np.bool_)
        return replace(batch, trades=self._once.fresh(lane.path, chosen(batch.trades, rows)))

    def _span(self) -> tuple[Ns, Ns]:
        begins = [one.begins for one in self._files if one.begins is not None]
        newest = max(one.newest for one in self._files)
        if not begins or not newest:
            raise ConfigError(f"{self.title}: there is no trade in it, so there is nothing to replay.")
        return min(begins), Ns(newest)

    def _refuse_others(self) -> None:
        refuse_others(self.title, self.begin, set().union(*(one.names for one in self._files)))


def refuse_others(title: str, at: Ns, names: set[str]) -> None:
    """ConfigError unless one of the instruments is an NQ future."""
    near = moment(at).date()
    if any(isinstance(_parsed(name, near), Future) for name in names):
        return
    held = sorted(name for name in names if name and not name.isdigit())[:_NAMES_SHOWN]
    what = f" but {', '.join(held)}" if held else ""
    raise ConfigError(f"{title}: no NQ future is in it{what}; Pitwall replays NQ only.")


def refuse_at_sight(files: Sequence[Path]) -> None:
    """As far as the headers tell: ConfigError for what is no tape, and where all of them name only others."""
    headers = [(file.name, about) for file in files if (about := TapeFile(file).metadata) is not None]
    if headers and all(about.mappings for _, about in headers):
        names = {m.symbol for _, about in headers for m in about.mappings}
        refuse_others(", ".join(name for name, _ in headers), headers[0][1].start, names)


class _Lane:
    def __init__(self, files: list[Contents], telling: Sequence[Contents]) -> None:
        self.reel = Reel(files[0].path, files[0].newest)
        self.path, self.kinds = files[0].path, files[0].kinds
        self.tells = files[0] in telling
        self._left = files[1:]

    @property
    def joins(self) -> bool:
        return self.tells and any(file.is_ours and file.first_trade for file in self._left)

    def next_file(self) -> Ns | None:
        """When one connection ended and another begins: from when on that one brought trades, if it did."""
        if not (self.reel.is_over and self._left):
            return None
        file = self._left.pop(0)
        self.reel, self.path, self.kinds = Reel(file.path, file.newest), file.path, file.kinds
        return Ns(file.first_trade) if self.tells and file.is_ours and file.first_trade else None

    def following(self, until: Ns) -> int | None:
        """When there is more to play; at once, if the next file has not been looked into."""
        if self.reel.is_over:
            return until if self._left else None
        return self.reel.following

    def close(self) -> None:
        self.reel.close()


def _parsed(name: str, near: date) -> object:
    try:
        return parse_raw(name, near)
    except ValueError:
        return None


def _mapped(file: Contents, day: date) -> Iterator[tuple[int, str, str]]:
    for mapping in file.about.mappings:
        for interval in mapping.intervals:
            number, name = interval.symbol, mapping.symbol
            if file.about.stype_in == "instrument_id":
                number, name = name, number
            if number.isascii() and number.isdigit() and interval.first <= day < interval.end:
                yield int(number), name, mapping.symbol
