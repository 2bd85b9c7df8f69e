"""An examination as plain JSON documents: what a bundle holds, and what a regression fixture expects."""

from collections.abc import Iterator
from typing import Any

from app.domain.examination import Examination, kind_of
from app.domain.provenance import Field
from app.domain.units import iso

Document = dict[str, Any]


def parse_document(examination: Examination) -> Document:
    """Every value with where it comes from: the response, as it lies in a bundle, and the place in it."""
    response = f"{examination.this.capture.id} raw/answer"
    fields = [_field(field) | {"response_id": response} for field in _fields(examination)]
    return {"facts": _about(examination), "fields": fields}


def validation_document(examination: Examination) -> Document:
    return {
        "finding": examination.finding.value,
        "checks": [
            {"name": c.name, "expected": c.expected, "actual": c.actual, "verdict": c.finding.value}
            for c in examination.checks
        ],
    }


def expected_document(examination: Examination) -> Document:
    """What a parser must make of this answer; only names and values, so that it can be read and kept."""
    return {"facts": _about(examination), "values": values_of(examination)}


def values_of(examination: Examination) -> dict[str, dict[str, str | None]]:
    values: dict[str, dict[str, str | None]] = {}
    for field in _fields(examination):
        values.setdefault(field.subject, {})[field.name] = field.value
    return values


def boxes_document(examination: Examination) -> Document:
    """Where the fields stand on the picture, in its pixels: left, top, width, height."""
    boxes: Document = {}
    for field in _fields(examination):
        box = examination.places.box(field.subject, field.name)
        if box is not None:
            boxes[field.key] = [box.x, box.y, box.width, box.height]
    return boxes


def log_lines(examination: Examination) -> list[Document]:
    capture = examination.this.capture
    steps = [{"step": s.name, "ms": s.ms, "ok": s.ok, "note": s.note} for s in capture.steps]
    end = {"at": iso(capture.fetched), "outcome": capture.outcome.value, "verdict": capture.verdict}
    return [*steps, end]


def compared(expected: Document, now: Document) -> Iterator[tuple[str, str | None, str | None]]:
    """Fields that differ between two `values`, as (subject/name, expected, now); absent counts as None."""
    for subject in {**expected, **now}:
        old, new = expected.get(subject, {}), now.get(subject, {})
        for name in {**old, **new}:
            if old.get(name) != new.get(name):
                yield f"{subject}/{name}", old.get(name), new.get(name)


def _about(examination: Examination) -> Document:
    this = examination.this
    capture = this.capture
    return {
        "id": capture.id,
        "source": capture.source,
        "series": capture.key,
        "fetched": iso(capture.fetched),
        "outcome": capture.outcome.value,
        "verdict": capture.verdict,
        "kind": kind_of(this),
        "problem": this.problem or None,
        "rows": this.rows,
        "structure": this.answer.fingerprint if this.answer.paths else None,
    }


def _fields(examination: Examination) -> Iterator[Field]:
    for subject in examination.trace.subjects:
        yield from examination.trace.fields(subject)


def _field(field: Field) -> Document:
    return {
        "subject": field.subject,
        "name": field.name,
        "value": field.value,
        "raw_text": field.raw_text,
        "raw_number": field.raw_number,
        "transform": field.transform,
        "locator": field.locator,
        "unit": field.unit,
        "certainty": field.certainty.value,
        "prior_value": field.prior,
        "status": field.status.value,
    }
