"""Every request source × every fault: the state that is documented, in its time, and back again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from app.domain.capture import Outcome
from app.domain.errors import SourceError
from app.domain.health import ChannelHealth, Link
from app.domain.routing import Channel
from app.domain.updates import CaptureStored
from app.engine.feeds import ChainFeed, SourceContext, SourceSpec
from app.sim.barchart import BarchartSite
from app.sim.faults import Faults
from app.sim.http import HttpSimulator
from app.sim.massive import Massive
from app.sources import barchart, massive
from app.sources.barchart.fetch import BarchartFeed
from tests.engine.clocks import ManualClock
from tests.sim.still_market import StillMarket
from tests.sources.contract.stand import Stand, stand


@dataclass(frozen=True)
class Vendor:
    """`route` is what its simulator calls the requests that bring the channel."""

    spec: SourceSpec
    make: Callable[[ManualClock, Faults], HttpSimulator]
    channel: Channel
    route: str
    first: Callable[[Stand], object]


def _unhurried(context: SourceContext) -> ChainFeed:
    """Waiting for its pace moves the market's time and takes none of the test's."""
    clock = context.clock
    assert isinstance(clock, ManualClock)

    def wait(seconds: float) -> bool:
        clock.advance(seconds)
        return False

    return BarchartFeed(context, wait)


def _captured(standing: Stand) -> bool:
    stored = [told.line for told in standing.bench.screen.now(CaptureStored)]
    return any(line.outcome is Outcome.ACCEPTED and line.rows for line in stored)


BARCHART = Vendor(
    replace(barchart.SOURCE, chain_feed=_unhurried),
    lambda clock, faults: BarchartSite(StillMarket(), clock.now, faults),
    Channel.OPT_CHAIN,
    "api",
    _captured,
)
MASSIVE = Vendor(
    massive.SOURCE,
    lambda clock, faults: Massive(StillMarket(), StillMarket(), clock.now, faults),
    Channel.NQ_QUOTES,
    "futures",
    _captured,
)
PROXY = replace(MASSIVE, channel=Channel.PROXY_CHAIN, route="options")

Shows = Callable[[ChannelHealth], object]


def lost(health: ChannelHealth) -> object:
    """It says that it was not reached, and when it is tried again."""
    return health.link in (Link.RECONNECTING, Link.DOWN) and health.note and health.retry_in_s is not None


def unusable(health: ChannelHealth) -> object:
    """Somebody answers, but nothing that could be shown: never taken for data."""
    return health.link in (Link.UP, Link.DOWN) and health.note and health.errors


def asks_user(link: Link) -> Shows:
    return lambda health: health.link is link and health.note


def left_alone(health: ChannelHealth) -> object:
    return health.excluded_for_s is not None and not health.errors


def unharmed(health: ChannelHealth) -> object:
    return health.link is Link.UP and not health.note


@dataclass(frozen=True)
class Fault:
    kind: str
    shows: Shows
    within_s: float = 150.0
    seconds: float | None = None


# how long an answer is waited for, in the test's own time
_SHORT_S, _LONG_S = 1.0, 20.0
LOST = [Fault(kind, lost) for kind in ("refuse", "rst", "500", "503", "half_body")]
LOST.append(Fault("delay", lost, within_s=900.0, seconds=2 * _SHORT_S))
HTML = Fault("html", unusable)
SPOILT = [Fault(kind, unusable) for kind in ("truncated", "garbage", "empty")]
CASES = {
    "barchart": (
        BARCHART,
        [
            *LOST,
            *SPOILT,
            # the page that comes where data was due is the one for logging in
            *(Fault(kind, asks_user(Link.AUTH_FAILED)) for kind in ("html", "401", "419")),
            *(Fault(kind, asks_user(Link.DOWN)) for kind in ("403", "block_page")),
            Fault("429", left_alone, seconds=40.0),
        ],
    ),
    "massive": (
        MASSIVE,
        [
            *LOST,
            *SPOILT,
            HTML,
            Fault("401", asks_user(Link.AUTH_FAILED)),
            Fault("403", asks_user(Link.NOT_ENTITLED)),
            Fault("419", unusable),
            Fault("429", left_alone, seconds=40.0),
        ],
    ),
    "massive proxy": (
        PROXY,
        [*LOST[:1], *SPOILT, HTML, Fault("no_entitlement", asks_user(Link.NOT_ENTITLED))],
    ),
}


def cases() -> list[ParameterSet]:
    return [
        pytest.param(vendor, fault, id=f"{name}-{fault.kind}", marks=_logs(fault))
        for name, (vendor, faults) in CASES.items()
        for fault in faults
    ]


def _logs(fault: Fault) -> tuple[pytest.MarkDecorator, ...]:
    """What goes wrong with a link is a warning, once; a spoilt answer leaves the link as it is."""
    told = fault.shows not in (unusable, left_alone)
    return (pytest.mark.expected_log(":"),) if told else ()


@pytest.mark.parametrize(("vendor", "fault"), cases())
async def test_a_fault_shows_as_documented_and_is_survived(
    tmp_path: Path, vendor: Vendor, fault: Fault
) -> None:
    patience_s = _SHORT_S if fault.kind == "delay" else _LONG_S
    async with stand(tmp_path, vendor.spec, vendor.make, patience_s=patience_s) as standing:
        await standing.reaches(vendor.channel, unharmed, 60)
        await standing.until(lambda: vendor.first(standing), 120, "a first answer")
        standing.fault(vendor.route, fault.kind, seconds=fault.seconds)
        await standing.reaches(vendor.channel, fault.shows, fault.within_s)
        standing.faults.clear()
        stopped = standing.health(vendor.channel)
        assert stopped is not None
        if stopped.retry_in_s is None and stopped.link is not Link.UP:
            await _asked_again(standing)
        await standing.reaches(vendor.channel, lambda h: unharmed(h) and h.excluded_for_s is None, 700)
        kept = [told.line.outcome for told in standing.bench.screen.now(CaptureStored)]
        assert Outcome.FAILED in kept or Outcome.REJECTED in kept or fault.shows is unharmed


async def _asked_again(standing: Stand) -> None:
    """What a user does who has mended it."""
    try:
        await standing.engine.test_source(standing.bench.sources[0].id)
    except SourceError as e:  # pragma: no cover - says what was still wrong
        pytest.fail(str(e))
