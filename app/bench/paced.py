"""Vendors for the benchmarks of the window, in their own process: a live gateway at any pace, chain pages.

It prints its addresses and its clock. Each line it reads is a new pace, in ticks a second: of trades, with as
many orders and a fifth as many quotes of options beside them; or, with the word `burst`, of all together, in
the shares of a burst. `cut` cuts every connection and says when, `count` says how many records were sent.
The end of its input is its end.
"""

import contextlib
import json
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.bench.busy_market import BusyMarket, stamped
from app.bench.gateway import Asked, Talk, play
from app.domain.session import Calendar
from app.domain.units import SECOND
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock, wall_now
from app.sim.dbn_records import Records, system
from app.sim.farm import usual_start
from app.sim.faults import Faults
from app.sim.market import Market

_EVERY_S: Final = 0.01
_HEARTBEAT_S: Final = 2.0
_HEARTBEAT, _REPLAY_OVER = 0, 3
_TRADES, _ORDERS, _OPTIONS = "trades", "orders", "options"
_USUAL: Final = {_TRADES: 1.0, _ORDERS: 1.0, _OPTIONS: 0.2}
_BURST: Final = {_TRADES: 0.04, _ORDERS: 0.76, _OPTIONS: 0.2}
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a connection gets: names, empty books, then what was drawn, at its share of the pace."""

    named: bytes
    cleared: bytes
    drawn: Records
    share: str


class PacedGateway:
    def __init__(self, busy: BusyMarket, clock: SimClock) -> None:
        self.pace = 0.0
        self.shares = _USUAL
        self._clients: set[socket.socket] = set()
        self._sent: list[int] = []
        self._plans: dict[tuple[tuple[str, tuple[str, ...]], ...], _Plan] = {}
        self._busy = busy
        self._clock = clock
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """One client after the other begins; each is then served by a thread of its own."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._clients.add(connection)
            threading.Thread(target=play, args=(connection, self._script), daemon=True).start()

    @property
    def sent(self) -> int:
        """Records of every kind, to all clients there ever were."""
        return sum(self._sent)

    def cut(self) -> float:
        """Ends every connection, while it goes on to listen; when."""
        clients, self._clients = self._clients, set()
        at = time.monotonic()
        for connection in clients:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        return at

    def _script(self, talk: Talk) -> None:
        asked = talk.begin(self._clock.now())
        plan = self._plan(asked)
        said = [plan.named, *(self._busy.about(one) for one in asked), plan.cleared]
        past = self._past(asked, plan.drawn)
        if past is not None:
            said.append(past.tobytes())
        for schema in sorted({one.schema for one in asked if one.start is not None}):
            said.append(system(self._clock.now(), f"Finished {schema} replay", _REPLAY_OVER).tobytes())
        place = len(self._sent)
        self._sent.append(0)
        for records in said:
            self._send(talk, place, records, _records_in(records))
        self._stream(talk, place, plan, 0 if past is None else len(past))

    def _send(self, talk: Talk, place: int, records: bytes, count: int) -> None:
        """Each client has a place of its own to count in, because each has a thread of its own."""
        talk.connection.sendall(records)
        self._sent[place] += count

    def _plan(self, asked: tuple[Asked, ...]) -> "_Plan":
        """Made once for each question: who asks again after a cut is answered at once."""
        key = tuple((one.schema, one.symbols) for one in asked)
        if key not in self._plans:
            self._plans[key] = self._planned(asked)
        return self._plans[key]

    def _planned(self, asked: tuple[Asked, ...]) -> "_Plan":
        busy = self._busy
        everything = busy.ids(tuple(symbol for one in asked for symbol in one.symbols))
        named = busy.named(everything)
        trades = tuple(symbol for one in asked if one.schema == "trades" for symbol in one.symbols)
        if trades:
            return _Plan(named, b"", busy.trades(busy.ids(trades)), _TRADES)
        if any(one.schema == "mbo" for one in asked):
            return _Plan(named, busy.cleared(everything), busy.orders(everything), _ORDERS)
        futures = any(len(symbol) <= len("NQMM") for one in asked for symbol in one.symbols)
        return _Plan(named, b"", busy.quotes(everything), _ORDERS if futures else _OPTIONS)

    def _past(self, asked: tuple[Asked, ...], drawn: Records) -> Records | None:
        """That which trades were asked from."""
        since = next((one.start for one in asked if one.schema == "trades"), None)
        return None if since is None else self._busy.past(since, self._clock.now(), drawn)

    def _stream(self, talk: Talk, place: int, plan: _Plan, sent: int) -> None:
        owed, last, beat = 0.0, self._clock.now(), time.monotonic()
        while True:
            time.sleep(_EVERY_S)
            now = self._clock.now()
            owed += self.pace * self.shares[plan.share] * (now - last) / SECOND
            count = int(owed)
            if count:
                at = np.linspace(last, now, count, endpoint=False, dtype=np.int64)
                self._send(talk, place, stamped(plan.drawn, sent, at).tobytes(), count)
                sent, owed, beat = sent + count, owed - count, time.monotonic()
            elif time.monotonic() - beat > _HEARTBEAT_S:
                self._send(talk, place, system(now, "Heartbeat", _HEARTBEAT).tobytes(), 1)
                beat = time.monotonic()
            last = now


def _records_in(records: bytes) -> int:
    """The first byte of each is its length in words."""
    at = count = 0
    while at < len(records):
        at, count = at + 4 * records[at], count + 1
    return count


def main() -> None:
    calendar = Calendar()
    clock = SimClock(usual_start(calendar, wall_now()))
    market = Market(_SEED, clock, calendar=calendar)
    site = BarchartSite(market, clock.now, Faults(), calendar=calendar)
    site.start()
    gateway = PacedGateway(BusyMarket(market), clock)
    threading.Thread(target=gateway.serve, daemon=True).start()
    said = {"databento_live": gateway.address, "databento_hist": site.address, "barchart": site.address}
    shown = {"start_ns": clock.start, "wall_ns": clock.origin_wall_ns, "speed": clock.speed}
    sys.stdout.write(json.dumps(said | {"clock": shown}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pace, _, burst = line.strip().partition(" ")
        if pace in ("cut", "count"):
            answer = {"cut": gateway.cut()} if pace == "cut" else {"count": gateway.sent}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        else:
            gateway.shares = _BURST if burst else _USUAL
            gateway.pace = float(pace)
    site.stop()


if __name__ == "__main__":
    main()
