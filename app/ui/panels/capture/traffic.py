"""What went to and fro for a capture, and what was noted of it: rows of the network tab. Values only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.domain.capture import REQUESTS, Capture, Exchange
from app.domain.drift import Finding
from app.domain.examination import Examination
from app.ui.format import DASH, megabytes, millis
from app.ui.widgets.cells import Cell, Column, Mark, Row

EXCHANGES: Final = (
    Column("Step", 72), Column("Status", 92), Column("Asked for", 0), Column("Kind", 130, from_px=760),
    Column("Size", 66, right=True), Column("Begun", 66, right=True), Column("Took", 66, right=True),
)  # fmt: skip
HEADERS: Final = (Column("", 74), Column("Name", 190), Column("Value", 0))
CONSOLE: Final = (Column("At", 76, right=True), Column("From", 110), Column("What was noted", 0))

_TOLD: Final = re.compile(r"HTTP (\d{3}), ([\d,]+) bytes")
# Enough to see what came; all of it is in the bundle.
_LETTERS: Final = 40_000
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `exchange` is what came of it; None for the answer that the capture is about (`is_own`)
    and for a request of which an older Pitwall kept only what its step notes."""

    place: int
    is_own: bool
    exchange: Exchange | None = None


def asked(capture: Capture) -> tuple[Asked, ...]:
    """Each request in order, a redirect before where it led to."""
    found: list[Asked] = []
    for place in capture.asks:
        before = [Asked(place, False, one) for one in capture.earlier if one.step == place]
        found += before
        if place == capture.last_request or not before:
            found.append(Asked(place, place == capture.last_request))
    return tuple(found)


def exchange_rows(capture: Capture, only: str = "") -> list[Row]:
    return [
        _exchange(number, one, capture)
        for number, one in enumerate(asked(capture))
        if not only or capture.steps[one.place].name == only
    ]


def _exchange(number: int, one: Asked, capture: Capture) -> Row:
    step, came = capture.steps[one.place], one.exchange
    told = _TOLD.search(step.note)
    if came is not None:
        status, size, took = str(came.status), megabytes(len(came.body)), came.ms
        url, kind = came.url, came.content_type
    else:
        status = "no answer" if told is None else told[1]
        size = DASH if told is None else megabytes(int(told[2].replace(",", "")))
        url, kind, took = (capture.url, capture.content_type, step.ms) if one.is_own else ("", "", step.ms)
    way, good = f"{came.method} " if came is not None and came.method != "GET" else "", status[:1] in "23"
    begun = millis((capture.begun(one.place) - capture.begun(0)) / _MS)
    what = f"{way}{_path(url)}" if url else "what it brought was not kept"
    cells = (
        Cell(step.name, bold=one.is_own),
        Cell(status, "text" if good else "down", mark=Mark.GOOD if good else Mark.BAD,
             mark_colour="up" if good else "down"),
        Cell(what, "text" if url else "faint", tip=url),
        Cell(kind, "dim"), Cell(size), Cell(f"+{begun}", "dim"), Cell(millis(took), bold=True),
    )  # fmt: skip
    return Row(f"exchange {number}", cells)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def header_rows(capture: Capture, only: str = "", chosen: Asked | None = None) -> list[Row]:
    """Address first, then what was sent, then what came; all redacted before it was written."""
    if only and only not in REQUESTS:
        return [Row("none", (Cell(""), Cell(""), Cell(f"the step “{only}” asked nobody", "dim")))]
    if chosen is not None and not chosen.is_own:
        return _headers_of(chosen.exchange)
    status = "no answer" if capture.status is None else str(capture.status)
    facts = (("asked", "address", capture.url), ("came", "status", status),
             ("came", "content type", capture.content_type),
             ("came", "bytes stored", f"{len(capture.body):,}"),
             ("came", "verdict", capture.verdict))  # fmt: skip
    rows = [_header(side, name, value or DASH, "text") for side, name, value in facts]
    sent = sorted(capture.request_headers.items())
    rows += [_header("sent", name, value, "dim") for name, value in sent]
    if not sent:
        rows.append(_header("sent", DASH, "the headers of this request were not kept", "faint"))
    return rows + [_header("came", name, value, "dim") for name, value in sorted(capture.headers.items())]


def _headers_of(came: Exchange | None) -> list[Row]:
    if came is None:
        return [_header("came", DASH, "an older Pitwall kept only status and size of this request", "faint")]
    facts = (("asked", "address", f"{came.method} {came.url}"), ("came", "status", str(came.status)),
             ("came", "bytes stored", f"{len(came.body):,}"))  # fmt: skip
    rows = [_header(side, name, value, "text") for side, name, value in facts]
    if came.sent:
        rows.append(_header("sent", "form", _text(came.sent), "text"))
    rows += [_header("sent", name, value, "dim") for name, value in sorted(came.request_headers.items())]
    return rows + [_header("came", name, value, "dim") for name, value in sorted(came.headers.items())]


def body_text(capture: Capture, chosen: Asked | None) -> str:
    """What a request brought, as it was stored: the beginning of it."""
    came = None if chosen is None else chosen.exchange
    if chosen is not None and not chosen.is_own and came is None:
        return "What this request brought was not kept."
    body = capture.body if came is None else came.body
    if not body:
        return "Nothing came."
    left = len(body) - _LETTERS
    more = f"\n… and {left:,} more bytes; the bundle holds them." if left > 0 else ""
    return f"{_text(body[:_LETTERS])}{more}"


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


def _header(side: str, name: str, value: str, colour: str) -> Row:
    hidden = "[redacted]" in value
    return Row(f"{side} {name}", (Cell(side, "info" if side != "came" else "up"), Cell(name, colour),
                                  Cell(value, "warn" if hidden else colour, tip=value)))  # fmt: skip


def console_rows(examination: Examination, only: str = "") -> list[Row]:
    """The steps as they were noted, then what the program says of the answer today."""
    rows, at = [], 0.0
    for number, step in enumerate(examination.this.capture.steps):
        if not only or step.name == only:
            said = step.note or "done"
            rows.append(_line(f"step {number}", f"+{millis(at)}", step.name, said, bad=not step.ok))
        at += step.ms
    if only:
        return rows
    return rows + list(_today(examination))


def _today(examination: Examination) -> Iterator[Row]:
    chain = examination.this.chain
    if examination.this.problem:
        yield _line("problem", "today", "parser", examination.this.problem, bad=True)
    reasons: dict[str, list[str]] = {}
    for reject in () if chain is None else chain.rejects:
        reasons.setdefault(reject.reason, []).append(reject.symbol)
    for reason, symbols in reasons.items():
        some = ", ".join(symbols[:3]) + (" …" if len(symbols) > len(symbols[:3]) else "")
        yield _line(
            f"reject {reason}", "today", "parser", f"{len(symbols)} left out: {reason} ({some})", bad=True
        )
    for check in examination.checks:
        if check.finding not in (Finding.OK, Finding.NOT_COMPARED):
            bad = check.finding is not Finding.WATCH
            said = f"{check.finding.value}: {check.name}, expected {check.expected}, found {check.actual}"
            yield _line(f"check {check.name}", "today", "drift", said, bad=bad)


def _line(key: str, at: str, source: str, said: str, *, bad: bool) -> Row:
    colour = "down" if bad else "text"
    return Row(key, (Cell(at, "faint"), Cell(source, "dim"), Cell(said, colour, tip=said)))
