"""Databento's history against its simulator: priced before, counted after, refused in the vendor's words."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from app.domain.errors import (
    AuthFailed,
    BadPayload,
    MissingKey,
    NotEntitled,
    RateLimited,
    SourceError,
    Unavailable,
)
from app.domain.history import HistoryWant
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.units import MINUTE, Ns, ns_from_iso
from app.engine.feeds import SourceContext
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.databento_hist import HistServer
from app.sim.faults import FaultKind, Faults
from app.sim.market import Market
from app.sources.databento.counted import records_of
from app.sources.databento.history import DatabentoHistory, refused
from app.system.clock import RealClock
from app.system.download import Downloads
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor
from app.system.tape_files import TapeFile
from tests.domain.dbn_bytes import header

NOW = ns_from_iso("2026-06-10T15:00:00Z")
START = ns_from_iso("2026-06-09T14:00:00Z")
ID = SourceId("databento")
RANGE = "timeseries.get_range"


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(7, SimClock(NOW, speed=0))


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def server(market: Market, faults: Faults) -> Iterator[HistServer]:
    server = HistServer(market, faults)
    server.start()
    yield server
    server.stop()


def _history(server: HistServer, key: str | None = keys.DATABENTO) -> DatabentoHistory:
    redactor = SecretRedactor()
    return DatabentoHistory(
        SourceContext(
            ID, RequestsHttp(redactor), RealClock(), lambda _: key, redactor, Settings,
            {"databento_hist": server.address}, download=Downloads(redactor),
        )
    )  # fmt: skip


def _want(*symbols: str, schema: str = "trades", minutes: int = 2, kind: str = "parent") -> HistoryWant:
    span = Span(START, Ns(START + minutes * MINUTE))
    return HistoryWant(ID, "GLBX.MDP3", schema, symbols, kind, span)


def _go_on(size: int) -> bool:
    return True


def test_what_is_priced_is_what_is_sent_and_billed(server: HistServer, tmp_path: Path) -> None:
    history, target = _history(server), tmp_path / "a.dbn.zst"
    tag = history.price(_want("NQ.FUT"))
    size = history.fetch(tag, str(target), _go_on)
    history.close()
    assert tag.records == records_of(target) > 0
    assert tag.resolved is not None
    assert tag.resolved > 2
    assert size == target.stat().st_size
    (billed,) = server.ledger
    assert billed.records == tag.records
    assert tag.cost is not None
    # rounded up by less than a millionth of a dollar
    assert 0 <= tag.cost - billed.cost <= 1
    tape = TapeFile(target)
    assert sum(len(piece) for piece in tape.pieces()) == tag.records * 48
    assert not tape.truncated


def test_symbols_that_nobody_knows_are_named_and_doubtful_days_too(server: HistServer) -> None:
    history = _history(server)
    tag = history.price(_want("NQM6", "NQXX", kind="raw_symbol"))
    today = history.price(replace(_want("NQ.FUT"), span=Span(Ns(NOW - 30 * MINUTE), Ns(NOW - 20 * MINUTE))))
    history.close()
    assert (tag.resolved, tag.not_found, tag.doubtful) == (1, ("NQXX",), ())
    assert [state for _, state in today.doubtful] == ["pending"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.UNAUTHORIZED, AuthFailed),
        (FaultKind.RATE_LIMITED, RateLimited),
        (FaultKind.SERVER_ERROR, Unavailable),
        (FaultKind.NO_ENTITLEMENT, NotEntitled),
    ],
)
def test_a_refusal_has_its_kind_and_leaves_no_file(
    server: HistServer, faults: Faults, tmp_path: Path, kind: FaultKind, error: type[SourceError]
) -> None:
    history = _history(server)
    tag = history.price(_want("NQ.FUT"))
    faults.set(server.source, RANGE, kind, times=1)
    with pytest.raises(error):
        history.fetch(tag, str(tmp_path / "a.dbn.zst"), _go_on)
    history.close()
    assert list(tmp_path.iterdir()) == []
    assert server.ledger == []


def test_half_a_file_is_none(server: HistServer, faults: Faults, tmp_path: Path) -> None:
    history = _history(server)
    tag = history.price(_want("NQ.FUT"))
    faults.set(server.source, RANGE, FaultKind.HALF_BODY, times=1)
    with pytest.raises(BadPayload):
        history.fetch(tag, str(tmp_path / "a.dbn.zst"), _go_on)
    history.close()
    assert list(tmp_path.iterdir()) == []


def test_fewer_records_than_were_said_are_refused(server: HistServer, tmp_path: Path) -> None:
    history = _history(server)
    tag = history.price(_want("NQ.FUT"))
    assert tag.records is not None
    more = type(tag)(tag.want, tag.cost, tag.records + 1, tag.bytes, tag.resolved)
    with pytest.raises(BadPayload, match=f"sent {tag.records:,} records of {tag.records + 1:,}"):
        history.fetch(more, str(tmp_path / "a.dbn.zst"), _go_on)
    history.close()
    assert list(tmp_path.iterdir()) == []


def test_a_download_can_be_stopped(server: HistServer, tmp_path: Path) -> None:
    history, stop = _history(server), threading.Event()
    stop.set()
    with pytest.raises(BadPayload, match="stopped"):
        history.fetch(history.price(_want("NQ.FUT")), str(tmp_path / "a"), lambda _: not stop.is_set())
    history.close()
    assert list(tmp_path.iterdir()) == []


def test_without_a_key_nothing_is_asked(server: HistServer) -> None:
    history = _history(server, key=None)
    with pytest.raises(MissingKey):
        history.price(_want("NQ.FUT"))
    history.close()


def test_the_vendors_words_are_shown() -> None:
    body = b'{"detail": {"case": "data_end_after_available_end", "message": "`end` is too late"}}'
    assert str(refused(422, body)) == "Databento does not give this range: “`end` is too late” (HTTP 422)."
    assert str(refused(422, b"<html>")) == "Databento does not give this range (HTTP 422)."


def test_a_file_of_records_of_two_lengths_is_counted_too(tmp_path: Path) -> None:
    records = bytes([4, 0]) + bytes(14) + bytes([6, 0]) + bytes(22) + bytes([4, 0]) + bytes(14)
    path = tmp_path / "mixed.dbn.zst"
    path.write_bytes(zstandard.compress(header() + records))
    assert records_of(path) == 3
    path.write_bytes(zstandard.compress(header() + records[:-1]))
    with pytest.raises(BadPayload, match="in the middle"):
        records_of(path)
    path.write_bytes(b"no tape")
    with pytest.raises(BadPayload, match="cannot be read"):
        records_of(path)
