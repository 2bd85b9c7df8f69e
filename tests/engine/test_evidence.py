"""What the user may ask about stored captures."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.capture import Capture, Outcome
from app.domain.chain import Chain
from app.domain.drift import Finding
from app.domain.errors import BadPayload, ConfigError
from app.domain.examination import Examination, kind_of
from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.updates import CaptureForgotten, CaptureStored, ChainArrived
from app.engine.engine import Engine
from app.engine.evidence import Evidence
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.domain.barchart_answers import body, chain
from tests.engine.bench import Bench, chain_source, until
from tests.engine.clocks import RTH, ManualClock
from tests.engine.site import Site
from tests.engine.teller import TELLER, Teller, teller_source

SAID = (
    "When it came: 6 rows, accepted. Read again: 40 rows. Read otherwise than then: every field. "
    "Q2BM5 C21400 read then only; Q2BM5 P21400 read then only; Q2BM5 C21500 read then only; "
    "and 43 more values."
)


class Written:
    """Notes what is to be exported."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, examination: Examination, kind: str, target: str) -> str:
        self.asked.append((examination.this.capture.id, kind, target))
        return f"written to {target}"


def read_stored(capture: Capture, calendar: Calendar) -> Chain:
    if not capture.body:
        raise BadPayload("There is nothing in it.")
    return replace(chain(), received=capture.fetched)


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock) -> Bench:
    site = Site(clock)
    return Bench(tmp_path, clock, sources=(chain_source(site.make, read_stored=read_stored),))


def stored(bench: Bench) -> list[str]:
    lines = [told.line for told in bench.screen.now(CaptureStored)]
    return [line.id for line in lines if line.outcome is Outcome.ACCEPTED and line.rows]


async def test_a_stored_capture_is_examined_and_an_unknown_one_is_none(bench: Bench) -> None:
    async with bench.running() as engine:
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)
        found = await engine.examine_capture(stored(bench)[0])
        assert found is not None
        assert found.this.chain is not None
        assert found.then_and_now == SAID
        assert await engine.examine_capture("unknown") is None


async def test_a_pin_is_told_to_the_screen(bench: Bench) -> None:
    async with bench.running() as engine:
        await until(lambda: stored(bench))
        capture_id = stored(bench)[0]
        await engine.pin_capture(capture_id, True)
        lines = [told.line for told in bench.screen.now(CaptureStored)]
        assert [line.id for line in lines if line.pinned] == [capture_id]


async def test_a_capture_is_read_again_from_its_bytes_on_demand(bench: Bench) -> None:
    async with bench.running() as engine:
        await until(lambda: stored(bench))
        said = await engine.captures.reread(stored(bench)[0])
        assert said == SAID
        with pytest.raises(ConfigError, match="no longer on disk"):
            await engine.captures.reread("unknown")


async def test_a_capture_is_deleted_unless_the_cache_serves_it(bench: Bench) -> None:
    async with bench.running() as engine:
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)
        with pytest.raises(ConfigError, match="cache still serves"):
            await engine.captures.forget(stored(bench)[0])
        store, kept = engine._desk.store, await engine.load_capture(stored(bench)[0])
        assert kept is not None
        other = replace(kept, id="other")
        await engine._desk.workers.run("save", lambda: store.save_capture(other), 5.0, "db")
        await engine.captures.forget("other")
        assert await engine.load_capture("other") is None
        assert [gone.capture_id for gone in bench.screen.now(CaptureForgotten)] == ["other"]


async def test_an_export_goes_to_whoever_writes_files(bench: Bench) -> None:
    written = Written()
    engine = Engine(replace(bench.parts(), exporter=written))
    store = engine._desk.store
    capture = Capture(
        "c1", chain().source, channel=next(iter(bench.sources[0].offers)).channel, key="MC7M25", url="",
        fetched=chain().received, status=200, content_type="", headers={}, body=body(),
    )  # fmt: skip
    await engine._desk.workers.run("save", lambda: store.save_capture(capture), 5.0, "db")
    assert await engine.export_capture("c1", "har", "x.har") == "written to x.har"
    assert written.asked == [("c1", "har", "x.har")]
    with pytest.raises(ConfigError, match="no longer on disk"):
        await engine.export_capture("unknown", "har", "x.har")
    await engine._desk.workers.run("close", store.close, 5.0, "db")
    engine._desk.workers.close()


async def test_a_capture_of_an_earlier_parser_says_what_each_of_both_reads(
    tmp_path: Path, clock: ManualClock
) -> None:
    site = Site(clock)
    newer = chain_source(site.make, read_stored=read_stored, extras={"parser": "3"})
    bench = Bench(tmp_path, clock, sources=(newer,))
    async with bench.running() as engine:
        await until(lambda: stored(bench))
        said = await engine.captures.reread(stored(bench)[0])
    assert said.startswith("When it came (parser 1): 6 rows, accepted. Read again (parser 3): 40 rows. ")


def test_what_stands_beside_the_chain_is_read_again_too(tmp_path: Path) -> None:
    teller = Teller()
    spec = replace(teller_source(teller), read_opinion=lambda capture, _: teller.parse(capture))
    capture = Capture(
        "p", TELLER, Channel.PROXY_CHAIN, "NDX", "", RTH, 200, "application/json", {},
        b'{"price": 21745.0}', outcome=Outcome.ACCEPTED, rows=1,
    )  # fmt: skip
    store = SqliteStore(Paths(tmp_path), SecretRedactor())
    store.save_capture(capture)
    evidence = Evidence((spec,), Calendar())
    found = evidence.gather(store, "p")
    assert found is not None
    looked_at = evidence.examine(found)
    assert (kind_of(looked_at.this), looked_at.this.rows, looked_at.this.problem) == ("proxy chain", 1, "")
    assert looked_at.finding is Finding.OK
    assert "When it came: 1 row, accepted. Read again: 1 row." in looked_at.then_and_now
    store.close()
