"""The simulated historical API, met by the official client: what there is, what it costs, what is refused."""

import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import databento as db
import numpy as np
import pytest
from databento.common.error import BentoWarning

from app.domain.units import HOUR, Ns, moment, ns_from_iso
from app.sim.clock import SimClock
from app.sim.databento_hist import PRICES, HistServer
from app.sim.dbn_metadata import SCHEMAS
from app.sim.faults import Faults
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.databento_clients import STRANGERS_KEY, content, historical_client

NOW = ns_from_iso("2026-06-10T15:00:00Z")
START, END = "2026-06-10T13:00", "2026-06-10T13:02:30"
GLBX = "GLBX.MDP3"
SOURCE = "databento_hist"


@pytest.fixture
def market() -> Market:
    return Market(7, SimClock(NOW, speed=0))


@pytest.fixture
def server(market: Market, faults: Faults) -> Iterator[HistServer]:
    server = HistServer(market, faults)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: HistServer) -> db.Historical:
    return historical_client(server)


def refusal(call: Any) -> db.BentoHttpError:
    with pytest.raises(db.BentoHttpError) as caught:
        call()
    return caught.value


def detail(error: db.BentoHttpError) -> Any:
    assert error.json_body is not None
    return error.json_body["detail"]


def test_what_there_is_is_told(client: db.Historical) -> None:
    meta = client.metadata
    span = meta.get_dataset_range(GLBX)
    conditions = meta.get_dataset_condition(GLBX, "2026-06-05", "2026-06-10")

    assert meta.list_datasets() == [GLBX]
    assert meta.list_schemas(GLBX) == list(SCHEMAS)
    assert meta.list_publishers()[0]["publisher_id"] == 1
    assert meta.list_unit_prices(GLBX)[0] == {"mode": "historical", "unit_prices": PRICES}
    assert [f["name"] for f in meta.list_fields("trades", "dbn")][-2:] == ["ts_in_delta", "sequence"]
    assert span["end"] == "2026-06-10T14:45:00Z"
    assert set(span["schema"]) == set(SCHEMAS)
    assert [(c["date"], c["condition"]) for c in conditions] == [
        ("2026-06-05", "available"),
        ("2026-06-08", "available"),
        ("2026-06-09", "available"),
        ("2026-06-10", "pending"),
    ]


@pytest.mark.parametrize("schema", ["trades", "tbbo", "mbp-1", "mbp-10", "mbo", "ohlcv-1s", "ohlcv-1m"])
def test_files_hold_the_markets_records_and_cost_what_was_said(
    client: db.Historical, server: HistServer, market: Market, schema: str
) -> None:
    asked: dict[str, Any] = {
        "symbols": ["NQM6", "Q2CM6 C23000"],
        "schema": schema,
        "start": START,
        "end": END,
    }
    count = client.metadata.get_record_count(GLBX, **asked)
    size = client.metadata.get_billable_size(GLBX, **asked)
    cost = client.metadata.get_cost(GLBX, **asked)
    store = client.timeseries.get_range(GLBX, **asked)
    records: list[Any] = list(store)
    names = market.universes.of(market.day(NOW)).ids
    ids = np.array([names["NQM6"], names["Q2CM6 C23000"]])
    start, end = ns_from_iso(START + ":00Z"), ns_from_iso(END + "Z")
    parts = [batch for batch in Feed(market).batches(schema, ids, start, end) if len(batch.due)]
    due = np.concatenate([batch.due for batch in parts])
    wanted = np.concatenate([batch.records for batch in parts])[np.argsort(due, kind="stable")]

    assert content(records) == content(wanted)
    assert count == len(records) > 0
    assert size == len(records) * len(bytes(records[0]))
    assert cost == pytest.approx(size * PRICES[schema] / 2**30)
    assert (str(store.schema), store.symbols) == (schema, ["NQM6", "Q2CM6 C23000"])
    assert [(b.schema, b.records, b.cost) for b in server.ledger] == [(schema, count, round(cost * 1e6))]


def test_bars_agree_with_the_truth_of_their_hour(client: db.Historical, market: Market) -> None:
    store = client.timeseries.get_range(
        GLBX, "2026-06-09T14:00", "2026-06-09T16:00", "NQM6", schema="ohlcv-1h"
    )
    bars: list[Any] = list(store)

    assert len(bars) == 2
    for bar in bars:
        truth = market.truth(Ns(bar.ts_event), Ns(bar.ts_event + HOUR))["NQM6"]
        assert (bar.open, bar.high, bar.low, bar.close) == (truth.open, truth.high, truth.low, truth.close)
        assert bar.volume == truth.volume


def test_a_day_of_definitions_is_the_chain_of_that_day(client: db.Historical, market: Market) -> None:
    asked: dict[str, Any] = {"symbols": "Q2C.OPT", "stype_in": "parent", "schema": "definition"}
    store = client.timeseries.get_range(GLBX, "2026-06-10", "2026-06-10T12:00", **asked)
    records: list[Any] = list(store)
    found = {r.raw_symbol for r in records if r.user_defined_instrument == "N"}
    listed = next(one.series for one in market.listed(NOW) if one.series.root == "Q2C")

    assert found == {leg.contract.raw for leg in market.legs(listed, NOW)}


def test_a_limit_ends_the_file(client: db.Historical) -> None:
    asked: dict[str, Any] = {"symbols": "NQM6", "schema": "trades", "start": START, "end": END, "limit": 17}

    assert client.metadata.get_record_count(GLBX, **asked) == 17
    assert len(list(client.timeseries.get_range(GLBX, **asked))) == 17


