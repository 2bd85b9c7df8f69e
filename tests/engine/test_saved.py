"""Saved data is a source that never feeds anything by itself: only a click brings it on the board."""

from pathlib import Path

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.updates import HealthChanged, RouteChanged
from app.sources import saved
from tests.engine.bench import Bench, chain_source, until
from tests.engine.site import Site, SiteFeed


async def test_it_is_listed_as_recorded_and_never_chosen(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    site = Site(bench.clock)
    bench.sources = (chain_source(lambda context: SiteFeed(site)), saved.SOURCE)

    def row() -> HealthChanged | None:
        return next((h for h in bench.screen.now(HealthChanged) if h.health.source == saved.ID), None)

    async with bench.running():
        await until(lambda: (told := row()) is not None and told.health.channels[0].note)
        told = row()
        assert told is not None
        (channel,) = told.health.channels
        assert (channel.link, str(channel.fidelity)) == (Link.DISABLED, "RECORDED")
        assert "never used by itself" in channel.note or "by hand" in channel.note
        routes = [one for one in bench.screen.ever(RouteChanged) if one.channel is Channel.OPT_CHAIN]
        assert saved.ID not in {one.source for one in routes}
