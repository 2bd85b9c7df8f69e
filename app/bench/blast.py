"""A gateway that sends what it has as fast as the client takes it; a process of its own.

It prints its address, and for each client when its first record left, on the clock all processes share.
The number of repetitions for the next client is read from standard input, and said again; its end is the end.
"""

import argparse
import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from app.bench import streams
from app.bench.gateway import Talk, play

_STREAMS: Final = {"ticks": streams.ticks, "mbo": streams.mbo, "mixed": streams.mixed}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--stream", choices=tuple(_STREAMS), default="ticks")
    arguments = parser.parse_args()
    data = _STREAMS[arguments.stream](arguments.records).tobytes()
    listener = socket.create_server(("127.0.0.1", 0))
    _say(address=f"127.0.0.1:{listener.getsockname()[1]}", bytes=len(data))
    repeat = [1]

    def script(talk: Talk) -> None:
        talk.begin(0)
        _say(began=time.monotonic())
        for _ in range(repeat[0]):
            talk.connection.sendall(data)
        talk.connection.shutdown(socket.SHUT_WR)
        while talk.connection.recv(65536):
            continue

    serving = threading.Thread(target=_serve, args=(listener, script), daemon=True)
    serving.start()
    for line in sys.stdin:
        repeat[0] = int(line)
        _say(repeat=repeat[0])


def _serve(listener: socket.socket, script: Callable[[Talk], None]) -> None:
    """One client after the other: they are to share nothing."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        play(connection, script)


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
