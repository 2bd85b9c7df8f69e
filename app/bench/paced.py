"""Vendors for the benchmarks of the window, in their own process: a live gateway at any pace, chain pages.

It prints its addresses and its clock. Each line it reads is a new pace, in ticks a second: of trades, with as
many orders and a fifth as many quotes of options beside them; or, with the word `burst`, of all together, in
the shares of a burst. `cut` cuts every connection and says when. The end of its input is its end.
"""

import contextlib
import json
import socket
import sys
import threading
import time
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


class PacedGateway:
    def __init__(self, busy: BusyMarket, clock: SimClock) -> None:
        self.pace = 0.0
        self.shares = _USUAL
        self._clients: set[socket.socket] = set()
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
        everything = self._busy.ids(tuple(symbol for one in asked for symbol in one.symbols))
        talk.connection.sendall(self._busy.named(everything))
        for one in asked:
            talk.connection.sendall(self._busy.about(one))
        drawn, share = self._drawn(talk, asked)
        sent = self._replay(talk, asked, drawn)
        talk.connection.sendall(system(self._clock.now(), "Finished replay", _REPLAY_OVER).tobytes())
        self._stream(talk, drawn, share, sent)

    def _drawn(self, talk: Talk, asked: tuple[Asked, ...]) -> tuple[Records, str]:
        """What this connection streams, and whose share of the pace."""
        trades = tuple(symbol for one in asked if one.schema == "trades" for symbol in one.symbols)
        if trades:
            return self._busy.trades(self._busy.ids(trades)), _TRADES
        ids = self._busy.ids(tuple(symbol for one in asked for symbol in one.symbols))
        if any(one.schema == "mbo" for one in asked):
            talk.connection.sendall(self._busy.cleared(ids))
            return self._busy.orders(ids), _ORDERS
        futures = any(len(symbol) <= len("NQMM") for one in asked for symbol in one.symbols)
        return self._busy.quotes(ids), _ORDERS if futures else _OPTIONS

    def _replay(self, talk: Talk, asked: tuple[Asked, ...], drawn: Records) -> int:
        """The past that trades were asked from; how many of the drawn ones it took."""
        since = next((one.start for one in asked if one.schema == "trades"), None)
        if since is None:
            return 0
        past = self._busy.past(since, self._clock.now(), drawn)
        talk.connection.sendall(past.tobytes())
        return len(past)

    def _stream(self, talk: Talk, drawn: Records, share: str, sent: int) -> None:
        owed, last, beat = 0.0, self._clock.now(), time.monotonic()
        while True:
            time.sleep(_EVERY_S)
            now = self._clock.now()
            owed += self.pace * self.shares[share] * (now - last) / SECOND
            count = int(owed)
            if count:
                at = np.linspace(last, now, count, endpoint=False, dtype=np.int64)
                talk.connection.sendall(stamped(drawn, sent, at).tobytes())
                sent, owed, beat = sent + count, owed - count, time.monotonic()
            elif time.monotonic() - beat > _HEARTBEAT_S:
                talk.connection.sendall(system(now, "Heartbeat", _HEARTBEAT).tobytes())
                beat = time.monotonic()
            last = now


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
        if pace == "cut":
            sys.stdout.write(json.dumps({"cut": gateway.cut()}) + "\n")
            sys.stdout.flush()
        else:
            gateway.shares = _BURST if burst else _USUAL
            gateway.pace = float(pace)
    site.stop()


if __name__ == "__main__":
    main()
