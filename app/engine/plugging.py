"""Turns declared sources into running ones: a context, a streamer or poller, and what may be in the way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.errors import ConfigError
from app.domain.health import Link
from app.domain.market_state import MarketState
from app.domain.routing import Channel, SourceId
from app.domain.settings import Settings
from app.domain.units import DOLLAR, MicroUsd, Ns
from app.domain.updates import Mode
from app.engine.cache import Cache
from app.engine.chain_reading import series_of
from app.engine.desk import Desk
from app.engine.errand import Errand
from app.engine.feeds import ChainFeed, Listing, Recording, SourceContext, SourceSpec, TickFeed
from app.engine.history_feed import HistoryFeed
from app.engine.keys import Keys
from app.engine.machine import NO_NETWORK
from app.engine.market import Market
from app.engine.opinions import Opinions
from app.engine.parts import EngineParts
from app.engine.pictures import Pictures
from app.engine.poller import ChainPoller
from app.engine.replay import Player
from app.engine.streamer import Streamer
from app.engine.supervisor import Failed
from app.engine.tapes import REPLAY, Archive
from app.engine.tick_chains import TickChains

_PARSER: Final = "parser"
_ALWAYS: Final = "always"
_NOT_REGULAR: Final = (MarketState.ETH, MarketState.MAINTENANCE, MarketState.CLOSED)
Gate = Callable[[], tuple[Link, str] | None]


@dataclass(frozen=True, slots=True)
class Plugged:
    spec: SourceSpec
    simulated: bool
    addresses: tuple[str, ...]
    streamer: Streamer | None
    poller: ChainPoller | None
    make_ticks: Callable[[], TickFeed] | None
    recorder: Archive | None = None
    make_history: Callable[[], HistoryFeed] | None = None
    chains: TickChains | None = None
    """Of a tick source that offers chains."""
    opinions: Opinions | None = None
    list_datasets: Callable[[], Listing] | None = None


def plug(desk: Desk, parts: EngineParts, spec: SourceSpec, keys: Keys, pictures: Pictures) -> Plugged:
    """A source whose feed cannot even be made is shown as broken, and nothing of it runs."""
    addresses = {name: parts.addresses.get(name, own) for name, own in spec.addresses.items()}
    everywhere = bool(spec.addresses) and all(name in parts.addresses for name in spec.addresses)
    simulated = everywhere and parts.mode is Mode.DEMO
    desk.health.add(spec, simulated)
    context = SourceContext(
        id=spec.id,
        http=parts.http,
        clock=parts.clock,
        secret=parts.secrets.get,
        redactor=parts.redactor,
        settings=lambda: desk.profiles.over(desk.settings()),
        addresses=addresses,
        simulated=simulated,
        record=_record(desk, parts),
        calendar=parts.calendar,
        browser=parts.browser,
        download=parts.download,
        keep=parts.keep,
    )
    gate = _gate(desk, spec, keys, simulated, parts.mode)
    streamer, make_ticks = _streamer(desk, spec, context, _in_its_hours(desk, spec, gate))
    if _out_of_reach(spec, simulated, parts.mode):
        make_ticks = None
    if parts.replay is not None and spec is REPLAY:
        streamer = Player(desk, parts.replay.deck, parts.replay.clock)
    poller = _poller(desk, spec, context, gate, pictures)
    reached = tuple(addresses.values())
    made_of = {offer.channel for offer in spec.offers}
    chains = None
    if streamer is not None and {Channel.OPT_CHAIN, Channel.OPT_QUOTES} <= made_of:
        chains = TickChains(desk, spec.id, streamer)
    history = _history(spec, context, gate)
    opinions = _opinions(desk, spec, context, gate)
    datasets = spec.datasets
    return Plugged(
        spec, simulated, reached, streamer, poller, make_ticks, parts.recorder, history, chains, opinions,
        None if datasets is None else lambda: datasets(context),
    )  # fmt: skip


def _history(spec: SourceSpec, context: SourceContext, gate: Gate) -> Callable[[], HistoryFeed] | None:
    feed = spec.history_feed
    if feed is None:
        return None

    def make() -> HistoryFeed:
        closed = gate()
        if closed is not None:
            raise ConfigError(closed[1])
        return feed(context)

    return make


def _streamer(
    desk: Desk, spec: SourceSpec, context: SourceContext, gate: Gate
) -> tuple[Streamer | None, Callable[[], TickFeed] | None]:
    feed = spec.tick_feed
    if feed is None:
        return None, None

    def make() -> TickFeed:
        return feed(context)

    first = desk.supervisor.attempt(f"{spec.id}: its tick feed", make)
    if isinstance(first, Failed):
        desk.health.broken(spec.id, first.reason)
        return None, None
    past = spec.past_quotes
    past_quotes = None if past is None else lambda: past(context)
    orders = spec.past_orders
    past_orders = None if orders is None else lambda: orders(context)
    return Streamer(desk, spec, make, first.side_quality, gate, past_quotes, past_orders), make


def _poller(
    desk: Desk, spec: SourceSpec, context: SourceContext, gate: Gate, pictures: Pictures
) -> ChainPoller | None:
    feed = spec.chain_feed
    if feed is None:
        return None

    def make() -> ChainFeed:
        return feed(context)

    errand = Errand(desk, spec.id, make, pictures)
    first = desk.supervisor.attempt(f"{spec.id}: its chain feed", lambda: errand.feed)
    if isinstance(first, Failed):
        desk.health.broken(spec.id, first.reason)
        return None
    channel = next((o.channel for o in spec.offers if not o.channel.is_stream), Channel.OPT_CHAIN)
    return ChainPoller(desk, spec, errand, _cache(desk, spec, channel), gate)


def _cache(desk: Desk, spec: SourceSpec, channel: Channel) -> Cache:
    parser = spec.extras.get(_PARSER, "1")
    session = lambda: desk.market.calendar.session(desk.market.day)[0]  # noqa: E731
    return Cache(spec.id, channel, parser, desk.clock, desk.store, desk.workers, desk.outbox, session)


def _opinions(desk: Desk, spec: SourceSpec, context: SourceContext, gate: Gate) -> Opinions | None:
    feed = spec.poll_feed
    if feed is None:
        return None
    streamed = {o.channel for o in spec.offers if o.channel.is_stream and spec.tick_feed is not None}
    asked = dict.fromkeys(offer.channel for offer in spec.offers if offer.channel not in streamed)
    caches = {channel: _cache(desk, spec, channel) for channel in asked}
    opinions = Opinions(desk, spec, lambda: feed(context), gate, caches)
    first = desk.supervisor.attempt(f"{spec.id}: its poll feed", lambda: opinions.feed)
    if isinstance(first, Failed):
        desk.health.broken(spec.id, first.reason)
        return None
    return opinions


def _record(desk: Desk, parts: EngineParts) -> Callable[[str, bytes], Recording | None]:
    def most_mb() -> int:
        settings = desk.settings()
        return settings.recorder_size if settings.recorder_enabled else 0

    def record(name: str, header: bytes) -> Recording | None:
        if parts.recorder is None:
            return None
        return parts.recorder.open(name, desk.market.day, header, most_mb)

    return record


def _out_of_reach(spec: SourceSpec, simulated: bool, mode: Mode) -> bool:
    """A demo asks no real vendor; a source without addresses asks nobody anyway."""
    return mode is Mode.DEMO and bool(spec.addresses) and not simulated


def _in_its_hours(desk: Desk, spec: SourceSpec, gate: Gate) -> Gate:
    """A stream may be wanted in regular hours only; what is asked for, such as history, always may be."""

    def within() -> tuple[Link, str] | None:
        hours = getattr(desk.settings(), f"{spec.id}_hours", _ALWAYS)
        if hours == _ALWAYS or desk.market.state not in _NOT_REGULAR:
            return gate()
        return gate() or (Link.DISABLED, f"Off outside regular hours ({spec.id}_hours).")

    return within


def _gate(desk: Desk, spec: SourceSpec, keys: Keys, simulated: bool, mode: Mode) -> Gate:
    def gate() -> tuple[Link, str] | None:
        if off := _switched_off(desk, spec, simulated, mode):
            return Link.DISABLED, off
        if not desk.overrides.loaded and mode is not Mode.REPLAY:
            return Link.CONNECTING, "looks up what was decided before"
        if desk.machine.network_down and spec.addresses and not simulated:
            return Link.DOWN, NO_NETWORK
        missing = keys.missing(spec)
        if missing is None:
            return None
        return (Link.NO_KEY, missing) if missing else (Link.CONNECTING, "waits for the keyring")

    return gate


def _switched_off(desk: Desk, spec: SourceSpec, simulated: bool, mode: Mode) -> str:
    """By the mode, the profile, the user's hand, or a setting that has to agree first; empty if by none."""
    if _out_of_reach(spec, simulated, mode):
        return f"A demo reaches no real vendor, and {spec.title} is not simulated."
    if off := desk.profiles.off(spec.id):
        return off
    by_hand = desk.overrides.off(spec.id, tuple(offer.channel for offer in spec.offers))
    if by_hand is not None:
        return f"Switched off by you: {by_hand}."
    if not simulated and spec.enabled_by and not getattr(desk.settings(), spec.enabled_by, True):
        return f"{spec.title} is switched off ({spec.enabled_by})."
    return ""


