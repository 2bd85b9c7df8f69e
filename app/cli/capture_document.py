"""Stored captures, what is read from them and how two differ, as JSON documents."""

from app.domain.capture import Capture, CaptureLine, Exchange, Step
from app.domain.capture_diff import CaptureDiff, Difference
from app.domain.examination import Examination, kind_of
from app.domain.examination_document import validation_document
from app.domain.units import iso


def line_document(line: CaptureLine) -> dict[str, object]:
    return {
        "id": line.id,
        "source": line.source,
        "channel": line.channel.value,
        "key": line.key,
        "fetched": iso(line.fetched),
        "fetched_ns": line.fetched,
        "status": line.status,
        "outcome": line.outcome.value,
        "verdict": line.verdict,
        "rows": line.rows,
        "expiry": None if line.expiry is None else line.expiry.isoformat(),
        "bytes": line.size,
        "steps": _of_steps(line.steps),
        "picture": line.picture,
        "pinned": line.pinned,
    }


def capture_document(capture: Capture) -> dict[str, object]:
    return {
        "id": capture.id,
        "source": capture.source,
        "channel": capture.channel.value,
        "key": capture.key,
        "fetched": iso(capture.fetched),
        "fetched_ns": capture.fetched,
        "status": capture.status,
        "outcome": capture.outcome.value,
        "verdict": capture.verdict,
        "rows": capture.rows,
        "expiry": None if capture.expiry is None else capture.expiry.isoformat(),
        "bytes": len(capture.body),
        "steps": _of_steps(capture.steps),
        "picture": capture.picture,
        "url": capture.url,
        "content_type": capture.content_type,
        "headers": dict(capture.headers),
        "parser": capture.parser,
        "earlier": [_of_exchange(one, capture) for one in capture.earlier],
    }


def _of_exchange(one: Exchange, capture: Capture) -> dict[str, object]:
    return {
        "step": capture.steps[one.step].name if one.step < len(capture.steps) else None,
        "method": one.method,
        "url": one.url,
        "status": one.status,
        "content_type": one.content_type,
        "bytes": len(one.body),
        "ms": one.ms,
    }


def _of_steps(steps: tuple[Step, ...]) -> list[dict[str, object]]:
    return [{"name": s.name, "ms": round(s.ms, 3), "ok": s.ok, "note": s.note} for s in steps]


def examination_document(examination: Examination) -> dict[str, object]:
    """What the program makes of a stored answer today, beside what it made of it then."""
    this = examination.this
    return {
        "id": this.capture.id,
        "then": {
            "outcome": this.capture.outcome.value,
            "rows": this.capture.rows,
            "parser": this.capture.parser,
        },
        "now": {
            "kind": kind_of(this),
            "rows": this.rows,
            "problem": this.problem or None,
            "parser": examination.parser or None,
        },
        "read_otherwise": None if (fields := examination.read_otherwise) is None else list(fields),
        "otherwise": [
            {"contract": one.contract, "field": one.field, "then": one.then, "now": one.now}
            for one in examination.otherwise
        ],
        "compared_with": None if examination.before is None else examination.before.capture.id,
        **validation_document(examination),
    }


def diff_document(before: str, after: str, found: CaptureDiff) -> dict[str, object]:
    return {
        "before": before,
        "after": after,
        "request": [_difference(d) for d in found.request],
        "structure": [_difference(d) for d in found.structure],
        "rows": [
            {
                "symbol": row.symbol,
                "strike": row.strike,
                "right": row.right,
                "change": row.word,
                "cells": [_difference(cell) for cell in row.cells],
            }
            for row in found.rows
        ],
        "unchanged": found.unchanged,
    }


def _difference(difference: Difference) -> dict[str, str]:
    return {"name": difference.name, "before": difference.before, "after": difference.after}
