from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import dbn as ours
from app.domain import dbn_layout, dbn_rare
from app.domain.ticks import (
    InstrumentDefined,
    InstrumentMapped,
    StatisticSaid,
    TradingStatus,
    VendorNotice,
)
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0, dbn

VERSIONS = pytest.mark.parametrize("version", [1, 2, 3])


@VERSIONS
def test_a_header_tells_what_the_encoder_put_in(version: int) -> None:
    data = made.header(version, schema=dbn.Schema.MBP_1, names={5: "NQM5", 77: "NQM5 C20000"}, ts_out=True)
    about, length = ours.read_metadata(data + b"records")

    assert length == len(data)
    assert (about.version, about.dataset, about.schema, about.ts_out) == (version, "GLBX.MDP3", "mbp-1", True)
    assert (about.start, about.end, about.limit) == (T0, None, None)
    assert (about.stype_in, about.stype_out) == ("raw_symbol", "instrument_id")
    assert about.symbols == ("NQM5", "NQM5 C20000")
    assert about.mappings == tuple(
        ours.Mapping(name, (ours.Interval(date(2025, 6, 1), date(2025, 7, 1), number),))
        for name, number in (("NQM5", "5"), ("NQM5 C20000", "77"))
    )


@VERSIONS
def test_a_live_header_names_no_schema(version: int) -> None:
    about, length = ours.read_metadata(made.header(version))

    assert (length, about.schema, about.mappings, about.ts_out) == (128, None, (), False)


@VERSIONS
def test_every_cut_of_a_header_is_called_a_cut(version: int) -> None:
    data = made.header(version, names={5: "NQM5"})
    for end in range(len(data)):
        with pytest.raises(ours.HeaderCut):
            ours.read_metadata(data[:end])


@pytest.mark.parametrize(
    "data", [b"X", b"DBM\x03", b"DBN\0", b"DBN\x04", b"DBN\x03\x01\0\0\0", b"DBN\x03" + b"\xff" * 4]
)
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(ours.NotDbn):
        ours.read_metadata(data + bytes(200))


@given(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 7)), min_size=1, max_size=6))
def test_a_damaged_header_is_read_or_refused(version: int, flips: list[tuple[int, int]]) -> None:
    data = bytearray(made.header(version, names={5: "NQM5"}))
    for place, bit in flips:
        data[place % len(data)] ^= 1 << bit
    try:
        about, length = ours.read_metadata(bytes(data) + bytes(64))
    except (ours.NotDbn, ours.HeaderCut):
        return
    assert about.version in ours.VERSIONS
    assert length <= len(data) + 64


@pytest.mark.parametrize(
    ("rtype", "versions"),
    [
        (0, (dbn.TradeMsg,) * 3),
        (1, (dbn.MBP1Msg,) * 3),
        (10, (dbn.MBP10Msg,) * 3),
        (18, (dbn.StatusMsg,) * 3),
        (19, (dbn.InstrumentDefMsgV1, dbn.InstrumentDefMsgV2, dbn.InstrumentDefMsg)),
        (20, (dbn.ImbalanceMsg,) * 3),
        (21, (dbn.ErrorMsgV1, dbn.ErrorMsg, dbn.ErrorMsg)),
        (22, (dbn.SymbolMappingMsgV1, dbn.SymbolMappingMsg, dbn.SymbolMappingMsg)),
        (23, (dbn.SystemMsgV1, dbn.SystemMsg, dbn.SystemMsg)),
        (24, (dbn.StatMsgV1, dbn.StatMsgV1, dbn.StatMsg)),
        (32, (dbn.OHLCVMsg,) * 3),
        (160, (dbn.MBOMsg,) * 3),
        (177, (dbn.CMBP1Msg,) * 3),
        (192, (dbn.CBBOMsg,) * 3),
        (195, (dbn.BBOMsg,) * 3),
    ],
)
def test_records_have_the_lengths_of_the_official_layouts(rtype: int, versions: tuple[Any, ...]) -> None:
    expected = [np.dtype(list(kind._dtypes)).itemsize for kind in versions]

    assert [int(dbn_layout.sizes(version)[rtype]) for version in (1, 2, 3)] == expected