def test_symbols_resolve_by_day_and_the_front_month_rolls(client: db.Historical) -> None:
    def resolve(symbol: str, stype: str) -> Any:
        return client.symbology.resolve(GLBX, symbol, stype, "instrument_id", "2026-06-11", "2026-06-20")

    rolled, parent = resolve("NQ.v.0", "continuous"), resolve("NQ.FUT", "parent")
    (first, second) = rolled["result"]["NQ.v.0"]
    by_expiry = resolve("NQ.c.0", "continuous")["result"]["NQ.c.0"]

    assert (first["d0"], first["d1"], second["d1"]) == ("2026-06-11", "2026-06-15", "2026-06-20")
    assert [entry["d0"] for entry in by_expiry] == ["2026-06-11", "2026-06-19"]
    assert first["s"] != second["s"]
    assert (rolled["message"], rolled["not_found"]) == ("OK", [])
    assert {first["s"], second["s"]} < {entry["s"] for entry in parent["result"]["NQ.FUT"]}


def test_a_continuous_contract_never_mixes_two_months(client: db.Historical, market: Market) -> None:
    """The roll of March: Friday is still the old month, Monday the new one."""
    store = client.timeseries.get_range(
        GLBX, "2026-03-13T19:00", "2026-03-16T02:00", "NQ.v.0", stype_in="continuous", schema="ohlcv-1h"
    )
    names = market.universes.of(date(2026, 3, 13)).symbols
    by_day = [(moment(Ns(r.ts_event)).date().day, names[r.instrument_id]) for r in store]

    assert sorted(set(by_day)) == [(13, "NQH6"), (15, "NQH6"), (16, "NQM6")]


@pytest.mark.parametrize(
    ("case", "changed"),
    [
        ("data_end_after_available_end", {"end": "2026-06-10T14:50"}),
        ("data_start_after_available_end", {"start": "2026-06-11", "end": "2026-06-12"}),
        ("data_time_range_start_on_or_after_end", {"end": START}),
        ("data_start_before_available_start", {"start": "2009-01-01"}),
        ("symbology_invalid_request", {"symbols": "ESM6"}),
        ("symbology_invalid_request", {"symbols": "NQ.OPT"}),
    ],
)
def test_a_bad_request_is_refused_with_its_case(
    client: db.Historical, server: HistServer, case: str, changed: dict[str, str]
) -> None:
    asked: dict[str, Any] = {"symbols": "NQM6", "schema": "trades", "start": START, "end": END} | changed
    error = refusal(lambda: client.timeseries.get_range(GLBX, **asked))

    assert isinstance(error, db.BentoClientError)
    assert error.http_status == 422
    assert detail(error)["case"] == case
    if case.startswith("data_end"):
        assert detail(error)["payload"]["available_end"] == "2026-06-10T14:45:00Z"
    assert server.ledger == []


def test_entitlements_are_refused_with_their_case(client: db.Historical, server: HistServer) -> None:
    def get(dataset: str = GLBX) -> db.BentoHttpError:
        return refusal(lambda: client.timeseries.get_range(dataset, START, END, "NQM6", schema="trades"))

    cases = [get("XNAS.ITCH")]
    server.entitled = False
    cases.append(get())
    server.entitled, server.refused = True, frozenset({"trades"})
    cases.append(get())
    server.refused, server.live_licence = frozenset(), False
    cases.append(get())

    assert [error.http_status for error in cases] == [403] * 4
    assert [detail(error)["case"] for error in cases] == [
        "auth_no_dataset_entitlement",
        "auth_no_dataset_entitlement",
        "auth_no_schema_entitlement",
        "license_not_found_unauthorized",
    ]


def test_a_wrong_key_is_refused(server: HistServer) -> None:
    stranger = historical_client(server, STRANGERS_KEY)
    error = refusal(stranger.metadata.list_datasets)

    assert error.http_status == 401
    assert "Authentication failed." in str(error)


@pytest.mark.parametrize(
    ("kind", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500), ("504", 504)]
)
def test_an_error_on_command_happens_once(
    client: db.Historical, faults: Faults, kind: str, status: int
) -> None:
    faults.set(SOURCE, "metadata.list_datasets", kind, seconds=7)
    error = refusal(client.metadata.list_datasets)

    assert error.http_status == status
    assert isinstance(error, db.BentoServerError if status >= 500 else db.BentoClientError)
    assert (error.headers or {}).get("Retry-After") == ("7" if status == 429 else None)
    assert client.metadata.list_datasets() == [GLBX]


def test_a_cut_download_is_an_error_or_a_shorter_file(
    client: db.Historical, faults: Faults, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {"symbols": "NQM6", "schema": "trades", "start": START, "end": "2026-06-10T13:40"}
    faults.set(SOURCE, "timeseries.get_range", "half_body")
    with pytest.raises(db.BentoError, match="Error streaming response"):
        client.timeseries.get_range(GLBX, **asked)
    faults.set(SOURCE, "timeseries.get_range", "truncated")
    whole = client.metadata.get_record_count(GLBX, **asked)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BentoWarning)
        short = list(client.timeseries.get_range(GLBX, **asked))

    assert len(short) < whole


def test_symbols_that_are_nothing_are_warned_of(client: db.Historical) -> None:
    with pytest.warns(BentoWarning, match="ESM6"):
        store = client.timeseries.get_range(GLBX, START, END, ["NQM6", "ESM6"], schema="trades")

    assert store.metadata.not_found == ["ESM6"]
    assert list(store)


def test_a_revived_server_is_found_at_the_same_address(client: db.Historical, server: HistServer) -> None:
    server.stop()
    with pytest.raises(OSError, match="refused"):
        client.metadata.list_datasets()
    server.start()

    assert client.metadata.list_datasets() == [GLBX]
