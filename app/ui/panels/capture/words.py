"""What is said of a capture: its verdict in a word and in a sentence, its facts in short."""

from dataclasses import dataclass
from typing import Final

from app.domain.capture import CaptureLine, Outcome
from app.domain.drift import Check, Finding
from app.domain.units import SECOND
from app.ui.format import Zone, age, clock, megabytes, millis
from app.ui.widgets.cells import Mark

WORDS: Final = {
    Outcome.PENDING: "being read",
    Outcome.ACCEPTED: "good",
    Outcome.REJECTED: "refused",
    Outcome.FAILED: "failed",
}
# Shape and colour of each outcome, everywhere in the viewer.
MARKS: Final = {
    Outcome.PENDING: (Mark.OFF, "idle"),
    Outcome.ACCEPTED: (Mark.GOOD, "up"),
    Outcome.REJECTED: (Mark.WARN, "warn"),
    Outcome.FAILED: (Mark.BAD, "down"),
}
FINDINGS: Final = {
    Finding.NO_ANSWER: "Something else came in place of the data: nothing was read from it.",
    Finding.NOT_READY: "Taken too early or cut off. The site has not changed; the next answer may be whole.",
    Finding.DRIFT: "The site builds its answer differently than before: the parser must be looked at.",
    Finding.WATCH: "Built as before and read; something in it is unusual.",
    Finding.OK: "Built as the good ones before it, and plausible.",
    Finding.NOT_COMPARED: "There is no good one before it to hold it against.",
}


PLATES: Final = {Finding.DRIFT: "DRIFT", Finding.NOT_READY: "NOT READY", Finding.NO_ANSWER: "NO DATA"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`word` on a plate of `colour`, and beside it what it means for the reader."""

    word: str
    colour: str
    sentence: str


def judgement(line: CaptureLine, finding: Finding | None, days: int | None) -> Judgement:
    """`finding` is known once the capture was examined; until then the outcome speaks."""
    if line.outcome is Outcome.PENDING:
        return Judgement("BEING READ", "idle", f"{asked(line)}: the answer is here and being read.")
    if line.outcome is Outcome.ACCEPTED:
        return Judgement("GOOD", "up", _good(line, finding, days))
    word = PLATES.get(finding or Finding.OK, WORDS[line.outcome].upper())
    # as its entry in the list, and its bar on the strip
    colour = "warn" if finding is Finding.NOT_READY else MARKS[line.outcome][1]
    return Judgement(word, colour, f"{(line.verdict or 'No reason was given').rstrip('.')}.")


def _good(line: CaptureLine, finding: Finding | None, days: int | None) -> str:
    if line.rows is None:
        said = f"{asked(line)}: the page was read"
    else:
        said = f"{asked(line)}: {line.rows:,} contracts read, expiry {expiry_words(line, days)}"
    noted = "" if line.verdict in ("", "accepted") else f" · {line.verdict}"
    watch = " · see Drift: something is unusual" if finding is Finding.WATCH else ""
    return f"{said}{noted}{watch}"


def _last(line: CaptureLine, before: CaptureLine | None, where: Zone) -> str:
    if before is None:
        return "no good one before it on this strip"
    return (
        f"last good: {clock(before.fetched, where)}, {age((line.fetched - before.fetched) / SECOND)} before"
    )


def expiry_words(line: CaptureLine, days: int | None) -> str:
    if line.expiry is None:
        return "not said"
    left = "" if days is None else f" ({days} d)"
    return f"{line.expiry:%a} {line.expiry.day} {line.expiry:%b}{left}"


def what_happened(line: CaptureLine) -> str:
    """Rows when it is good, the reason when it is not."""
    if line.outcome is Outcome.ACCEPTED:
        return "page read" if line.rows is None else f"{line.rows:,} rows"
    return line.verdict or WORDS[line.outcome]


def facts(line: CaptureLine, days: int | None) -> str:
    """The second line of an entry of the list: series, expiry with the days left, size."""
    left = "" if days is None else f" ({days} d)"
    ends = "" if line.expiry is None else f" · {line.expiry.day} {line.expiry:%b}{left}"
    return f"{asked(line)}{ends} · {megabytes(line.size)}"


def in_one_line(line: CaptureLine, before: CaptureLine | None, where: Zone) -> str:
    """What was asked and came; of a bad one first from when the chain is that the board goes on showing."""
    good = line.outcome in (Outcome.ACCEPTED, Outcome.PENDING)
    kept = "" if good else f"{_last(line, before, where)} · "
    status = "no answer" if line.status is None else f"HTTP {line.status}"
    took = millis(sum(step.ms for step in line.steps))
    return f"{kept}{asked(line)} · {status} · {megabytes(line.size)} · {took}"


def asked(line: CaptureLine) -> str:
    return line.key or "options page"


def check_words(checks: tuple[Check, ...], finding: Finding) -> str:
    wrong = sum(check.finding not in (Finding.OK, Finding.NOT_COMPARED) for check in checks)
    counted = (
        f"{len(checks)} checks, all as expected"
        if not wrong
        else f"{wrong} of {len(checks)} checks stand out"
    )
    return f"{finding.value.capitalize()}: {FINDINGS[finding]} {counted}."