def fees(sources: Iterable[Plugged], settings: Settings, keys: Keys, mode: Mode) -> dict[SourceId, MicroUsd]:
    """Monthly fees of the plans that are in use: live, and with a key. The setting is named by the source."""
    if mode is not Mode.LIVE:
        return {}
    found: dict[SourceId, MicroUsd] = {}
    for one in sources:
        fee = getattr(settings, f"cost_{one.spec.id}", None)
        if fee is not None and not one.simulated and keys.has(one.spec):
            found[one.spec.id] = MicroUsd(round(fee * DOLLAR))
    return found


def quota_of(one: Plugged) -> str:
    """What may still be asked of it, in words; empty where nobody counts."""
    polled = "" if one.poller is None else one.poller.quota
    asked = "" if one.opinions is None else one.opinions.part.quota
    return "; ".join(words for words in (polled, asked) if words)


def expiration_of(sources: Iterable[Plugged], market: Market, key: str) -> Ns | None:
    """Of a series by a vendor's name, as the definitions of a tick source say it."""
    series = series_of(key, market.day)
    for one in sources:
        if series is not None and one.streamer is not None:
            known = one.streamer.day.intake.instruments.expiration(series)
            if known is not None:
                return known
    return None


def streamed(sources: Iterable[Plugged]) -> dict[SourceId, int]:
    """Bytes of live data since the start."""
    return {one.spec.id: one.streamer.bytes for one in sources if isinstance(one.streamer, Streamer)}