def test_every_rtype_of_the_official_package_is_known() -> None:
    assert {int(rtype) for rtype in dbn.RType.variants()} <= {r for r in range(256) if dbn_layout.is_known(r)}
    assert dbn_layout.record_name(99) == "rtype 99"


@VERSIONS
def test_a_mapping_names_an_instrument(version: int) -> None:
    record = made.mapping(77, "NQM5 C20000", "NQ.OPT", version=version)

    assert dbn_rare.decode(record, version) == InstrumentMapped(77, "NQM5 C20000", "NQ.OPT")


@VERSIONS
def test_only_the_very_same_name_is_known_already(version: int) -> None:
    record = made.mapping(77, "NQM5", "NQ.FUT", version=version)

    assert dbn_rare.is_known(record, version, {77: b"NQM5\0"})
    assert not dbn_rare.is_known(record, version, {77: b"NQM\0"})
    assert not dbn_rare.is_known(record, version, {77: b"NQM5 C20000\0"})
    assert not dbn_rare.is_known(record, version, {78: b"NQM5\0"})
    assert not dbn_rare.is_known(made.trade(77, 1), version, {77: b"NQM5\0"})


def _definition(version: int, **fields: Any) -> bytes:
    """Through the layout that the official package declares; its constructors differ in each version."""
    kind = {1: dbn.InstrumentDefMsgV1, 2: dbn.InstrumentDefMsgV2, 3: dbn.InstrumentDefMsg}[version]
    record = np.zeros(1, np.dtype(list(kind._dtypes)))
    record["length"], record["rtype"] = record.itemsize // 4, 19
    for name, value in fields.items():
        record[name] = value
    return record.tobytes()


OPTION = {
    "instrument_id": 77,
    "raw_symbol": b"NQM5 C20000",
    "asset": b"NQ",
    "security_type": b"OOF",
    "instrument_class": b"C",
    "underlying": b"NQM5",
    "expiration": T0,
    "strike_price": 20_000_000_000_000,
    "min_price_increment": dbn.UNDEF_PRICE,
    "unit_of_measure_qty": 20_000_000_000,
}


@VERSIONS
def test_a_definition_tells_the_contract(version: int) -> None:
    assert dbn_rare.decode(_definition(version, **OPTION), version) == InstrumentDefined(
        instrument_id=77,
        raw_symbol="NQM5 C20000",
        asset="NQ",
        security_type="OOF",
        instrument_class="C",
        underlying="NQM5",
        expiration=T0,  # type: ignore[arg-type]
        strike=20_000_000_000_000,  # type: ignore[arg-type]
        tick=None,
        multiplier=20,
    )


@VERSIONS
@pytest.mark.parametrize("quantity", [dbn.UNDEF_PRICE, 0, 1_500_000_000])
def test_what_a_definition_leaves_out_is_none(version: int, quantity: int) -> None:
    said = dbn_rare.decode(
        _definition(
            version,
            expiration=dbn.UNDEF_TIMESTAMP,
            strike_price=dbn.UNDEF_PRICE,
            min_price_increment=250_000_000,
            unit_of_measure_qty=quantity,
        ),
        version,
    )
    assert isinstance(said, InstrumentDefined)
    assert (said.expiration, said.strike, said.multiplier, said.tick) == (None, None, None, 250_000_000)
    assert (said.underlying, said.instrument_class) == ("", "")


