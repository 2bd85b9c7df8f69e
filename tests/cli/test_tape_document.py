"""Bars of recorded tapes, against a plain count over the vendor's own decoder."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.tape_document import tape_document
from app.cli.tape_names import Names
from app.domain.dbn import Interval, Mapping, Metadata, read_metadata
from app.domain.errors import ConfigError
from app.domain.units import ns_from_iso
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0, dbn

MINUTE = 60 * 10**9
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(data: bytes, name: str = "a.dbn") -> Path:
        path = tmp_path / name
        path.write_bytes(zstandard.ZstdCompressor().compress(data) if name.endswith(".zst") else data)
        return path

    return write


def document(*files: Path, window: int = 300, instrument: int | None = None) -> Any:
    """As a reader of the JSON gets it."""
    return json.loads(json.dumps(tape_document(files, window, instrument), allow_nan=False))


def counted(data: bytes, window: int) -> dict[tuple[int, int], Counter[str]]:
    decoder = dbn.DBNDecoder()
    decoder.write(data)
    bars: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for record in decoder.decode():
        if getattr(record, "action", None) != dbn.Action.TRADE:
            continue
        bar = bars[(record.instrument_id, record.ts_event // (window * 10**9) * window * 10**9)]
        side = {dbn.Side.BID: "bought", dbn.Side.ASK: "sold", dbn.Side.NONE: "unknown"}[record.side]
        bar[side] += record.size
        bar["trades"] += 1
    return bars


def header_of(
    symbol: str, first: str, end: str, stands_for: str = "5", stype_in: str = "raw_symbol"
) -> Metadata:
    interval = Interval(date.fromisoformat(first), date.fromisoformat(end), stands_for)
    about, _ = read_metadata(made.header())
    return replace(about, stype_in=stype_in, mappings=(Mapping(symbol, (interval,)),))


def told(found: Any) -> dict[tuple[int, int], Counter[str]]:
    names = ("bought", "sold", "unknown", "trades")
    return {
        (bar["instrument_id"], bar["start_ns"]): Counter({n: bar[n] for n in names if bar[n]})
        for bar in found["bars"]
    }


_records = st.one_of(
    st.builds(
        made.mbo,
        st.integers(1, 3),
        st.integers(T0, T0 + 30 * MINUTE),
        action=st.sampled_from("ACMTF"),
        side=st.sampled_from("ABN"),
        size=st.integers(1, 99),
    ),
    st.builds(made.system, st.just("Heartbeat")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_records, max_size=80), st.sampled_from([1, 60, 300]), st.booleans())
def test_bars_equal_a_plain_count_over_the_official_decoder(
    written: Written, records: list[bytes], window: int, packed: bool
) -> None:
    data = made.stream(records)
    found = document(written(data, "a.dbn.zst" if packed else "a.dbn"), window=window)

    assert told(found) == counted(data, window)
    assert found["records"] == len(records)
    assert found["skipped"] == {}
    assert found["truncated"] is False


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("trades", made.trade(5, side="A", size=4)),
        ("mbp-1", made.mbp(5, action="T", side="A", size=4)),
        ("mbp-10", made.mbp(5, action="T", side="A", size=4, depth=10)),
        ("mbo", made.mbo(5, side="A", size=4)),
    ],
)
def test_every_kind_of_trade_in_every_version_makes_the_bar(
    written: Written, version: int, kind: str, record: bytes
) -> None:
    found = document(written(made.stream([record, record], version, names={5: "NQM5"})))

    assert found["by_type"] == {kind: 2}
    assert found["bars"] == [
        {
            "instrument_id": 5,
            "symbol": "NQM5",
            "start_ns": T0 // (300 * 10**9) * 300 * 10**9,
            "start": "2025-06-15T15:05:00Z",
            "bought": 0,
            "sold": 8,
            "unknown": 0,
            "trades": 2,
            "open": 5000.0,
            "high": 5000.0,
            "low": 5000.0,
            "close": 5000.0,
            "pressure": -1.0,
        }
    ]
    assert found["totals"] == [
        {"instrument_id": 5, "symbol": "NQM5", "bought": 0, "sold": 8, "unknown": 0, "trades": 2}
    ]


def test_volume_without_a_side_has_no_pressure(written: Written) -> None:
    (bar,) = document(written(made.stream([made.trade(side="N", size=3)])))["bars"]

    assert (bar["unknown"], bar["pressure"], bar["symbol"]) == (3, None, None)


def test_names_come_from_mapping_records_where_the_header_has_none(written: Written) -> None:
    found = document(
        written(made.stream([made.mapping(5, "NQM5", "NQ.FUT", version=1), made.trade(5), made.trade(6)], 1))
    )

    assert [(bar["instrument_id"], bar["symbol"]) for bar in found["bars"]] == [(5, "NQM5"), (6, None)]


def test_a_name_is_that_of_the_day_when_an_id_was_used_twice() -> None:
    names = Names()
    june, july = header_of("NQM5", "2025-06-01", "2025-07-01"), header_of("ESU5", "2025-07-01", "2025-08-01")
    names.learn_header(june)
    names.learn_header(july)

    assert names.symbol(5, ns_from_iso("2025-06-30T23:59:59Z")) == "NQM5"
    assert names.symbol(5, ns_from_iso("2025-07-01T00:00:00Z")) == "ESU5"
    assert names.symbol(5, ns_from_iso("2026-01-01T00:00:00Z")) is None


def test_a_header_asked_by_id_names_the_other_way_round() -> None:
    names = Names()
    names.learn_header(header_of("5", "2025-06-01", "2025-07-01", "NQM5", stype_in="instrument_id"))

    assert names.symbol(5, ns_from_iso("2025-06-10T00:00:00Z")) == "NQM5"


def test_one_kind_of_record_an_instrument_is_counted_over_all_files(written: Written) -> None:
    orders = written(made.stream([made.mbo(1, size=5)]), "a.dbn")
    prints = written(made.stream([made.trade(1, size=5), made.trade(2, size=7)]), "b.dbn")
    quotes = written(made.stream([made.mbp(1, action="T"), made.mbp(2, action="T", size=7)]), "c.dbn")
    found = document(quotes, prints, orders)

    assert [(t["instrument_id"], t["bought"], t["trades"]) for t in found["totals"]] == [(1, 5, 1), (2, 7, 1)]
    assert found["skipped"] == {"trades": 1, "mbp-1": 2}
    assert found["by_type"] == {"mbp-1": 2, "trades": 2, "mbo": 1}


def test_one_instrument_can_be_asked_for(written: Written) -> None:
    file = written(made.stream([made.trade(1), made.trade(2)]))

    assert [bar["instrument_id"] for bar in document(file, instrument=2)["bars"]] == [2]
    assert document(file, instrument=9)["bars"] == []


def test_a_cut_tape_gives_its_whole_records(written: Written) -> None:
    data = made.stream([made.trade(size=2), made.trade(size=3)])
    found = document(written(data[:-1]))

    assert (found["truncated"], found["records"]) == (True, 1)
    assert found["totals"][0]["bought"] == 2


@pytest.mark.parametrize(("ts_out", "version"), [(True, 1), (True, 3), (False, 2)])
def test_send_times_are_told_by_the_header(written: Written, ts_out: bool, version: int) -> None:
    record = made.trade(size=2)
    data = made.header(version, ts_out=ts_out) + (made.with_ts_out(record) if ts_out else record)

    assert document(written(data))["totals"][0]["bought"] == 2


def test_damage_in_the_midst_is_one_sentence_with_its_place(written: Written) -> None:
    file = written(made.stream([made.trade(), bytes(48), made.trade()]))
    with pytest.raises(ConfigError, match=r"^a.dbn is damaged: the record at byte 48 claims 0 bytes"):
        document(file)


def test_asking_for_the_impossible_is_refused(written: Written) -> None:
    file = written(made.stream([made.trade()]))
    with pytest.raises(ConfigError, match="named twice"):
        document(file, file)
    with pytest.raises(ConfigError, match="seconds wide"):
        document(file, window=10**9)


_TAPE = made.stream(
    [
        made.mapping(1, "NQM5", "NQ.FUT"),
        *(made.mbo(1, T0 + n, action="ACTFM"[n % 5], size=n + 1) for n in range(20)),
        made.mbp(2, action="T"),
        made.system("Heartbeat"),
        made.statistic(1),
    ],
    names={1: "NQM5"},
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_cut_anywhere_or_a_flipped_bit_is_a_result_or_one_sentence(
    written: Written, data: st.DataObject
) -> None:
    packed = data.draw(st.booleans())
    tape = bytearray(zstandard.ZstdCompressor().compress(_TAPE) if packed else _TAPE)
    cut = data.draw(st.integers(0, len(tape)))
    if data.draw(st.booleans()):
        for place in data.draw(st.lists(st.integers(0, len(tape) - 1), max_size=3)):
            tape[place] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del tape[cut:]
    file = written(bytes(tape), "a.dbn")
    said = ""
    records = 0
    try:
        records = document(file)["records"]
    except ConfigError as e:
        said = str(e)

    assert records <= 24
    assert not said or (said.startswith("a.dbn ") and said.endswith(".") and "\n" not in said)
