"""A request to Databento's historical API: read, checked against what there is, and refused in its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.domain.units import DAY, MINUTE, Ns, iso, moment, ns_from_iso
from app.sim.dbn_metadata import DATASET, SCHEMAS
from app.sim.dbn_records import STYPES

AVAILABLE_FROM: Final = ns_from_iso("2010-06-06T00:00:00Z")
TICKS_FROM: Final = ns_from_iso("2017-05-21T00:00:00Z")
DELAY: Final = Ns(15 * MINUTE)
_DEEP: Final = ("mbo", "mbp-10")
_MOST_SYMBOLS: Final = 2_000
_DOCS: Final = "https://databento.com/docs"


class Refused(Exception):
    """An answer that is no data; `case` is what programs decide by."""

    def __init__(
        self, status: int, case: str, message: str, payload: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.case = case
        self.payload = payload

    @property
    def document(self) -> dict[str, Any]:
        detail = {
            "case": self.case,
            "message": str(self),
            "status_code": self.status,
            "docs": _DOCS,
            "payload": self.payload,
        }
        return {"detail": detail}


@dataclass(frozen=True, slots=True)
class Asked:
    """Records of a schema for some symbols, `start <= ts_event < end`."""

    schema: str
    symbols: tuple[str, ...]
    stype: str
    start: Ns
    end: Ns
    limit: int | None

    @property
    def days(self) -> tuple[date, ...]:
        """The UTC dates that the span touches."""
        return dates_between(moment(self.start).date(), moment(Ns(self.end - 1)).date() + timedelta(days=1))


def dates_between(first: date, end: date) -> tuple[date, ...]:
    """The end exclusive."""
    return tuple(first + timedelta(days=n) for n in range((end - first).days))


def available(schema: str, now: Ns) -> tuple[Ns, Ns]:
    """From when and until when there is data; it trails by a quarter of an hour."""
    end = now - DELAY
    return (TICKS_FROM if schema in _DEEP else AVAILABLE_FROM), Ns(end - end % MINUTE)


def read_request(form: Mapping[str, str], now: Ns, live_licence: bool) -> Asked:
    check_dataset(form.get("dataset", ""))
    schema, stype = form.get("schema", "trades"), form.get("stype_in", "raw_symbol")
    if schema not in SCHEMAS:
        raise Refused(422, "schema_not_supported", f"Schema '{schema}' is not supported")
    if stype not in STYPES:
        raise Refused(422, "symbology_invalid_request", f"Unknown stype_in '{stype}'")
    if form.get("stype_out", "instrument_id") != "instrument_id":
        raise Refused(422, "symbology_invalid_request", "Only stype_out=instrument_id is supported here")
    symbols = tuple(s.strip() for s in form.get("symbols", "ALL_SYMBOLS").split(",") if s.strip())
    if not 0 < len(symbols) <= _MOST_SYMBOLS:
        raise Refused(422, "symbology_invalid_request", "Between 1 and 2,000 symbols are allowed")
    first, last = available(schema, now)
    start = _moment(form.get("start", ""), "start")
    end = _moment(form["end"], "end") if form.get("end") else last
    _check_span(start, end, first, last)
    if not live_licence and end > now - DAY:
        raise Refused(
            403, "license_not_found_unauthorized",
            f"A live data license is required to access data after {iso(Ns(now - DAY))}",
        )  # fmt: skip
    limit = int(form["limit"]) if form.get("limit", "").isdigit() else None
    return Asked(schema, symbols, stype, start, end, limit)


def check_dataset(dataset: str) -> None:
    if dataset != DATASET:
        raise Refused(403, "auth_no_dataset_entitlement", f"No entitlement for dataset {dataset}")


def _check_span(start: Ns, end: Ns, first: Ns, last: Ns) -> None:
    payload = {"dataset": DATASET, "available_start": iso(first), "available_end": iso(last)}
    if start >= end:
        raise Refused(422, "data_time_range_start_on_or_after_end", "`start` must be before `end`", payload)
    if start < first:
        text = f"`start` is before the available start {iso(first)}"
        raise Refused(422, "data_start_before_available_start", text, payload)
    if start >= last:
        text = f"`start` is after the available end {iso(last)}"
        raise Refused(422, "data_start_after_available_end", text, payload)
    if end > last:
        text = f"`end` is after the available end {iso(last)}"
        raise Refused(422, "data_end_after_available_end", text, payload)


def _moment(text: str, name: str) -> Ns:
    """Nanoseconds, a date, or a time with or without an offset; without one it is UTC."""
    if text.isdigit() and len(text) > 8:
        return Ns(int(text))
    try:
        if "T" not in text and " " not in text.strip():
            return ns_from_iso(f"{date.fromisoformat(text)}T00:00:00Z")
        clock = text.replace(" ", "T")
        zoned = clock.endswith("Z") or "+" in clock or "-" in clock.split("T")[1]
        return ns_from_iso(clock if zoned else clock + "Z")
    except ValueError as e:
        raise Refused(422, "validation_error", f"`{name}` is no time: {text!r}") from e
