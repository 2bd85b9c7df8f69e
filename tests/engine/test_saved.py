"""Saved data is a source that never feeds anything by itself: only a click brings it on screen."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.health import ChannelHealth, Link
from app.domain.routing import Channel
from app.domain.updates import HealthChanged, RouteChanged
from app.engine.parts import EngineParts
from app.sources import saved
from app.system.recorder import DiskRecorder
from tests.engine.bench import Bench, chain_source, tick_source, until
from tests.engine.gateway import Gateway
from tests.engine.site import Site, SiteFeed


class Recording(Bench):
    def parts(self) -> EngineParts:
        recorder = DiskRecorder(self.folder / "recordings", self.clock, lambda *_: None)
        return replace(super().parts(), recorder=recorder)


def row(bench: Bench) -> dict[Channel, ChannelHealth]:
    told = [one.health for one in bench.screen.now(HealthChanged) if one.health.source == saved.ID]
    return {one.channel: one for health in told for one in health.channels}


async def test_it_is_listed_as_recorded_and_never_chosen(tmp_path: Path, gateway: Gateway) -> None:
    bench = Bench(tmp_path)
    site = Site(bench.clock)
    bench.sources = (chain_source(lambda context: SiteFeed(site)), tick_source(gateway.make), saved.SOURCE)

    async with bench.running() as engine:
        await until(lambda: len(row(bench)) == 4 and all(one.note for one in row(bench).values()))
        assert {(one.link, str(one.fidelity)) for one in row(bench).values()} == {(Link.DISABLED, "RECORDED")}
        assert "never used by itself" in row(bench)[Channel.OPT_CHAIN].note
        assert "No tape was recorded yet" in row(bench)[Channel.NQ_TRADES].note
        routes = [one for one in bench.screen.ever(RouteChanged) if one.channel in row(bench)]
        assert routes
        assert saved.ID not in {one.source for one in routes}
        with pytest.raises(ConfigError):
            await engine.overrides.pin(Channel.NQ_TRADES, saved.ID, "to see it")


async def test_tapes_that_are_kept_are_counted_with_their_true_age(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "2025-06-09").mkdir(parents=True)
    for name in ("databento-trades-20250609T130000000Z", "databento-quotes-20250609T130001000Z"):
        (folder / "2025-06-09" / f"{name}.dbn.zst").write_bytes(b"x")
    bench = Recording(tmp_path, sources=(saved.SOURCE,))
    async with bench.running() as engine:
        await until(lambda: row(bench) and row(bench)[Channel.NQ_TRADES].note)
        assert row(bench)[Channel.NQ_TRADES].note.startswith(
            "2 tapes of 1 day are kept, the newest begun 1 day ago."
        )
        assert [len(day.files) for day in await engine.saved.days()] == [2]
