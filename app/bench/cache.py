"""A chain out of the cache, beside JSON files as anyone would keep them; a lookup among many entries."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.bench.duel import LEAST_RUNS, Case, Effort, Outcome
from app.bench.site import fetched
from app.domain.routing import Channel, SourceId
from app.domain.units import HOUR, Ns
from app.engine.cache import Cache
from app.engine.outbox import Outbox
from app.engine.ttl import Lifetime
from app.engine.workers import DB, Workers
from app.system.clock import RealClock
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

_SOURCE: Final = SourceId("bench")
_TIMES: Final = 200
_MUST_MS: Final = 1.0
_MANY: Final = 100_000
_FEW: Final = 10
_MUST_RATIO: Final = 2.0
_LIMIT_S: Final = 120.0


def hit(case: Case, effort: Effort) -> Outcome:
    """From the call to the parsed chain, milliseconds. The chain that is on screen is not parsed again."""
    return asyncio.run(_hit(case, effort))


def many(case: Case, effort: Effort) -> Outcome:
    """A lookup on disk with 100,000 entries, beside one with ten."""
    return asyncio.run(_many(case, effort))


class _Kept:
    def __init__(self, folder: Path) -> None:
        self.clock = RealClock()
        self.store = SqliteStore(Paths(folder), SecretRedactor())
        self.workers = Workers(1)
        self.cache = Cache(_SOURCE, Channel.OPT_CHAIN, "1", self.clock, self.store, self.workers, Outbox())

    async def close(self) -> None:
        await self.workers.run("close", self.store.close, _LIMIT_S, DB)
        self.workers.close()


async def _hit(case: Case, effort: Effort) -> Outcome:
    said = fetched()
    with tempfile.TemporaryDirectory() as folder:
        kept, plain = _Kept(Path(folder)), Path(folder) / "chain.json"
        now = kept.clock.now()
        capture = replace(said.chain_capture, fetched=now)
        await kept.workers.run("save", lambda: kept.store.save_capture(capture), _LIMIT_S, DB)
        await kept.cache.put("chain", capture, Lifetime(Ns(now + HOUR), Ns(now + HOUR)))
        parsed = {capture.id: said.chain}
        plain.write_bytes(capture.body)
        ours, peers = [], []
        runs = max(LEAST_RUNS, effort.runs)
        for run in range(runs):
            effort.say(f"{case.name}: run {run + 1} of {runs}")
            for _ in range(_TIMES):
                began = time.perf_counter()
                entry = await kept.cache.fresh_entry("chain")
                chain = None if entry is None else parsed.get(entry.capture_id)
                if entry is None or chain is None:
                    raise RuntimeError("the bench lost its entry")
                kept.cache.hit(entry, 0.0)
                ours.append((time.perf_counter() - began) * 1e3)
                await asyncio.sleep(0)
            for _ in range(_TIMES // 10):
                began = time.perf_counter()
                _plain(plain)
                peers.append((time.perf_counter() - began) * 1e3)
        await kept.close()
    middle = statistics.median(ours)
    return Outcome(
        case.name, middle, "ms a hit", "a JSON file read and put into dicts", statistics.median(peers), runs,
        higher_is_better=False, must=f"at most {_MUST_MS:g} ms", met=middle <= _MUST_MS,
        measured={"p95": _p95(ours), "contracts": len(said.chain.quotes)},
    )  # fmt: skip


def _plain(path: Path) -> dict[str, Any]:
    rows = json.loads(path.read_text())
    groups = rows["data"].values() if isinstance(rows["data"], dict) else [rows["data"]]
    return {row["symbol"]: row for group in groups for row in group}


async def _many(case: Case, effort: Effort) -> Outcome:
    times: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        capture = fetched().chain_capture
        for count in (_FEW, _MANY):
            effort.say(f"{case.name}: {count:,} entries")
            kept = _Kept(Path(folder) / str(count))
            await kept.workers.run("fill", partial(_fill, kept, capture, count), 600, DB)
            found = times.setdefault(count, [])
            for number in range(_TIMES * max(LEAST_RUNS, effort.runs)):
                name = f"bench/opt.chain/1/{number * 7919 % count}"
                found.append(await kept.workers.run("look", partial(_looked, kept, name), 60, DB))
            await kept.close()
    ours, peers = (statistics.median(times[count]) for count in (_MANY, _FEW))
    return Outcome(
        case.name, ours, "ms a lookup", "the same with ten entries", peers, max(LEAST_RUNS, effort.runs),
        higher_is_better=False, must=f"at most {_MUST_RATIO:g} times", met=ours <= _MUST_RATIO * peers,
        measured={"p95": _p95(times[_MANY]), "entries": _MANY},
    )  # fmt: skip


def _p95(all_ms: Sequence[float]) -> float:
    return round(sorted(all_ms)[len(all_ms) * 95 // 100], 4)


def _fill(kept: _Kept, capture: Any, count: int) -> None:
    kept.store.save_capture(capture)
    with kept.store.transaction():
        for number in range(count):
            kept.store.put_cached(f"bench/opt.chain/1/{number}", capture.id, Ns(number), Ns(1), Ns(2), "")


def _looked(kept: _Kept, name: str) -> float:
    began = time.perf_counter()
    if kept.store.cached(name) is None:
        raise RuntimeError("the bench lost its entry")
    return (time.perf_counter() - began) * 1e3
