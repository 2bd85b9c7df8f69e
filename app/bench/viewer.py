"""Opening a stored capture in the viewer, beside loading the same answers and building a node a member."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.bench.duel import Case, Effort, Outcome, duel
from app.bench.site import fetched
from app.domain.answer import answer_of
from app.domain.capture import Outcome as Ending
from app.domain.drift import FORERUNNERS
from app.domain.errors import ConfigError
from app.domain.session import Calendar
from app.domain.units import MINUTE, Ns
from app.engine.evidence import Evidence
from app.sources.barchart import SOURCE
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from app.ui.panels.capture.opened import Opened, opened

_MOST_MS = 200.0
_OPENED_A_RUN = 4


def opening(case: Case, effort: Effort) -> Outcome:
    """Ours reads it with today's parser, traces its fields, checks it against forerunners, compares it."""
    with _stored() as (store, ids):
        evidence = Evidence([SOURCE], Calendar())
        began = time.perf_counter()
        first = _open(evidence, store, ids[-1])
        first_ms = (time.perf_counter() - began) * 1_000
        said = fetched()
        if len(first.source.lines) < len(said.chain.quotes):
            raise ConfigError(f"{case.name}: the viewer shows fewer lines than there are contracts.")

        def ours() -> float:
            began = time.perf_counter()
            for number in range(_OPENED_A_RUN):
                evidence.forget(ids[-1 - number])
                _open(evidence, store, ids[-1 - number])
            return _OPENED_A_RUN / (time.perf_counter() - began)

        def peers() -> float:
            began = time.perf_counter()
            for number in range(_OPENED_A_RUN):
                for one in ids[-2 - number : len(ids) - number]:
                    capture = store.load_capture(one)
                    _nodes("$", json.loads(capture.body if capture is not None else b"null"))
            return _OPENED_A_RUN / (time.perf_counter() - began)

        found = duel(
            case, effort, "captures/s", "json.loads and a node a member, nothing said of it", ours, peers
        )
    took = 1_000 / found.ours
    return replace(
        found,
        must=f"one capture in at most {_MOST_MS:g} ms, the first one of a series, too",
        met=took <= _MOST_MS and first_ms <= _MOST_MS,
        measured={**found.measured, "open_ms": round(took, 1), "first_ms": round(first_ms, 1)},
    )


@contextmanager
def _stored() -> Iterator[tuple[SqliteStore, list[str]]]:
    """A morning of good answers a minute apart, enough for all checks."""
    said = fetched()
    with tempfile.TemporaryDirectory(prefix="pitwall-bench-") as folder:
        store = SqliteStore(Paths(Path(folder)), SecretRedactor())
        ids = []
        page = replace(said.page_capture, key=said.chain_capture.key, outcome=Ending.ACCEPTED)
        store.save_capture(page)
        for number in range(FORERUNNERS + _OPENED_A_RUN + 1):
            body = _moved(said.chain_capture.body, number)
            capture = replace(
                said.chain_capture,
                id=f"bench-{number:03d}",
                fetched=Ns(said.chain_capture.fetched + number * MINUTE),
                body=body,
                outcome=Ending.ACCEPTED,
                rows=len(said.chain.quotes),
                count=answer_of(body).count,
            )
            store.save_capture(capture)
            ids.append(capture.id)
        try:
            yield store, ids
        finally:
            store.close()


def _moved(body: bytes, by: int) -> bytes:
    """The same answer with higher asks: each minute brings other quotes."""
    document = json.loads(body)
    for members in document["data"].values():
        for one in members:
            if one["raw"]["askPrice"]:
                one["raw"]["askPrice"] += 0.25 * by
    return json.dumps(document).encode()


def _open(evidence: Evidence, store: SqliteStore, capture_id: str) -> Opened:
    found = evidence.gather(store, capture_id)
    if found is None:
        raise ConfigError(f"{capture_id} is not in the store.")
    return opened(evidence.examine(found))


def _nodes(path: str, value: Any) -> dict[str, Any]:
    """A whole tree, as a viewer builds it that makes every row before the first is seen."""
    if isinstance(value, dict):
        inner = [_nodes(f"{path}.{name}", member) for name, member in value.items()]
    elif isinstance(value, list):
        inner = [_nodes(f"{path}[{number}]", member) for number, member in enumerate(value)]
    else:
        inner = []
    return {"path": path, "text": json.dumps(value) if not inner else "", "children": inner, "folded": True}
