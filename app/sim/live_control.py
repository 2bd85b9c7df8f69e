"""The lines of text in which a live session is agreed: greeting, challenge, reply, subscriptions, start."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.sim.dbn_metadata import SCHEMAS
from app.sim.dbn_records import STYPES

GREETING: Final = b"lsg_version=0.7.1\n"
_AUTH_KEYS: Final = frozenset(
    {"auth", "dataset", "encoding", "ts_out", "compression", "heartbeat_interval_s", "client"}
    | {"slow_reader_behavior", "pretty_px", "pretty_ts"}
)
_SUBSCRIBE_KEYS: Final = frozenset({"schema", "stype_in", "symbols", "start", "snapshot", "id", "is_last"})
_SLOWEST_HEARTBEAT: Final = 1_800
_FASTEST_HEARTBEAT: Final = 5
_DEFAULT_HEARTBEAT: Final = 30


class BadLine(ValueError):
    """What the client said makes no sense; the text is the gateway's answer."""


@dataclass(frozen=True, slots=True)
class Login:
    response: str
    dataset: str
    ts_out: bool
    zstd: bool
    heartbeat_s: int
    skips_when_slow: bool


@dataclass(frozen=True, slots=True)
class Subscribe:
    """One request, put together from its chunks. `start` None is live only, 0 is all there is."""

    number: int
    schema: str
    stype: str
    symbols: tuple[str, ...]
    start: int | None
    snapshot: bool
    is_last: bool

    def and_then(self, chunk: "Subscribe") -> "Subscribe":
        return replace(chunk, symbols=self.symbols + chunk.symbols)


def fields(line: bytes) -> dict[str, str]:
    pairs = (part.partition("=") for part in line.decode("utf-8", "replace").strip().split("|") if part)
    return {name: value for name, _, value in pairs}


def expected_response(challenge: str, key: str) -> str:
    digest = hashlib.sha256(f"{challenge}|{key}".encode()).hexdigest()
    return f"{digest}-{key[-5:]}"


def read_login(line: bytes) -> Login:
    said = fields(line)
    _refuse_unknown(said, _AUTH_KEYS)
    beat = _number(said, "heartbeat_interval_s") or _DEFAULT_HEARTBEAT
    if not _FASTEST_HEARTBEAT <= beat <= _SLOWEST_HEARTBEAT:
        raise BadLine(f"Invalid heartbeat interval {beat}")
    if said.get("encoding", "dbn") != "dbn":
        raise BadLine(f"Unsupported encoding '{said['encoding']}'")
    return Login(
        said.get("auth", ""),
        said.get("dataset", ""),
        said.get("ts_out") == "1",
        said.get("compression") == "zstd",
        beat,
        said.get("slow_reader_behavior", "skip") == "skip",
    )


def read_subscription(said: Mapping[str, str]) -> Subscribe:
    """The names of the fields come in any order."""
    _refuse_unknown(said, _SUBSCRIBE_KEYS)
    schema, stype = said.get("schema", ""), said.get("stype_in", "raw_symbol")
    if schema not in SCHEMAS:
        raise BadLine(f"Unsupported schema '{schema}'")
    if stype not in STYPES:
        raise BadLine(f"Unsupported stype_in '{stype}'")
    symbols = tuple(symbol for symbol in said.get("symbols", "").split(",") if symbol)
    if not symbols:
        raise BadLine("No symbols were given")
    start = _number(said, "start")
    snapshot = said.get("snapshot") == "1"
    if snapshot and (schema != "mbo" or start is not None):
        raise BadLine("A snapshot needs schema mbo and no start")
    number = _number(said, "id") or 0
    return Subscribe(number, schema, stype, symbols, start, snapshot, said.get("is_last", "1") == "1")


def _refuse_unknown(said: Mapping[str, str], known: frozenset[str]) -> None:
    for name in said:
        if name not in known:
            raise BadLine(f"Unknown subscription param '{name}'")


def _number(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name)
    if text is not None and not text.isdigit():
        raise BadLine(f"Invalid {name} '{text}'")
    return None if text is None else int(text)
