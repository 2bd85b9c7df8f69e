"""Vendors for the benchmarks of the window, in their own process: a live gateway at any pace, chain pages.

It prints its addresses and its clock. Each line it reads is a new pace, in ticks a second; the end of its
input is its end.
"""

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
# the quotes of options around the money, beside those of the futures
_OPTION_SHARE: Final = 0.2
_SEED: Final = 1


class PacedGateway:
    def __init__(self, busy: BusyMarket, clock: SimClock) -> None:
        self.pace = 0.0
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
            threading.Thread(target=play, args=(connection, self._script), daemon=True).start()

    def _script(self, talk: Talk) -> None:
        asked = talk.begin(self._clock.now())
        everything = self._busy.ids(tuple(symbol for one in asked for symbol in one.symbols))
        talk.connection.sendall(self._busy.named(everything))
        for one in asked:
            talk.connection.sendall(self._busy.about(one))
        drawn, share = self._drawn(asked)
        sent = self._replay(talk, asked, drawn)
        talk.connection.sendall(system(self._clock.now(), "Finished replay", _REPLAY_OVER).tobytes())
        self._stream(talk, drawn, share, sent)

    def _drawn(self, asked: tuple[Asked, ...]) -> tuple[Records, float]:
        """What this connection streams, and its share of the pace."""
        trades = tuple(symbol for one in asked if one.schema == "trades" for symbol in one.symbols)
        if trades:
            return self._busy.trades(self._busy.ids(trades)), 1.0
        symbols = tuple(symbol for one in asked for symbol in one.symbols)
        futures = any(len(symbol) <= len("NQMM") for symbol in symbols)
        return self._busy.quotes(self._busy.ids(symbols)), 1.0 if futures else _OPTION_SHARE

    def _replay(self, talk: Talk, asked: tuple[Asked, ...], drawn: Records) -> int:
        """The past that trades were asked from; how many of the drawn ones it took."""
        since = next((one.start for one in asked if one.schema == "trades"), None)
        if since is None:
            return 0
        past = self._busy.past(since, self._clock.now(), drawn)
        talk.connection.sendall(past.tobytes())
        return len(past)

    def _stream(self, talk: Talk, drawn: Records, share: float, sent: int) -> None:
        owed, last, beat = 0.0, self._clock.now(), time.monotonic()
        while True:
            time.sleep(_EVERY_S)
            now = self._clock.now()
            owed += self.pace * share * (now - last) / SECOND
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
        gateway.pace = float(line)
    site.stop()


if __name__ == "__main__":
    main()
