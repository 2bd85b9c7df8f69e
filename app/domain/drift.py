"""Whether an answer is still built as its good forerunners were: each check with what was expected and found.

*Not ready* (taken too early, cut off) and *no answer* (a page of refusal) are told apart from *drift*, a
change at the vendor's side that needs a changed parser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean, median
from typing import Final

from app.domain.answer import NEEDED, REQUIRED, Answer, AnswerKind
from app.domain.drift_market import market_checks
from app.domain.finding import Check, Finding, Witness, named
from app.domain.provenance import kind_at
from app.domain.quality import ends
from app.domain.units import HOUR

__all__ = ["FORERUNNERS", "Check", "Finding", "Witness", "checks", "complaint", "retyped", "summary"]

# How many good answers before this one are looked at.
FORERUNNERS: Final = 20
_ROWS_APART: Final = 0.40
_COVERAGE_WATCH: Final = 0.05
_COVERAGE_DRIFT: Final = 0.20
_LAST_HOUR: Final = HOUR
_MOST_SAID: Final = 4
_CHANGES_NAMED: Final = 3
# Away from these an answer is no quote's: after the last minute, and while the market is closed.
_QUOTED: Final = frozenset({"bidPrice", "askPrice"})


def checks(this: Witness, good: Sequence[Witness]) -> tuple[Check, ...]:
    """`good` are the last good answers of the same series, the newest first."""
    first = _arrived(this.answer)
    if first.finding is not Finding.OK:
        if this.chain is None or not this.chain.quotes:
            return (first,)
        # its parser made a chain of it: an answer of another form than we look into
        return (replace(first, finding=Finding.NOT_COMPARED), *market_checks(this, good))
    return (first, *_structure(this.answer, good), *_rows(this, good), *market_checks(this, good))


def complaint(found: Sequence[Check]) -> str:
    """Why the channel cannot be trusted, in one sentence; nothing when it can."""
    gravest = summary(found)
    if gravest not in (Finding.DRIFT, Finding.NOT_READY, Finding.NO_ANSWER):
        return ""
    bad = [check for check in found if check.finding is gravest]
    said = "; ".join(f"{c.name}: {c.actual}, expected {c.expected}" for c in bad[:_MOST_SAID])
    more = f"; and {len(bad) - _MOST_SAID} more" if len(bad) > _MOST_SAID else ""
    return f"{gravest.value.capitalize()}: {said}{more}."


def summary(found: Sequence[Check]) -> Finding:
    """The gravest of all findings."""
    order = (Finding.NO_ANSWER, Finding.NOT_READY, Finding.DRIFT, Finding.WATCH, Finding.OK)
    there = {check.finding for check in found}
    return next((finding for finding in order if finding in there), Finding.NOT_COMPARED)


def _arrived(answer: Answer) -> Check:
    finding = {
        AnswerKind.DATA: Finding.OK,
        AnswerKind.EMPTY: Finding.NOT_READY,
        AnswerKind.UNREADABLE: Finding.NOT_READY,
    }.get(answer.kind, Finding.NO_ANSWER)
    if answer.kind is AnswerKind.EMPTY and not answer.claimed:
        finding = Finding.NO_ANSWER
    return Check("what came", "data with rows", f"{answer.kind.value} ({answer.size:,} bytes)", finding)


def _structure(answer: Answer, good: Sequence[Witness]) -> Iterator[Check]:
    before = next((w.answer for w in good if w.answer.paths), None)
    if before is None:
        yield Check(
            "structure", "—", f"{len(answer.paths)} paths, {answer.fingerprint}", Finding.NOT_COMPARED
        )
        return
    gone, new = before.paths.keys() - answer.paths.keys(), answer.paths.keys() - before.paths.keys()
    expected = f"{len(before.paths)} paths, {before.fingerprint}"
    actual = f"{len(answer.paths)} paths, {answer.fingerprint}{named(' · gone', gone)}{named(' · new', new)}"
    needed = {path for path in gone if path.rpartition(".")[2].removesuffix("[]") in NEEDED}
    finding = Finding.DRIFT if needed else Finding.WATCH if gone or new else Finding.OK
    yield Check("structure", expected, actual, finding)
    changed = [p for p in before.paths.keys() & answer.paths.keys() if retyped(before, answer, p)]
    kinds = "; ".join(
        f"{p}: {kind_at(before, p)} → {kind_at(answer, p)}" for p in sorted(changed)[:_CHANGES_NAMED]
    )
    yield Check("types", "as before", kinds or "as before", Finding.DRIFT if changed else Finding.OK)


def retyped(before: Answer, after: Answer, path: str) -> bool:
    """Whether a path holds a kind of value that it never held; a null is no kind, it is an absence."""
    old, new = before.paths[path] - {"null"}, after.paths[path] - {"null"}
    return bool(old and new - old)


def _rows(this: Witness, good: Sequence[Witness]) -> Iterator[Check]:
    answer = this.answer
    before = [w for w in good if w.answer.row_count]
    if before:
        usual = median(w.answer.row_count for w in before)
        apart = abs(answer.row_count / usual - 1)
        bad = Finding.DRIFT if apart > _ROWS_APART else Finding.OK
        yield Check("rows", f"{usual:,.0f} ± {_ROWS_APART:.0%}", f"{answer.row_count:,}", bad)
    late = _is_late(this)
    for name in REQUIRED:
        yield _covered(name, this, before, only_watched=late and name == "bidPrice")
    wrong = answer.out_of_order
    yield Check("strikes rise", "all", f"{len(wrong)} do not{named(':', wrong)}" if wrong else "all",
                Finding.DRIFT if wrong else Finding.OK)  # fmt: skip
    if this.chain is not None and this.chain.rejects:
        left_out = len(this.chain.rejects)
        share = left_out / answer.row_count
        reasons = {r.reason for r in this.chain.rejects}
        yield Check("rows that can be read", "all", f"{left_out} cannot{named(':', reasons)}",
                    Finding.DRIFT if share > _COVERAGE_WATCH else Finding.WATCH)  # fmt: skip


def _is_late(this: Witness) -> bool:
    """In the last hour of a series the bids of all that is out of the money go, a fifth within minutes."""
    end = None if this.chain is None else ends(this.chain)
    return this.chain is not None and end is not None and end - this.chain.received < _LAST_HOUR


def _covered(name: str, this: Witness, before: Sequence[Witness], *, only_watched: bool) -> Check:
    """Fewer values than the forerunners had in the same state of the market, in percentage points.

    Overnight a third of a thin chain has no bid: against the afternoon that would be drift every evening.
    """
    found = this.answer.coverage.get(name, 0.0)
    like = [w.answer for w in before if w.state is this.state and w.quoted is this.quoted]
    known = [answer.coverage[name] for answer in like if name in answer.coverage]
    if not known or (name in _QUOTED and not this.quoted):
        return Check(f"{name} given", "—", f"{found:.0%}", Finding.NOT_COMPARED)
    usual = fmean(known)
    lost = usual - found
    finding = Finding.OK if lost < _COVERAGE_WATCH else Finding.WATCH
    if lost >= _COVERAGE_DRIFT and not only_watched:
        finding = Finding.DRIFT
    return Check(f"{name} given", f"{usual:.0%} (last {len(known)} good)", f"{found:.0%}", finding)
