"""The simulators alone: `python -m app.sim --json` prints one line with their addresses and serves.

It ends on SIGTERM, on Ctrl+C and, when tied to its parent, as soon as its standard input closes: then the
parent is gone.
"""

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, Final

from app.domain.units import Ns, iso, ns_from_iso
from app.sim.farm import Farm

TIED: Final = "PITWALL_SIM_TIED"
_STDIN: Final = 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.sim", description="Run the vendors' simulators.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", type=ns_from_iso, metavar="ISO", help="market time at the start")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--activity", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args(arguments)
    return serve(
        seed=said.seed,
        start=said.at,
        speed=said.speed,
        activity=said.activity,
        as_json=said.json,
        tied=True,
    )


def serve(
    *, seed: int, start: Ns | None, speed: float, activity: float, as_json: bool, tied: bool = False
) -> int:
    """Until somebody ends it. `tied`, or PITWALL_SIM_TIED=1: standard input is the life line."""
    over = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
    if tied or os.environ.get(TIED) == "1":
        threading.Thread(target=_wait_for_the_end_of_input, args=(over,), daemon=True).start()
    try:
        farm = Farm(seed, start, speed, activity)
    except ValueError as why:
        print(f"The simulators cannot run like that: {why}.", file=sys.stderr)
        return 2
    with farm:
        _announce(farm, as_json=as_json)
        farm.prepare()
        over.wait()
    return 0


def _announce(farm: Farm, *, as_json: bool) -> None:
    said: dict[str, Any] = {**farm.addresses(), "clock": farm.clock_facts()}
    if as_json:
        print(json.dumps(said), flush=True)
        return
    print(f"Simulated market time {iso(farm.clock.start)} at ×{farm.clock.speed:g}. Ctrl+C ends it.")
    for name, address in farm.addresses().items():
        print(f"  {name:<15} {address}")
    sys.stdout.flush()


def _wait_for_the_end_of_input(over: threading.Event) -> None:
    with suppress(OSError):  # there was never any input
        while os.read(_STDIN, 4096):
            continue
    over.set()


if __name__ == "__main__":
    raise SystemExit(main())
