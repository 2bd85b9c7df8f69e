"""Whether an answer is still built as its good forerunners were: each check with what was expected and found.

*Not ready* (taken too early, cut off) and *no answer* (a page of refusal) are told apart from *drift*, a
change at the vendor's side that needs a changed parser.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, median
from typing import Final

from app.domain.answer import REQUIRED, Answer, AnswerKind
from app.domain.chain import Chain, Quote
from app.domain.chain_metrics import implied_future
from app.domain.contract import Right
from app.domain.provenance import kind_at
from app.domain.quality import moved
from app.domain.units import Px, points

# How many good answers before this one are looked at.
FORERUNNERS: Final = 20
_ROWS_APART: Final = 0.40
_COVERAGE_WATCH: Final = 0.05
_COVERAGE_DRIFT: Final = 0.20
_CROSSED_DRIFT: Final = 0.01
_FUTURE_APART: Final = 0.02
_UNMOVED: Final = 3
_NEAR_PAIRS: Final = 15
_NAMED: Final = 3


class Finding(Enum):
    OK = "ok"
    WATCH = "watch"
    DRIFT = "drift"
    NOT_READY = "not ready"
    NO_ANSWER = "no answer"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    expected: str
    actual: str
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """An answer and the chain read from it, as far as there is one; `asked` is the series it should be."""

    answer: Answer
    chain: Chain | None
    asked: str = ""


def checks(this: Witness, good: Sequence[Witness], *, is_rth: bool = False) -> tuple[Check, ...]:
    """`good` are the last good answers of the same series, the newest first."""
    first = _arrived(this.answer)
    if first.finding is not Finding.OK:
        return (first,)
    return (first, *_structure(this.answer, good), *_rows(this, good), *_market(this, good, is_rth))


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
    actual = (
        f"{len(answer.paths)} paths, {answer.fingerprint}{_named(' · gone', gone)}{_named(' · new', new)}"
    )
    finding = Finding.DRIFT if gone else Finding.WATCH if new else Finding.OK
    yield Check("structure", expected, actual, finding)
    changed = [p for p in before.paths.keys() & answer.paths.keys() if retyped(before, answer, p)]
    kinds = "; ".join(f"{p}: {kind_at(before, p)} → {kind_at(answer, p)}" for p in sorted(changed)[:_NAMED])
    yield Check("types", "as before", kinds or "as before", Finding.DRIFT if changed else Finding.OK)


def retyped(before: Answer, after: Answer, path: str) -> bool:
    """Whether a path holds a kind of value that it never held; a null is no kind, it is an absence."""
    old, new = before.paths[path] - {"null"}, after.paths[path] - {"null"}
    return bool(old and new - old)


def _rows(this: Witness, good: Sequence[Witness]) -> Iterator[Check]:
    answer = this.answer
    before = [w.answer for w in good if w.answer.rows]
    if before:
        usual = median(len(a.rows) for a in before)
        apart = abs(len(answer.rows) / usual - 1)
        bad = Finding.DRIFT if apart > _ROWS_APART else Finding.OK
        yield Check("rows", f"{usual:,.0f} ± {_ROWS_APART:.0%}", f"{len(answer.rows):,}", bad)
    for name in REQUIRED:
        yield _covered(name, answer.coverage, before)
    wrong = answer.out_of_order
    yield Check("strikes rise", "all", f"{len(wrong)} do not{_named(':', wrong)}" if wrong else "all",
                Finding.DRIFT if wrong else Finding.OK)  # fmt: skip
    if this.chain is not None and this.chain.rejects:
        left_out = len(this.chain.rejects)
        share = left_out / len(answer.rows)
        reasons = {r.reason for r in this.chain.rejects}
        yield Check("rows that can be read", "all", f"{left_out} cannot{_named(':', reasons)}",
                    Finding.DRIFT if share > _COVERAGE_WATCH else Finding.WATCH)  # fmt: skip


def _covered(name: str, now: Mapping[str, float], before: Sequence[Answer]) -> Check:
    """Fewer values than the forerunners had, in percentage points."""
    found = now.get(name, 0.0)
    known = [a.coverage[name] for a in before if name in a.coverage]
    if not known:
        return Check(f"{name} given", "—", f"{found:.0%}", Finding.NOT_COMPARED)
    usual = fmean(known)
    lost = usual - found
    finding = Finding.OK if lost < _COVERAGE_WATCH else Finding.WATCH
    if lost >= _COVERAGE_DRIFT:
        finding = Finding.DRIFT
    return Check(f"{name} given", f"{usual:.0%} (last {len(known)} good)", f"{found:.0%}", finding)


def _market(this: Witness, good: Sequence[Witness], is_rth: bool) -> Iterator[Check]:
    chain = this.chain
    if chain is None:
        return
    if this.asked:
        same = chain.vendor_series == this.asked
        yield Check("series", this.asked, chain.vendor_series, Finding.OK if same else Finding.DRIFT)
    yield _crossed(chain)
    yield _future(chain)
    yield _parity(chain)
    yield _time(chain, [w.chain for w in good if w.chain is not None], is_rth)


def _crossed(chain: Chain) -> Check:
    both = [q for q in chain.quotes if q.bid is not None and q.ask is not None]
    wrong = [q.symbol for q in both if q.crossed]
    finding = Finding.OK if not wrong else Finding.WATCH
    if len(wrong) > _CROSSED_DRIFT * len(both):
        finding = Finding.DRIFT
    said = f"{len(wrong)} of {len(both):,} are not{_named(':', wrong)}" if wrong else f"all {len(both):,}"
    return Check("bid at or below ask", "all two-sided", said, finding)


def _future(chain: Chain) -> Check:
    """Against the chain's own parity: a live future would always disagree with a delayed chain."""
    said = chain.underlying.price if chain.underlying else None
    implied = implied_future(chain)
    if said is None or implied is None:
        known = "no page with a price" if said is None else "too few two-sided pairs"
        return Check("underlying", "—", known, Finding.NOT_COMPARED)
    apart = abs(implied / points(said) - 1)
    finding = Finding.WATCH if apart > _FUTURE_APART else Finding.OK
    expected = f"{implied:,.2f} by parity ± {_FUTURE_APART:.0%}"
    return Check("underlying", expected, f"{points(said):,.2f} ({apart:.2%} apart)", finding)