def test_the_official_constructor_agrees_with_its_layout() -> None:
    record = bytes(
        dbn.InstrumentDefMsg(
            1,
            77,
            T0,
            T0,
            250_000_000,
            1,
            "NQM5",
            "NQ",
            "FUT",
            dbn.InstrumentClass.FUTURE,
            dbn.SecurityUpdateAction.ADD,
            expiration=T0,
            unit_of_measure_qty=20_000_000_000,
        )
    )
    said = dbn_rare.decode(record, 3)

    assert isinstance(said, InstrumentDefined)
    assert (said.raw_symbol, said.asset, said.instrument_class) == ("NQM5", "NQ", "F")
    assert (said.multiplier, said.tick, said.strike) == (20, 250_000_000, None)


@VERSIONS
def test_open_interest_has_a_quantity_and_no_price(version: int) -> None:
    said = dbn_rare.decode(made.statistic(77, version=version), version)

    assert said == StatisticSaid(77, 9, None, 470, T0, T0)  # type: ignore[arg-type]


@VERSIONS
def test_a_settlement_has_a_price_and_no_quantity(version: int) -> None:
    said = dbn_rare.decode(
        made.statistic(
            77,
            version=version,
            price=5,
            quantity=dbn.UNDEF_STAT_QUANTITY if version == 3 else 2**31 - 1,
            kind=dbn.StatType.SETTLEMENT_PRICE,
            ts_ref=dbn.UNDEF_TIMESTAMP,
        ),
        version,
    )
    assert said == StatisticSaid(77, 3, 5, None, None, T0)  # type: ignore[arg-type]


@VERSIONS
def test_a_withdrawn_statistic_has_no_value(version: int) -> None:
    said = dbn_rare.decode(made.statistic(77, version=version, action=dbn.StatUpdateAction.DELETE), version)
    assert isinstance(said, StatisticSaid)
    assert (said.kind, said.quantity, said.price) == (9, None, None)


@pytest.mark.parametrize(
    ("letter", "trading"), [(dbn.TriState.YES, True), (dbn.TriState.NO, False), (None, None)]
)
def test_a_status_says_whether_it_trades(letter: Any, trading: bool | None) -> None:
    assert dbn_rare.decode(made.status(77, T0, trading=letter), 3) == TradingStatus(
        77,
        T0,  # type: ignore[arg-type]
        action=7,
        reason=1,
        is_trading=trading,
    )


Notice = Callable[..., bytes]


@pytest.mark.parametrize(
    ("make", "code", "number", "fatal"),
    [
        (made.system, dbn.SystemCode.HEARTBEAT, 0, False),
        (made.system, dbn.SystemCode.SLOW_READER_WARNING, 2, False),
        (made.error, dbn.ErrorCode.AUTH_FAILED, 1, True),
        (made.error, dbn.ErrorCode.SYMBOL_RESOLUTION_FAILED, 4, False),
        (made.error, dbn.ErrorCode.SKIPPED_RECORDS_AFTER_SLOW_READING, 7, False),
        (made.error, dbn.ErrorCode.INVALID_SUBSCRIPTION, 5, True),
    ],
)
def test_notices_carry_the_vendors_code_and_words(make: Notice, code: Any, number: int, fatal: bool) -> None:
    said = dbn_rare.decode(make("it is so", code=code), 3)

    assert said == VendorNotice(number, "it is so", make is made.error, fatal, T0)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [made.system, made.error])
def test_old_notices_have_no_code(make: Notice) -> None:
    said = dbn_rare.decode(make("it is so", version=1), 1)

    assert said == VendorNotice(255, "it is so", make is made.error, False, T0)  # type: ignore[arg-type]


@VERSIONS
@pytest.mark.parametrize("rtype", sorted(dbn_layout.RARE))
@given(st.data())
def test_any_bytes_of_the_right_length_decode(version: int, rtype: int, data: st.DataObject) -> None:
    size = int(dbn_layout.sizes(version)[rtype])
    body = data.draw(st.binary(min_size=size - 2, max_size=size - 2))

    assert dbn_rare.decode(bytes([size // 4, rtype]) + body, version) is not None
