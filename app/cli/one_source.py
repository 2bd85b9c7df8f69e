"""One source without an engine: opened for a single answer or for a test of its login, and closed again."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.cli.chain_document import Document, fetch_once, quote_document, source_named
from app.cli.opinion_document import opinion_document
from app.cli.outcome import complain
from app.domain.contract import Future
from app.domain.errors import ConfigError, MissingKey, Unavailable
from app.domain.routing import Channel
from app.domain.second_opinion import ProxyChain
from app.domain.symbols import front_future, parse_raw
from app.domain.ticks import InstrumentMapped, TopOfBook
from app.domain.units import SECOND, Px
from app.elsewhere import chosen_addresses, read_url_map
from app.engine.feeds import SourceContext, SourceSpec, TickFeed, TickWant, Visiting
from app.engine.poll_feed import PollFeed
from app.system.calendar_file import load_calendar
from app.system.http import RequestsHttp
from app.system.keepsakes import Keepsakes
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.settings_file import SettingsFile

_QUOTE_WITHIN: Final = 15 * SECOND
_LOOK_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class OneSource:
    spec: SourceSpec
    context: SourceContext


def opened(source: str, *, addresses: Path | None, data_dir: Path | None) -> OneSource:
    """Raises MissingKey where it cannot be asked at all."""
    from app.composition import secrets_for

    spec = source_named(source)
    elsewhere, paths = read_url_map(addresses), Paths(data_dir)
    redactor = SecretRedactor()
    settings, notices = SettingsFile(paths.settings).load()
    for notice in notices:
        complain(notice)
    secrets = secrets_for(spec.secrets, elsewhere, redactor)
    chosen, fault = ({}, "") if elsewhere.simulated else chosen_addresses(settings)
    if fault:
        complain(fault)
    known = {**spec.addresses, **chosen, **elsewhere.addresses}
    here = {name: known[name] for name in spec.addresses}
    context = SourceContext(
        id=spec.id,
        http=RequestsHttp(redactor),
        clock=elsewhere.clock,
        secret=secrets.get,
        redactor=redactor,
        settings=lambda: settings,
        addresses=here,
        simulated=elsewhere.simulated,
        calendar=load_calendar(paths.overrides),
        keep=Keepsakes(paths.data),
    )
    for key in spec.secrets:
        if key.required and secrets.get(key.name) is None:
            raise MissingKey(f"{spec.title} needs a key. Save one with: pitwall keys set {key.name}")
    return OneSource(spec, context)


def one_fetch(
    source: str, series: str | None, *, addresses: Path | None, data_dir: Path | None
) -> tuple[Document, str | None]:
    """The document of one chain or quote, and why it is refused if it is."""
    one = opened(source, addresses=addresses, data_dir=data_dir)
    spec, context = one.spec, one.context
    if spec.chain_feed is not None:
        feed = spec.chain_feed(context)
        try:
            return fetch_once(feed, series, context.clock, context.calendar)
        finally:
            feed.close()
    if spec.tick_feed is not None:
        ticks = spec.tick_feed(context)
        try:
            return _quote(one, ticks, _future(series, context)), None
        finally:
            ticks.close()
    if spec.poll_feed is None:
        raise ConfigError(f"{spec.title} has nothing that could be fetched.")
    polls = spec.poll_feed(context)
    try:
        return _opinion(polls, series, context)
    finally:
        polls.close()


def one_test(source: str, *, addresses: Path | None, data_dir: Path | None) -> str:
    """A real login, the smallest there is. Raises SourceError when it is refused."""
    one = opened(source, addresses=addresses, data_dir=data_dir)
    spec, context = one.spec, one.context
    if spec.tick_feed is not None:
        ticks = spec.tick_feed(context)
        try:
            ticks.open(TickWant(futures=(_front(context).raw,), quotes=False))
        finally:
            ticks.close()
        return f"{spec.title} accepted the key."
    if spec.poll_feed is not None:
        polls = spec.poll_feed(context)
        try:
            return polls.test()
        finally:
            polls.close()
    if spec.chain_feed is None:
        raise ConfigError(f"{spec.title} has no login.")
    feed = spec.chain_feed(context)
    try:
        if isinstance(feed, Visiting):
            return feed.log_in()
        fetched = feed.fetch_page(None)
        if fetched.error is not None:
            raise fetched.error
        return f"{spec.title} answered."
    finally:
        feed.close()


def _opinion(feed: PollFeed, series: str | None, context: SourceContext) -> tuple[Document, str | None]:
    future = None if series is None else _as_future(series, context)
    if series is None or future is not None:
        channel, name = Channel.NQ_QUOTES, (future or _front(context)).raw
    else:
        channel, name = Channel.PROXY_CHAIN, series
    answered = feed.fetch(channel, name)
    if answered.error is not None:
        raise answered.error
    found = feed.parse(answered.capture)
    reasons = found.reasons if isinstance(found, ProxyChain) else ()
    return opinion_document(found), " ".join(reasons) or None


def _quote(one: OneSource, feed: TickFeed, future: Future) -> Document:
    """The first quote that comes; a last trade only if one comes before it."""
    context = one.context
    feed.open(TickWant(futures=(future.raw,), trades=False, quotes=True))
    until, top, last, names = context.clock.monotonic() + _QUOTE_WITHIN, None, None, dict[int, str]()
    while top is None:
        batch = feed.drain()
        names |= {r.instrument_id: r.raw_symbol for r in batch.rare if isinstance(r, InstrumentMapped)}
        top = next((t for t in batch.tops if names.get(t.instrument_id) == future.raw), None)
        if len(batch.trades):
            last = Px(int(batch.trades.price[-1]))
        if top is None:
            _go_on(feed, context.clock.monotonic() < until, one.spec.title)
    return _document(one, future, top, last)


def _document(one: OneSource, future: Future, top: TopOfBook, last: Px | None) -> Document:
    offers = {offer.channel: offer.fidelity for offer in one.spec.offers}
    fidelity = offers[Channel.NQ_QUOTES]
    return quote_document(one.spec.id, future.raw, top, last, top.ts_event, fidelity)


def _go_on(feed: TickFeed, in_time: bool, title: str) -> None:
    ended = feed.closed_by()
    if ended is not None:
        raise ended
    if not in_time:
        seconds = _QUOTE_WITHIN / SECOND
        raise Unavailable(f"{title} sent no quote within {seconds:.0f} s.")
    time.sleep(_LOOK_S)


def _future(series: str | None, context: SourceContext) -> Future:
    if series is None:
        return _front(context)
    found = _as_future(series, context)
    if found is None:
        raise ConfigError(f"Series: {series!r} is no NQ future.")
    return found


def _as_future(series: str, context: SourceContext) -> Future | None:
    try:
        found = parse_raw(series, context.calendar.last_session_day(context.clock.now()))
    except ValueError:
        return None
    return found if isinstance(found, Future) else None


def _front(context: SourceContext) -> Future:
    return front_future(context.calendar.trading_day(context.clock.now()))
