"""Ranges of time on a shelf: what is held of a wanted one, and what is missing. Half-open, nanoseconds.

A hole is never served: whatever is not held is missing, to the nanosecond.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.units import Ns


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, but not including, `end`."""

    start: Ns
    end: Ns

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a span ends after it begins")

    @property
    def length(self) -> int:
        return self.end - self.start

    def common(self, other: "Span") -> "Span | None":
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, without overlap; spans that touch become one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def missing(wanted: Span, held: Iterable[Span]) -> tuple[Span, ...]:
    """The parts of `wanted` that nobody holds, in order."""
    found, at = [], wanted.start
    for span in merged(held):
        if span.end <= at:
            continue
        if span.start >= wanted.end:
            break
        if span.start > at:
            found.append(Span(at, span.start))
        at = max(at, span.end)
    if at < wanted.end:
        found.append(Span(at, wanted.end))
    return tuple(found)


def share_held(wanted: Span, held: Iterable[Span]) -> float:
    return 1.0 - sum(span.length for span in missing(wanted, held)) / wanted.length


def pieces(wanted: Span, held: Iterable[Span]) -> tuple[tuple[Span, Span], ...]:
    """How held spans serve `wanted`: (which span, the part of it to take), in order and without overlap."""
    found: list[tuple[Span, Span]] = []
    at = wanted.start
    for span in sorted(held, key=lambda s: (s.start, -s.end)):
        if span.end <= at or max(at, span.start) >= wanted.end:
            continue
        found.append((span, Span(max(at, span.start), min(span.end, wanted.end))))
        at = min(span.end, wanted.end)
    return tuple(found)
