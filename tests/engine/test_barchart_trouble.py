"""Every way in which Barchart's site can fail, through feed and engine: what the user reads, which chain
stays on screen, and which capture explains it.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from app.domain.capture import CaptureLine, Outcome
from app.domain.finding import Finding
from app.domain.routing import Channel, Offer, SourceId, delayed
from app.domain.units import ns_from_iso
from app.domain.updates import CaptureStored, ChainArrived, ChainMissing, Served
from app.engine.engine import Engine
from app.engine.feeds import SourceContext
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock
from app.sim.faults import Faults
from app.sim.market import Market
from app.sources import barchart
from app.sources.barchart.fetch import BarchartFeed
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor
from tests.engine.bench import Bench, chain_source, until
from tests.engine.clocks import ManualClock

AT = ns_from_iso("2025-06-10T15:00:00Z")
# Nothing here is about speed: on a machine with much else to do an answer takes seconds.
PATIENCE_S, HASTE_S = 30.0, 5.0
LIVE, OWN, KEPT = Served.LIVE, Served.OWN_CALL, Served.LAST_GOOD


@dataclass
class Scene:
    """The real feed before the simulated site, with the chain of one series read well once."""

    bench: Bench
    faults: Faults
    engine: Engine | None = None
    series: str = ""

    def fault(self, route: str, kind: str, times: int | None = 1, seconds: float | None = None) -> None:
        self.faults.set("barchart", route, kind, times, seconds)

    async def again(self, wait: float = 61.0) -> str:
        self.bench.clock.advance(wait)
        assert self.engine is not None
        return await self.engine.refresh(self.series)

    @property
    def shown(self) -> ChainArrived | None:
        found = self.bench.screen.now(ChainArrived)
        return next((one for one in found if one.chain.vendor_series == self.series), None)

    @property
    def missing(self) -> ChainMissing | None:
        found = self.bench.screen.now(ChainMissing)
        return next((one for one in found if one.series == self.series), None)

    @property
    def captures(self) -> list[CaptureLine]:
        """The newest first, of the chain itself."""
        lines = [one.line for one in self.bench.screen.now(CaptureStored) if one.line.key == self.series]
        return sorted(lines, key=lambda line: line.fetched, reverse=True)


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(3, SimClock(AT, 0.0))


@pytest.fixture
def scene(tmp_path: Path, market: Market) -> Iterator[Scene]:
    yield from _scene(tmp_path, market, PATIENCE_S)


@pytest.fixture
def hasty_scene(tmp_path: Path, market: Market) -> Iterator[Scene]:
    """Does not wait long for the end of an answer."""
    yield from _scene(tmp_path, market, HASTE_S)


def _scene(tmp_path: Path, market: Market, whole: float) -> Iterator[Scene]:
    clock, faults = ManualClock(AT), Faults()
    site = BarchartSite(market, clock.now, faults)
    site.start()

    def wait(seconds: float) -> bool:
        clock.advance(seconds)
        return False

    def make(context: SourceContext) -> BarchartFeed:
        plain = RequestsHttp(SecretRedactor(), timeout=(PATIENCE_S, PATIENCE_S), whole=whole)
        return BarchartFeed(
            SourceContext(
                SourceId("barchart"), plain, clock, lambda _: None, context.redactor, context.settings,
                {"barchart": site.address},
            ),
            wait,
        )  # fmt: skip

    spec = chain_source(
        make, id=SourceId("barchart"), offers=(Offer(Channel.OPT_CHAIN, delayed(10)),),
        read_stored=barchart.SOURCE.read_stored,
    )  # fmt: skip
    yield Scene(Bench(tmp_path, clock, sources=(spec,)), faults)
    site.stop()


@asynccontextmanager
async def good_start(scene: Scene) -> AsyncIterator[None]:
    async with scene.bench.running() as engine:
        scene.engine = engine
        await until(lambda: scene.bench.screen.now(ChainArrived))
        scene.series = scene.bench.screen.now(ChainArrived)[0].chain.vendor_series
        assert await scene.again() == "Read."
        assert scene.shown is not None
        assert scene.shown.level == LIVE
        yield


FAULTS = [
    # route, fault, how often, what the user reads, level shown, outcome of the newest capture, what it says
    ("api", "401", 1, "Read.", LIVE, Outcome.ACCEPTED, ""),
    ("api", "403", 1, "block page", KEPT, Outcome.FAILED, "block page"),
    ("api", "419", 1, "Read.", LIVE, Outcome.ACCEPTED, ""),
    ("api", "419", 2, "refuses this visitor", KEPT, Outcome.FAILED, "HTTP 419"),
    ("api", "expire_login", 1, "Read.", LIVE, Outcome.ACCEPTED, ""),
    ("api", "429", 1, "fewer requests", KEPT, Outcome.FAILED, "next try in 8 s"),
    ("api", "500", 1, "fault of its own (HTTP 500)", KEPT, Outcome.FAILED, "HTTP 500"),
    ("api", "503", 1, "fault of its own (HTTP 503)", KEPT, Outcome.FAILED, "HTTP 503"),
    ("api", "404", 1, "Read.", OWN, Outcome.ACCEPTED, ""),
    ("api", "404", 2, "does not know what was asked for", KEPT, Outcome.FAILED, "HTTP 404"),
    ("api", "block_page", 1, "block page", KEPT, Outcome.FAILED, "block page"),
    ("api", "html", 1, "Read.", LIVE, Outcome.ACCEPTED, ""),
    ("api", "html", 2, "login page", KEPT, Outcome.FAILED, "login page"),
    ("api", "truncated", 1, "Read.", OWN, Outcome.ACCEPTED, ""),
    ("api", "truncated", 2, "not ready: it breaks off", KEPT, Outcome.FAILED, "breaks off"),
    ("api", "garbage", None, "", KEPT, Outcome.FAILED, ""),
    ("api", "rst", None, "", KEPT, Outcome.FAILED, ""),
    ("api", "refuse", None, "", KEPT, Outcome.FAILED, ""),
    ("api", "half_body", None, "", KEPT, Outcome.FAILED, ""),
    ("api", "empty", 1, "Read.", OWN, Outcome.ACCEPTED, ""),
    ("api", "empty", 2, "No contracts", KEPT, Outcome.REJECTED, "On offer"),
    ("api", "all_na", 2, "No contract has a bid or an ask", KEPT, Outcome.REJECTED, "Drift: "),
    ("api", "drift", 2, "rows cannot be used", KEPT, Outcome.REJECTED, "Drift: "),
    ("api", "wrong_series", 2, "Asked for", KEPT, Outcome.REJECTED, "got "),
    ("api", "crossed", 1, "Read.", LIVE, Outcome.ACCEPTED, "bid above the ask"),
    ("api", "stray_strike", 1, "Read.", LIVE, Outcome.ACCEPTED, "strike off the grid"),
    ("api", "frozen", 1, "Read.", LIVE, Outcome.ACCEPTED, ""),
]


# after these the line counts as lost, which the log says
LOST = {
    "403-1",
    "419-2",
    "500-1",
    "503-1",
    "block_page-1",
    "html-2",
    "rst-None",
    "refuse-None",
    "half_body-None",
}


def cases() -> Iterator[ParameterSet]:
    for case in FAULTS:
        name = f"{case[1]}-{case[2]}"
        marks = [pytest.mark.expected_log("Chains: opt.chain")] if name in LOST else []
        yield pytest.param(*case, id=name, marks=marks)


@pytest.mark.parametrize(("route", "kind", "times", "said", "level", "outcome", "verdict"), tuple(cases()))
async def test_a_fault_has_its_verdict_its_level_and_its_evidence(
    scene: Scene, route: str, kind: str, times: int | None, said: str, level: Served, outcome: Outcome,
    verdict: str,
) -> None:  # fmt: skip
    async with good_start(scene):
        before = scene.shown
        scene.fault(route, kind, times)
        told = await scene.again()
        assert said in told
        assert scene.shown is not None
        assert before is not None
        assert scene.shown.level == level
        newest = scene.captures[0]
        assert newest.outcome is outcome
        assert verdict in newest.verdict
        if level is KEPT:
            assert scene.shown.chain == before.chain
            assert scene.missing is not None
            assert scene.missing.reason == told
            assert "closed" not in told
        else:
            assert scene.missing is None
            assert scene.shown.capture_id == newest.id


@pytest.mark.expected_log("opt.chain")
async def test_a_dripping_answer_is_given_up(hasty_scene: Scene) -> None:
    async with good_start(hasty_scene):
        hasty_scene.fault("api", "slow_body", None, 60.0)
        assert "slowly" in await hasty_scene.again()
        assert hasty_scene.shown is not None
        assert hasty_scene.shown.level == KEPT


PAGES = [
    ("drift", 1, "Read.", LIVE, "changed its options page"),
    ("404", 1, "Read.", LIVE, "HTTP 404"),
    ("429", 1, "Read.", LIVE, "fewer requests"),
    ("legacy_page", 1, "Read.", LIVE, ""),
    ("wrong_series", 1, "The page is not about", KEPT, "series listed"),
    ("empty", 1, "The page is not about", KEPT, "series listed"),
    ("truncated", 1, "Read.", LIVE, ""),
]


@pytest.mark.parametrize(("kind", "times", "said", "level", "verdict"), PAGES, ids=[p[0] for p in PAGES])
async def test_a_page_in_trouble_leaves_the_last_known_page_or_refuses_with_what_is_on_offer(
    scene: Scene, kind: str, times: int, said: str, level: Served, verdict: str
) -> None:
    async with good_start(scene):
        before = scene.shown
        scene.fault("page", kind, times)
        told = await scene.again(11 * 60)
        assert said in told
        assert scene.shown is not None
        assert before is not None
        assert scene.shown.level == level
        pages = [line for line in scene.captures if line.rows is None]
        assert verdict in pages[0].verdict
        if level is LIVE:
            assert scene.shown.chain.expiry == before.chain.expiry is not None
        else:
            assert "On offer" in told


@pytest.mark.expected_log("opt.chain")
async def test_a_check_for_robots_on_the_page_stops_all_reading(scene: Scene) -> None:
    async with good_start(scene):
        scene.fault("page", "block_page", 1)
        assert "block page" in await scene.again(11 * 60)
        assert scene.missing is not None
        assert scene.missing.next_try is None
        assert await scene.again() == "Read."


async def test_the_table_of_an_older_page_is_the_last_live_level(scene: Scene) -> None:
    async with good_start(scene):
        scene.fault("page", "legacy_page", 1)
        scene.fault("api", "404", 2)
        assert await scene.again(11 * 60) == "Read."
        assert scene.shown is not None
        assert scene.shown.level == Served.TABLE
        assert scene.shown.verdict.accepted
        assert scene.captures[0].rows is None or scene.captures[0].outcome is Outcome.FAILED


async def test_a_session_that_ended_is_renewed_and_never_called_a_closed_market(scene: Scene) -> None:
    async with good_start(scene):
        assert await scene.again(125 * 60) == "Read."
        assert "session" not in [step.name for step in scene.captures[0].steps]


async def test_after_many_answers_that_stand_still_the_user_is_warned(scene: Scene) -> None:
    async with good_start(scene):
        scene.fault("api", "frozen", None)
        for _ in range(5):
            assert await scene.again() == "Read."
        assert scene.shown is not None
        assert any("Nothing moved" in warning for warning in scene.shown.verdict.warnings)


async def test_what_the_viewer_finds_is_what_the_engine_found(scene: Scene) -> None:
    async with good_start(scene):
        engine = scene.engine
        assert engine is not None
        scene.fault("api", "all_na", 2)
        await scene.again()
        refused, good = scene.captures[0], next(c for c in scene.captures if c.outcome is Outcome.ACCEPTED)
        found = [await engine.examine_capture(one.id) for one in (refused, good)]
        assert found[0] is not None
        assert found[0].finding is Finding.DRIFT
        assert found[1] is not None
        assert found[1].finding in (Finding.OK, Finding.WATCH)
