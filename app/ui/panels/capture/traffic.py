"""What went to and fro for a capture, and what was noted of it: rows of the network tab. Values only."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from app.domain.capture import Capture, Step
from app.domain.drift import Finding
from app.domain.examination import Examination
from app.ui.format import DASH, megabytes, millis
from app.ui.widgets.cells import Cell, Column, Mark, Row

EXCHANGES: Final = (
    Column("Step", 96), Column("Status", 96), Column("Asked for", 0), Column("Kind", 130, from_px=620),
    Column("Size", 76, right=True), Column("Begun", 76, right=True), Column("Took", 76, right=True),
)  # fmt: skip
HEADERS: Final = (Column("", 74), Column("Name", 190), Column("Value", 0))
CONSOLE: Final = (Column("At", 76, right=True), Column("From", 110), Column("What was noted", 0))

_ASKS: Final = ("page", "cookies", "request")
_TOLD: Final = re.compile(r"HTTP (\d{3}), ([\d,]+) bytes")


def exchange_rows(capture: Capture, only: str = "") -> list[Row]:
    """A row for each request. Of all but the last only status and size are known: what came was not kept."""
    begun, rows = 0.0, []
    asks = [step for step in capture.steps if step.name in _ASKS]
    last = next((step for step in reversed(asks) if _TOLD.search(step.note)), asks[-1] if asks else None)
    for number, step in enumerate(capture.steps):
        if (
            step.name in _ASKS
            and (not only or step.name == only)
            and not _is_echo(step, capture.steps[:number])
        ):
            rows.append(_exchange(number, step, begun, capture if step is last else None))
        begun += step.ms
    return rows


def _is_echo(step: Step, before: tuple[Step, ...]) -> bool:
    """The verdict on a request is a step of its name too, without a request of its own."""
    return step.ms == 0.0 and not step.ok and any(one.name == step.name for one in before)


def _exchange(number: int, step: Step, begun: float, capture: Capture | None) -> Row:
    told = _TOLD.search(step.note)
    status = "no answer" if told is None else told[1]
    good = told is not None and told[1] == "200"
    parts = urlsplit(capture.url) if capture is not None and capture.url else None
    asked = "its answer was not kept, only its cookies" if parts is None else f"{parts.path}?{parts.query}"
    if parts is not None and not parts.query:
        asked = parts.path
    kind = "" if capture is None else capture.content_type
    size = DASH if told is None else megabytes(int(told[2].replace(",", "")))
    cells = (
        Cell(step.name),
        Cell(status, "text" if good else "down", mark=Mark.GOOD if good else Mark.BAD,
             mark_colour="up" if good else "down"),
        Cell(asked, "text" if parts else "faint", tip="" if capture is None else capture.url),
        Cell(kind, "dim"), Cell(size), Cell(f"+{millis(begun)}", "dim"), Cell(millis(step.ms), bold=True),
    )  # fmt: skip
    return Row(f"exchange {number}", cells)


def header_rows(capture: Capture, only: str = "") -> list[Row]:
    """Address first, then what was sent, then what came; all redacted before it was written."""
    if only and only not in _ASKS:
        return [Row("none", (Cell(""), Cell(""), Cell(f"the step “{only}” asked nobody", "dim")))]
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
