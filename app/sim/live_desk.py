"""Subscriptions of one live session: entitlement, symbols, mappings, snapshots, and where replays begin.

Texts of acknowledgements and refusals were never seen from the real gateway; codes are documented.
"""

from typing import Final

import numpy as np

from app.domain.units import DAY, Ns
from app.sim.dbn_records import MAPPING, STYPES, UNDEF_TIME, Records, error, records, system
from app.sim.live_control import Subscribe
from app.sim.live_faults import AGED_OUT_CODE, INVALID_SUBSCRIPTION_CODE, SYMBOL_CODE, not_authorized
from app.sim.live_house import House
from app.sim.live_stream import LiveStream, Wanted, published_before
from app.sim.live_wire import Wire
from app.sim.noise import Ints
from app.sim.symbology import RESOLVABLE, resolved
from app.sim.universe import Universe

_ACK: Final = 1
_REPLAY_COMPLETED: Final = 3
_WHOLE_SESSION: Final = ("mbo", "definition")  # kept longer than a day


class Desk:
    def __init__(self, house: House, wire: Wire, stream: LiveStream) -> None:
        self._house = house
        self._wire = wire
        self._stream = stream
        self._mapped: set[tuple[int, str]] = set()
        self._replaying: set[str] = set()
        self.schemas: set[str] = set()

    def subscribe(self, asked: Subscribe, now: Ns) -> bool:
        """Starts what is asked for; False when the refusal ends the session."""
        if not self._house.entitled(asked.schema):
            return self.refuse(not_authorized(asked.schema), now)
        if asked.stype not in RESOLVABLE:
            return self.refuse(f"Unsupported stype_in '{asked.stype}'", now)
        since = self._since(asked, now)
        if since is None:
            return self.refuse("Replay data is no longer available", now, AGED_OUT_CODE)
        text = f"Subscription request for {asked.schema} data succeeded"
        self._wire.records(system(now, text, _ACK))
        ids = self._resolve(asked, now)
        if len(ids):
            self._begin(asked, ids, since, now)
        return True

    def refuse(self, why: str, now: Ns, code: int = INVALID_SUBSCRIPTION_CODE) -> bool:
        self._wire.records(error(now, why, code))
        self._wire.finish()
        return False

    def caught_up(self, now: Ns) -> None:
        """Says of every replay that it has reached the present."""
        for schema in sorted(self._replaying):
            self._wire.records(system(now, f"Finished {schema} replay", _REPLAY_COMPLETED))
        self._replaying.clear()

    @property
    def replaying(self) -> bool:
        return bool(self._replaying)

    def _begin(self, asked: Subscribe, ids: Ints, since: int, now: Ns) -> None:
        self.schemas.add(asked.schema)
        published = published_before(self._house.feed, asked.schema, ids, asked.start, now)
        if published is not None:
            self._wire.records(published.records)
        if asked.snapshot:
            self._wire.records(self._house.feed.snapshot(ids, now))
        if published is not None or asked.snapshot:
            since = now + 1
        if asked.start is not None:
            self._replaying.add(asked.schema)
        self._stream.join(Wanted(asked.schema, ids, since), now)

    def _since(self, asked: Subscribe, now: Ns) -> int | None:
        """From when on records are wanted; None when that is longer ago than anything kept."""
        if asked.start is None or asked.start > now or self._stream.has_begun:
            return now + 1
        market = self._house.market
        opened = market.calendar.session(market.day(now))[0]
        oldest = min(now, opened) - DAY if asked.schema in _WHOLE_SESSION else now - DAY
        if asked.start == 0:
            return opened if asked.schema == "mbo" else oldest
        return None if asked.start < oldest else asked.start

    def _resolve(self, asked: Subscribe, now: Ns) -> Ints:
        universe = self._house.market.universes.of(self._house.feed.reference.newest(now))
        found: list[Ints] = []
        for symbol in asked.symbols:
            ids = resolved(universe, asked.stype, symbol)
            if ids is None:
                text = f"No instruments were found for symbol '{symbol}'"
                self._wire.records(error(now, text, SYMBOL_CODE))
            else:
                self._map(universe, asked.stype, symbol, ids, now)
                found.append(ids)
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _map(self, universe: Universe, stype: str, symbol: str, ids: Ints, now: Ns) -> None:
        """Each instrument once for each name it was asked by."""
        fresh = [i for i in ids.tolist() if (i, symbol) not in self._mapped]
        self._mapped.update((i, symbol) for i in fresh)
        if fresh:
            self._wire.records(_mappings(universe, stype, symbol, fresh, now))


def _mappings(universe: Universe, stype: str, symbol: str, ids: list[int], now: Ns) -> Records:
    return records(
        MAPPING, len(ids), np.array(ids), now, stype_in=STYPES[stype], stype_in_symbol=symbol.encode(),
        stype_out=STYPES["instrument_id"], stype_out_symbol=[universe.symbols[i].encode() for i in ids],
        start_ts=UNDEF_TIME, end_ts=UNDEF_TIME,
    )  # fmt: skip
