"""All benchmarks by name, in the order in which they are run; each loads its parts when its turn comes."""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.bench.duel import Case, Effort, Outcome
from app.domain.errors import ConfigError


def _later(module: str, function: str) -> Case:
    """`name` and `about` are filled in below."""

    def run(case: Case, effort: Effort) -> Outcome:
        outcome: Outcome = getattr(importlib.import_module(f"app.bench.{module}"), function)(case, effort)
        return outcome

    return Case("", "", run)


CASES: Final[Sequence[Case]] = tuple(
    replace(_later(module, function), name=name, about=about)
    for name, module, function, about in (
        ("tape.kernel.mbo", "kernel", "mbo", "orders of futures into order books, tops and bars"),
        (
            "tape.kernel.mixed",
            "kernel",
            "mixed",
            "orders of futures, quotes and trades of 3,000 instruments into books, tops and bars",
        ),
        (
            "tape.kernel.instruments",
            "kernel",
            "instruments",
            "the cost of a record with 1, 100 and 20,000 instruments",
        ),
        ("tape.live", "live", "live", "socket to outbox: quotes and trades of 3,000 instruments into bars"),
        ("tape.live.mbo", "live", "mbo", "socket to outbox: orders of futures into books and bars"),
        (
            "tape.live.mixed",
            "live",
            "mixed",
            "socket to outbox while a chart is painted: orders, quotes and trades into books and bars",
        ),
        ("pressure.bars", "bars", "bars", "trades into bars, in batches of 25 ms"),
        ("barchart.parse.answer", "pages", "answer", "one chain answer into checked quotes"),
        ("barchart.parse.page", "pages", "page", "one options page into its facts"),
        ("chain.board", "board", "chain_board", "one chain into a board with volatilities and greeks"),
        ("ledger.append", "money", "ledger", "a durable line of the ledger after a thousand others"),
        ("captures.open", "viewer", "opening", "a stored capture read, checked, compared, laid out"),
        ("window.board", "board", "chain_screen", "20,000 contracts on the board: updated, scrolled"),
        ("cache.hit", "cache", "hit", "a chain out of the cache, from the call to the parsed chain"),
        ("cache.many", "cache", "many", "a lookup among 100,000 entries"),
        ("window.frames", "window", "frames", "how long the window is busy per frame at 5,000 ticks/s"),
        ("window.burst", "burst", "burst", "what feed and engine cost at 500,000 records/s"),
        (
            "window.bursts",
            "burst",
            "bursts",
            "frames and losses at 100,000 records/s with bursts of 500,000/s",
        ),
        ("window.latency", "burst", "latency", "from a record's receipt to its frame, at 20,000 records/s"),
        ("window.back", "burst", "back", "from a cut to records on the screen, the gateway listening"),
        ("window.many", "burst", "many", "the window's memory after ten million records"),
        ("window.memory", "window", "memory", "whether the memory of the running window grows"),
    )
)


def chosen(only: Sequence[str]) -> tuple[Case, ...]:
    """Those named, or below a named group such as `tape`; without a name, all."""
    unknown = [name for name in only if not any(_is_in(case.name, name) for case in CASES)]
    if unknown:
        known = ", ".join(case.name for case in CASES)
        raise ConfigError(f"There is no benchmark called {unknown[0]!r}. There are: {known}.")
    return tuple(case for case in CASES if not only or any(_is_in(case.name, name) for name in only))


def _is_in(case: str, name: str) -> bool:
    return case == name or case.startswith(f"{name}.")