def _parity(chain: Chain) -> Check:
    future = implied_future(chain)
    pairs = _near_pairs(chain, future)
    if future is None or not pairs:
        return Check("put-call parity", "—", "too few two-sided pairs", Finding.NOT_COMPARED)
    outside = [call.symbol for call, put in pairs if _outside(call, put, future)]
    said = f"{len(outside)} of {len(pairs)} outside{_named(':', outside)}" if outside else "all"
    finding = Finding.WATCH if len(outside) * 2 > len(pairs) else Finding.OK
    return Check("put-call parity", f"{len(pairs)} pairs within both spreads", said, finding)


def _near_pairs(chain: Chain, future: float | None) -> list[tuple[Quote, Quote]]:
    rights: dict[Px, dict[Right, Quote]] = {}
    for quote in chain.quotes:
        if quote.mid is not None:
            rights.setdefault(quote.contract.strike, {})[quote.contract.right] = quote
    both = [(r[Right.CALL], r[Right.PUT]) for r in rights.values() if len(r) == 2]
    both.sort(key=lambda pair: abs(points(pair[0].contract.strike) - (future or 0.0)))
    return both[:_NEAR_PAIRS]


def _outside(call: Quote, put: Quote, future: float) -> bool:
    residual = points(call.mid or Px(0)) - points(put.mid or Px(0)) - future + points(call.contract.strike)
    return abs(residual) > _spread(call) + _spread(put)


def _spread(quote: Quote) -> float:
    return points(Px((quote.ask or 0) - (quote.bid or 0)))


def _time(chain: Chain, before: Sequence[Chain], is_rth: bool) -> Check:
    """Any changed quote counts: on a thin chain trades are rare."""
    if not before:
        return Check("time moves", "—", "first of its series", Finding.NOT_COMPARED)
    still, later = 0, chain
    for earlier in before:
        if moved(earlier, later):
            break
        still, later = still + 1, earlier
    finding = Finding.WATCH if still >= _UNMOVED and is_rth else Finding.OK
    said = "something moved" if not still else f"nothing moved in {still + 1} answers"
    return Check("time moves", "a quote or trade changed since the last good", said, finding)


def _named(intro: str, names: Sequence[str] | set[str]) -> str:
    """The first few by name, and how many more there are."""
    ordered = sorted(names)
    if not ordered:
        return ""
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return f"{intro} {', '.join(ordered[:_NAMED])}{more}"
