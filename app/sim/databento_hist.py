"""Databento's historical API over plain HTTP on loopback: metadata, symbology, costs, files, and a ledger.

Routes for faults are the methods: "metadata.get_cost", "timeseries.get_range" …
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.domain.units import DOLLAR, MicroUsd, Ns, iso, moment
from app.sim import keys
from app.sim.dbn_metadata import DATASET, SCHEMAS
from app.sim.dbn_records import BAR, DEFINITION, MBO, MBP_1, MBP_10, STATISTIC, STATUS, TRADE
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.feed import Feed
from app.sim.hist_files import RECORD_BYTES, Files
from app.sim.hist_request import AVAILABLE_FROM, Refused, available, check_dataset, read_request
from app.sim.http import HttpSimulator, retry_after
from app.sim.http_wire import Answer, Request, json_answer
from app.sim.market import Market

# dollars per GiB of uncompressed records
PRICES: Final = {
    "mbo": 1.80, "mbp-1": 1.80, "mbp-10": 0.50, "tbbo": 28.0, "trades": 28.0, "ohlcv-1s": 70.0,
    "ohlcv-1m": 70.0, "ohlcv-1h": 190.0, "ohlcv-1d": 190.0, "definition": 1.70, "statistics": 1.00,
    "status": 4.00,
}  # fmt: skip
_GIB: Final = 2**30
_PREFIX: Final = "/v0/"
_DTYPES: Final = {
    "mbo": MBO, "mbp-1": MBP_1, "mbp-10": MBP_10, "tbbo": MBP_1, "trades": TRADE, "definition": DEFINITION,
    "statistics": STATISTIC, "status": STATUS,
}  # fmt: skip
_REFUSALS: Final = {
    401: ("auth_authentication_failed", "Authentication failed."),
    403: ("auth_no_dataset_entitlement", f"No entitlement for dataset {DATASET}"),
    404: ("not_found", "Not found"),
    408: ("request_timeout", "Request timed out"),
    422: ("symbology_invalid_request", "None of the symbols could be resolved"),
    429: ("rate_limit_exceeded", "Too many requests"),
}
_BINARY: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Billed:
    """One file that was sent and charged."""

    at: Ns
    schema: str
    records: int
    cost: MicroUsd


class HistServer(HttpSimulator):
    """`entitled` False refuses the dataset, `refused` single schemas; without `live_licence` the newest day
    is refused. `ledger` lists what has been charged."""

    source = "databento_hist"

    def __init__(self, market: Market, faults: Faults) -> None:
        super().__init__(faults)
        self.entitled = True
        self.refused: frozenset[str] = frozenset()
        self.live_licence = True
        self.ledger: list[Billed] = []
        self._market = market
        self._files = Files(Feed(market))
        self._requests = 0
        self._methods: dict[str, Callable[[dict[str, str]], Answer]] = {
            "metadata.get_cost": lambda form: json_answer(self._cost(form)),
            "metadata.get_billable_size": lambda form: json_answer(self._size(form)),
            "metadata.get_record_count": lambda form: json_answer(self._count(form)),
            "metadata.list_unit_prices": self._prices,
            "metadata.get_dataset_range": self._range,
            "metadata.get_dataset_condition": self._condition,
            "metadata.list_datasets": lambda _: json_answer([DATASET]),
            "metadata.list_schemas": lambda _: json_answer(list(SCHEMAS)),
            "metadata.list_fields": self._fields,
            "metadata.list_publishers": lambda _: json_answer([_PUBLISHER]),
            "symbology.resolve": self._resolve,
            "timeseries.get_range": self._file,
        }

    def route(self, request: Request) -> str:
        return request.path.removeprefix(_PREFIX)

    def refusal(self, status: int, fault: Fault) -> Answer:
        if status >= 500:
            return Answer(status, b"simulated failure", "text/plain")
        case, message = _REFUSALS.get(status, ("error", "Simulated error"))
        return self._refused(Refused(status, case, message), retry_after(status, fault))

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        method = self._methods.get(self.route(request))
        try:
            _authenticate(request)
            if fault is not None and fault.kind is FaultKind.NO_ENTITLEMENT:
                check_dataset("")
            if method is None:
                raise Refused(404, "not_found", f"No method {self.route(request)}")
            return method({**request.query, **request.form()})
        except Refused as e:
            return self._refused(e)

    def _refused(self, why: Refused, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        self._requests += 1
        return json_answer(
            why.document, why.status, (("request-id", f"simulated-{self._requests}"), *headers)
        )

    def _entitled(self, schema: str) -> None:
        if not self.entitled:
            raise Refused(403, *_REFUSALS[403])
        if schema in self.refused:
            raise Refused(403, "auth_no_schema_entitlement", f"No entitlement for schema {schema}")

    def _count(self, form: dict[str, str]) -> int:
        asked = read_request(form, self._market.now(), self.live_licence)
        self._files.names_of(asked)
        return self._files.count(asked)

    def _size(self, form: dict[str, str]) -> int:
        return self._count(form) * RECORD_BYTES[form.get("schema", "trades")]

    def _cost(self, form: dict[str, str]) -> float:
        return self._size(form) * PRICES[form.get("schema", "trades")] / _GIB

    def _file(self, form: dict[str, str]) -> Answer:
        asked = read_request(form, self._market.now(), self.live_licence)
        self._entitled(asked.schema)
        named = self._files.names_of(asked)
        body, count = self._files.file(asked, named)
        cost = count * RECORD_BYTES[asked.schema] * PRICES[asked.schema] / _GIB
        self.ledger.append(Billed(self._market.now(), asked.schema, count, MicroUsd(round(cost * DOLLAR))))
        if not named.not_found:
            return Answer(200, body, _BINARY)
        text = f"The following symbols did not resolve: {', '.join(named.not_found)}"
        return Answer(206, body, _BINARY, (("X-Warning", json.dumps([text])),))

    def _resolve(self, form: dict[str, str]) -> Answer:
        check_dataset(form.get("dataset", ""))
        stype_in, stype_out = form.get("stype_in", "raw_symbol"), form.get("stype_out", "instrument_id")
        first = _date(form.get("start_date", ""))
        end = _date(form["end_date"]) if form.get("end_date") else first + timedelta(days=1)
        symbols = tuple(s.strip() for s in form.get("symbols", "").split(",") if s.strip())
        if stype_in == "parent" and stype_out != "instrument_id":
            text = f"Cannot resolve {stype_in} to {stype_out}"
            raise Refused(422, "symbology_invalid_request", text)
        named = self._files.named(symbols, stype_in, first, end)
        names = self._market.universes.of(self._market.day(self._market.now())).symbols
        shown = {
            symbol: [
                {
                    "d0": str(d0),
                    "d1": str(d1),
                    "s": str(i) if stype_out == "instrument_id" else names.get(i, ""),
                }
                for d0, d1, i in spans
            ]
            for symbol, spans in named.found.items()
        }
        return json_answer({
            "result": {**shown, **{symbol: [] for symbol in named.not_found}},
            "symbols": list(symbols), "stype_in": stype_in, "stype_out": stype_out, "start_date": str(first),
            "end_date": str(end), "partial": [], "not_found": list(named.not_found),
            "message": "Not found" if named.not_found else "OK", "status": 2 if named.not_found else 0,
        })  # fmt: skip

    def _prices(self, form: dict[str, str]) -> Answer:
        check_dataset(form.get("dataset", ""))
        modes = ("historical", "historical-streaming", "live")
        return json_answer([{"mode": mode, "unit_prices": PRICES} for mode in modes])

    def _range(self, form: dict[str, str]) -> Answer:
        check_dataset(form.get("dataset", ""))
        now = self._market.now()
        spans = {schema: available(schema, now) for schema in SCHEMAS}
        start, end = AVAILABLE_FROM, spans["trades"][1]
        shown = {schema: {"start": iso(first), "end": iso(last)} for schema, (first, last) in spans.items()}
        return json_answer({"start": iso(start), "end": iso(end), "schema": shown})

    def _condition(self, form: dict[str, str]) -> Answer:
        """Of trade dates only; the running one is not complete yet."""
        check_dataset(form.get("dataset", ""))
        today = moment(self._market.now()).date()
        first = _date(form["start_date"]) if form.get("start_date") else moment(AVAILABLE_FROM).date()
        last = min(_date(form["end_date"]) if form.get("end_date") else today, today)
        days = self._market.calendar.days(first, last)
        return json_answer([_condition(day, today) for day in days])

    def _fields(self, form: dict[str, str]) -> Answer:
        dtype = _DTYPES.get(form.get("schema", ""), BAR)
        names = dtype.names or ()
        return json_answer([{"name": name, "type": str(dtype[name])} for name in names])


_PUBLISHER: Final[dict[str, Any]] = {
    "publisher_id": 1,
    "dataset": DATASET,
    "venue": "GLBX",
    "description": "CME Globex MDP 3.0 (simulated)",
}


def _condition(day: date, today: date) -> dict[str, str]:
    state = "available" if day < today else "pending"
    return {"date": str(day), "condition": state, "last_modified_date": str(min(day, today))}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise Refused(422, "validation_error", f"{text!r} is no date") from e


def _authenticate(request: Request) -> None:
    """HTTP Basic: the key is the user's name, the password is empty."""
    given = request.headers.get("authorization", "").removeprefix("Basic ")
    try:
        said = base64.b64decode(given, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        said = ""
    if said != f"{keys.DATABENTO}:":
        raise Refused(401, *_REFUSALS[401])
