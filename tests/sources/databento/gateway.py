"""A live gateway of a few lines, under a test's hand: what it says, when it falls silent, how it leaves.

The simulated gateway plays a market; this one plays the wire.
"""

import hashlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import databento_dbn

# its stubs take their own enum members for text
dbn: Any = databento_dbn

KEY = "db-" + "TestKeyOpensNothingAtAll00000"
CHALLENGE = "a-challenge-of-thirty-two-chars00"
NQ, OPTION = 4242, 77

Play = Callable[["Talk"], None]


class Talk:
    """One connection, seen from the gateway."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines: list[str] = []
        self._read = b""

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def line(self) -> str:
        while b"\n" not in self._read:
            piece = self.connection.recv(65536)
            if not piece:
                raise ConnectionResetError("the client left")
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        self.lines.append(line.decode())
        return self.lines[-1]

    def greet(self) -> dict[str, str]:
        self.send(f"lsg_version=0.7.1\ncram={CHALLENGE}\n".encode())
        return dict(part.split("=", 1) for part in self.line().split("|"))

    def login(self) -> None:
        said = self.greet()
        expected = hashlib.sha256(f"{CHALLENGE}|{KEY}".encode()).hexdigest()
        ok = said["auth"] == f"{expected}-{KEY[-5:]}"
        self.send(b"success=1|session_id=7\n" if ok else b"success=0|error=Authentication failed.\n")

    def begin(self, version: int = 3) -> None:
        """Login, subscriptions, header."""
        self.login()
        while not self.line().startswith("start_session"):
            continue
        self.send(header(version))

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait_until_the_client_leaves(self) -> None:
        self.connection.settimeout(10)
        while self.connection.recv(65536):
            continue


class Gateway:
    def __init__(self, play: Play) -> None:
        self._play = play
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.talks: list[Talk] = []
        self.left = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.talks.append(Talk(connection))
                try:
                    self._play(self.talks[-1])
                except OSError:
                    continue  # the client left first
                finally:
                    self.left.set()


def stay(talk: Talk) -> None:
    talk.wait_until_the_client_leaves()


def playing(*pieces: bytes, version: int = 3) -> Play:
    """Logs in, sends, and waits for the client to leave."""

    def play(talk: Talk) -> None:
        talk.begin(version)
        for piece in pieces:
            talk.send(piece)
        stay(talk)

    return play


def header(version: int = 3) -> bytes:
    made = dbn.Metadata(
        dataset="GLBX.MDP3", schema=None, start=1, stype_in=None, stype_out=dbn.SType.INSTRUMENT_ID,
        symbols=[], partial=[], not_found=[], mappings=[], version=version,
    )  # fmt: skip
    return bytes(made.encode())


def trade(
    price: float = 21745.25, size: int = 3, side: str = "B", at: int = 1_000, instrument: int = NQ
) -> bytes:
    return bytes(
        dbn.TradeMsg(
            publisher_id=1, instrument_id=instrument, ts_event=at, price=round(price * 1e9), size=size,
            action=dbn.Action.TRADE, side=dbn.Side.from_str(side), flags=128, depth=0, ts_recv=at + 5,
            ts_in_delta=0, sequence=at % 2**32,
        )
    )  # fmt: skip


def quote(bid: float, ask: float, at: int = 1_000, action: str = "A") -> bytes:
    level = dbn.BidAskPair(
        bid_px=round(bid * 1e9), ask_px=round(ask * 1e9), bid_sz=4, ask_sz=6, bid_ct=1, ask_ct=1
    )
    return bytes(
        dbn.MBP1Msg(
            publisher_id=1, instrument_id=NQ, ts_event=at, price=round(bid * 1e9), size=2,
            action=dbn.Action.from_str(action), side=dbn.Side.ASK, flags=128, depth=0,
            ts_recv=at + 5, ts_in_delta=0, sequence=at % 2**32, levels=level,
        )
    )  # fmt: skip


def traded_quote(price: float, size: int, side: str, at: int) -> bytes:
    """A trade as `tbbo` and `mbp-1` tell it, in all of its fields that of `trade`."""
    level = dbn.BidAskPair(bid_px=1, ask_px=2, bid_sz=4, ask_sz=6, bid_ct=1, ask_ct=1)
    return bytes(
        dbn.MBP1Msg(
            publisher_id=1, instrument_id=NQ, ts_event=at, price=round(price * 1e9), size=size,
            action=dbn.Action.TRADE, side=dbn.Side.from_str(side), flags=128, depth=0, ts_recv=at + 5,
            ts_in_delta=0, sequence=at % 2**32, levels=level,
        )
    )  # fmt: skip


def order(action: str, number: int, price: float = 0.0, size: int = 0, side: str = "B", at: int = 1) -> bytes:
    """One record of an order, a complete event. R clears the book."""
    letters = {"A": dbn.Action.ADD, "C": dbn.Action.CANCEL, "M": dbn.Action.MODIFY, "R": dbn.Action.CLEAR}
    return bytes(
        dbn.MBOMsg(
            publisher_id=1, instrument_id=NQ, ts_event=at, order_id=number, price=round(price * 1e9),
            size=size, channel_id=8, action=letters[action], side=dbn.Side.from_str(side), ts_recv=at + 5,
            flags=128, ts_in_delta=0, sequence=at % 2**32,
        )
    )  # fmt: skip


def mapping(symbol: str = "NQZ6", instrument: int = NQ) -> bytes:
    return bytes(
        dbn.SymbolMappingMsg(
            publisher_id=0, instrument_id=instrument, ts_event=0, stype_in=dbn.SType.RAW_SYMBOL,
            stype_in_symbol=symbol, stype_out=dbn.SType.RAW_SYMBOL, stype_out_symbol=symbol,
            start_ts=2**64 - 1, end_ts=2**64 - 1,
        )
    )  # fmt: skip


def error(code: int, text: str) -> bytes:
    return bytes(dbn.ErrorMsg(ts_event=1, err=text, is_last=True, code=dbn.ErrorCode.from_int(code)))


def heartbeat() -> bytes:
    return bytes(dbn.SystemMsg(ts_event=1, msg="Heartbeat", code=dbn.SystemCode.HEARTBEAT))
