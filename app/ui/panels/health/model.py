"""Source health as cards, one a source, as bad as its worst channel; opened, a line a channel. No Qt."""

from dataclasses import dataclass, replace

from app.domain.health import ChannelHealth, Freshness, SourceHealth
from app.domain.routing import SourceId
from app.domain.source_profile import Tiers
from app.domain.units import SECOND, Ns
from app.ui.health_looks import look
from app.ui.panels.health.card import BANDS, card_cell, line_cell
from app.ui.widgets.cells import Mark, Row


@dataclass(frozen=True, slots=True)
class _Seen:
    health: SourceHealth
    at: Ns


class HealthModel:
    def __init__(self) -> None:
        self._sources: dict[SourceId, _Seen] = {}
        self._opened: set[SourceId] = set()
        self._order: Tiers = ()
        self.bands = BANDS

    def order(self, tiers: Tiers) -> None:
        """Cards stand in this order; whoever is not named comes after, as first reported."""
        self._order = tiers

    def sources(self) -> tuple[SourceHealth, ...]:
        places = {source: n for n, source in enumerate(one for tier in self._order for one in tier)}
        reported = tuple(seen.health for seen in self._sources.values())
        return tuple(sorted(reported, key=lambda one: places.get(one.source, len(places))))

    def put(self, health: SourceHealth, monotonic: Ns) -> None:
        self._sources[health.source] = _Seen(health, monotonic)

    def __len__(self) -> int:
        return len(self._sources)

    def channel(self, key: str) -> ChannelHealth | None:
        """The channel behind a row."""
        for seen in self._sources.values():
            for channel in seen.health.channels:
                if key == f"{channel.source}/{channel.channel.value}":
                    return channel
        return None

    def source(self, key: str) -> SourceHealth | None:
        seen = self._sources.get(SourceId(key.split("/", 1)[0]))
        return None if seen is None else seen.health

    def toggle(self, key: str) -> None:
        """Opens or closes the lines of a row's source."""
        self._opened ^= {SourceId(key.split("/", 1)[0])}

    def open(self, key: str) -> None:
        self._opened.add(SourceId(key.split("/", 1)[0]))

    def rows(self, monotonic: Ns, *, silent: bool = False) -> tuple[Row, ...]:
        """Ages go on by a clock that never jumps. While the engine is `silent` nothing it said of a working
        link counts."""
        rows: list[Row] = []
        for health in self.sources():
            seen = self._sources[health.source]
            if silent:
                health = replace(health, channels=tuple(_unheard(c) for c in health.channels))
            since = (monotonic - seen.at) / SECOND
            opened = health.source in self._opened
            rows.append(
                Row(f"{health.source}/", (card_cell(health, since, opened=opened, bands=self.bands),))
            )
            if opened:
                rows += [
                    Row(f"{c.source}/{c.channel.value}", (line_cell(health, c, since),))
                    for c in health.channels
                ]
        return tuple(rows)

    def summary(self) -> str:
        """`4 ok · 1 slow · 1 down`, by channel; what is switched off is not counted."""
        marks = [look(channel).mark for seen in self._sources.values() for channel in seen.health.channels]
        broken = sum(seen.health.broken is not None for seen in self._sources.values())
        counts = (
            (marks.count(Mark.GOOD), "ok"),
            (marks.count(Mark.WARN), "not fresh"),
            (marks.count(Mark.BAD) + broken, "down"),
            (marks.count(Mark.REST), "closed"),
        )
        return " · ".join(f"{count} {word}" for count, word in counts if count)


def _unheard(channel: ChannelHealth) -> ChannelHealth:
    return replace(channel, freshness=Freshness.UNKNOWN, note="the engine is silent")
