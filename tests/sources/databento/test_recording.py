"""What a live feed hands to its recording: a header, then whole records as they were received."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

import databento
import pytest

from app.domain.dbn import read_metadata
from app.engine.feeds import SourceContext, TickWant
from app.sources.databento.live import DatabentoFeed
from app.system.clock import RealClock
from tests.sources.databento.conftest import WANT, drained, until
from tests.sources.databento.gateway import KEY, Gateway, Talk, heartbeat, mapping, playing, trade


@dataclass
class Kept:
    name: str
    data: bytearray
    is_closed: bool = False

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Shelf:
    kept: list[Kept] = field(default_factory=list)

    def record(self, name: str, header: bytes) -> Kept:
        self.kept.append(Kept(name, bytearray(header)))
        return self.kept[-1]


@pytest.fixture
def open_feed(make_context: Callable[..., SourceContext]) -> Iterator[Callable[..., DatabentoFeed]]:
    opened: list[tuple[DatabentoFeed, Gateway]] = []

    def begin(play: Callable[[Talk], None], tapped: bool, shelf: Shelf, want: TickWant) -> DatabentoFeed:
        gateway = Gateway(play)
        context = make_context(
            "databento", RealClock(), {"databento_live": gateway.address}, {"databento": KEY}
        )
        feed = DatabentoFeed(replace(context, record=shelf.record), tapped=tapped)
        opened.append((feed, gateway))
        feed.open(want)
        return feed

    yield begin
    for feed, gateway in opened:
        feed.close()
        gateway.stop()


def test_everything_received_is_kept_and_read_by_the_official_client(
    open_feed: Callable[..., DatabentoFeed], tapped: bool
) -> None:
    shelf = Shelf()
    feed = open_feed(playing(mapping(), trade(at=10), trade(at=20), heartbeat()), tapped, shelf, WANT)
    drained(feed, 4)
    feed.close()
    (kept,) = shelf.kept
    until(lambda: kept.is_closed)
    assert kept.name == "databento-trades"
    assert read_metadata(bytes(kept.data))[0].dataset == "GLBX.MDP3"
    store = databento.DBNStore.from_bytes(BytesIO(bytes(kept.data)))
    assert len(list(store)) == 4
    assert store.to_ndarray(schema="trades")["sequence"].tolist() == [10, 20]


def test_bytes_that_are_no_records_are_not_kept(open_feed: Callable[..., DatabentoFeed]) -> None:
    shelf = Shelf()
    junk = b"\x01\x00" + bytes(62)
    feed = open_feed(playing(trade(at=10), junk), True, shelf, TickWant(futures=("NQZ6",), trades=False))
    drained(feed, 1)
    until(feed.closed_by)
    (kept,) = shelf.kept
    assert kept.name == "databento-quotes"
    store = databento.DBNStore.from_bytes(BytesIO(bytes(kept.data)))
    assert store.to_ndarray(schema="trades")["sequence"].tolist() == [10]
