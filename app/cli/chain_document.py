"""Chains, pages and quotes as JSON documents, from a stored answer or from one fetch."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, ListedSeries, Quote, Verdict
from app.domain.contract import Series
from app.domain.errors import BadPayload, ConfigError
from app.domain.quality import judge
from app.domain.routing import Channel, Fidelity, SourceId
from app.domain.second_opinion import Opinion
from app.domain.session import Calendar
from app.domain.symbols import parse_barchart_series, rule_expiry
from app.domain.ticks import TopOfBook
from app.domain.units import Ns, Px, iso, moment, ns, points_or_none
from app.engine.feeds import ChainFeed, Fetched, SourceSpec
from app.engine.ports import Clock
from app.system.calendar_file import load_calendar
from app.system.paths import Paths

Document = dict[str, Any]
_STAMP: Final = re.compile(r"(\d{8}T\d{6})Z")


def chain_document(chain: Chain, verdict: Verdict) -> Document:
    return {
        "kind": "chain",
        "source": chain.source,
        "series": chain.vendor_series or None,
        "expiry": _day(chain.expiry),
        "expiry_from": chain.expiry_said_by.value if chain.expiry_said_by else None,
        "underlying": _underlying(chain),
        "received": iso(chain.received),
        "as_of": iso(chain.as_of),
        "delayed": chain.delayed,
        "delay_minutes": chain.fidelity.minutes,
        "fidelity": chain.fidelity.level.value,
        "claimed_total": chain.claimed_total,
        "contracts": [_contract(quote) for quote in chain.quotes],
        "rejects": [{"reason": r.reason, "symbol": r.symbol} for r in chain.rejects],
        "quality": {
            "accepted": verdict.accepted,
            "reasons": list(verdict.reasons),
            "warnings": list(verdict.warnings),
            "with_volume": verdict.with_volume,
            "with_prior_volume": verdict.with_prior_volume,
            "with_open_interest": verdict.with_open_interest,
            "two_sided": verdict.two_sided,
        },
    }


def page_document(page: ChainPage) -> Document:
    future, table = page.underlying, page.table
    rows: Document = {}
    if table is not None:
        rows["contracts"] = [_contract(quote) for quote in table.quotes]
        rows["rejects"] = [{"reason": r.reason, "symbol": r.symbol} for r in table.rejects]
    return {
        "kind": "page",
        "source": page.source,
        "series": page.vendor_series,
        "expiry": _day(page.expiry),
        "days_to_expiry": page.days_to_expiry,
        "point_value": page.point_value,
        "underlying": future
        and {
            "contract": future.contract,
            "price": points_or_none(future.price),
            "previous_settlement": points_or_none(page.previous_settlement),
        },
        "families": [_listed(family) for family in page.families],
        "series_listed": [{"series": listed.key, **_listed(listed)} for listed in page.series_listed],
        "api": dict(page.api),
        "totals": {
            "call_open_interest": page.call_open_interest,
            "put_open_interest": page.put_open_interest,
        },
        **rows,
    }


def quote_document(
    source: SourceId, contract: str, top: TopOfBook | None, last: Px | None, at: Ns | None, fidelity: Fidelity
) -> Document:
    return {
        "kind": "quote",
        "source": source,
        "contract": contract,
        "bid": points_or_none(top.bid) if top else None,
        "ask": points_or_none(top.ask) if top else None,
        "last": points_or_none(last),
        "bid_size": top.bid_size if top else None,
        "ask_size": top.ask_size if top else None,
        "time": None if at is None else iso(at),
        "fidelity": fidelity.level.value,
        "delayed": fidelity.minutes > 0,
    }


def parse_file(
    source: str, path: Path, fetched: Ns | None, series: str | None, calendar: Calendar
) -> Document:
    """A stored answer through the source's own parser. What is no answer of it is a ConfigError."""
    spec = source_named(source)
    received = fetched if fetched is not None else _received(path)
    reads: Callable[[Capture, Calendar], Chain | ChainPage | Opinion] | None
    reads = spec.read_stored or spec.read_opinion
    if reads is None:
        raise ConfigError(f"{spec.title} has no stored answers that could be read.")
    asked = None if series is None or not spec.read_stored else _asked(series, moment(received).date())
    try:
        body = path.read_bytes()
        read = reads(_stored(spec.id, series or "", path, received, body), calendar)
    except OSError as e:
        raise ConfigError(f"{path} cannot be read: {e.strerror}.") from e
    except BadPayload as e:
        raise ConfigError(f"{path}: {e}") from e
    if isinstance(read, ChainPage):
        return page_document(read)
    if isinstance(read, Chain):
        return chain_document(read, judge(read, asked, None, received, calendar))
    from app.cli.opinion_document import opinion_document

    return opinion_document(read)


def calendar_of(data_dir: Path | None) -> Calendar:
    """With the user's own overrides, if there are any; reading must work where nothing can be written."""
    try:
        own = Paths(data_dir).overrides
    except ConfigError:
        own = None
    return load_calendar(own)


def fetch_once(
    feed: ChainFeed, series: str | None, clock: Clock, calendar: Calendar
) -> tuple[Document, str | None]:
    """One chain with its page, and why it is refused if it is. Raises SourceError when nothing came.

    Without a series the nearest listed expiry is taken.
    """
    today = calendar.last_session_day(clock.now())
    page = feed.parse_page(_arrived(feed.fetch_page(series)))
    if series is None:
        series = _nearest(page, today).key
        page = feed.parse_page(_arrived(feed.fetch_page(series)))
    chain = feed.parse_chain(_arrived(feed.fetch_chain(series, page)), page)
    verdict = judge(chain, _asked(series, today), page, clock.now(), calendar)
    return chain_document(chain, verdict), None if verdict.accepted else " ".join(verdict.reasons)


def _arrived(fetched: Fetched) -> Capture:
    if fetched.error is not None:
        raise fetched.error
    return fetched.capture


def _nearest(page: ChainPage, today: date) -> ListedSeries:
    dated: dict[date, ListedSeries] = {}
    for listed in (*page.series_listed, *page.families):
        try:
            expiry = rule_expiry(parse_barchart_series(listed.key, today))
        except ValueError:
            continue
        if expiry is not None and expiry >= today:
            dated.setdefault(expiry, listed)
    if not dated:
        raise BadPayload("The page lists no series that has not expired.")
    return dated[min(dated)]


def source_named(source: str) -> SourceSpec:
    from app.sources import discover

    specs, broken = discover()
    for spec in specs:
        if spec.id == source:
            return spec
    for one in broken:
        if one.id == source:
            raise ConfigError(f"The source {source} does not load: {one.reason}")
    raise ConfigError(f"There is no source {source!r}; there are {', '.join(sorted(s.id for s in specs))}.")


def _asked(series: str, near: date) -> Series:
    try:
        return parse_barchart_series(series, near)
    except ValueError as e:
        raise ConfigError(f"Series: {e}.") from e


def _received(path: Path) -> Ns:
    """The stamp in the file's name, where it has one; a copied file keeps its name but not its time."""
    if found := _STAMP.search(path.name):
        try:
            return ns(datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC))
        except ValueError:
            pass
    try:
        return Ns(path.stat().st_mtime_ns)
    except OSError as e:
        raise ConfigError(f"{path} cannot be read: {e.strerror}.") from e


def _stored(source: SourceId, key: str, path: Path, received: Ns, body: bytes) -> Capture:
    return Capture(
        id=path.name,
        source=source,
        channel=Channel.OPT_CHAIN,
        key=key,
        url="",
        fetched=received,
        status=None,
        content_type="",
        headers={},
        body=body,
    )


def _contract(quote: Quote) -> Mapping[str, object]:
    return {
        "symbol": quote.symbol,
        "cme": quote.contract.raw,
        "strike": points_or_none(quote.contract.strike),
        "right": quote.contract.right.value,
        "bid": points_or_none(quote.bid),
        "ask": points_or_none(quote.ask),
        "last": points_or_none(quote.last),
        "settlement": quote.is_settlement,
        "open": points_or_none(quote.open),
        "high": points_or_none(quote.high),
        "low": points_or_none(quote.low),
        "change": points_or_none(quote.change),
        "volume": quote.volume,
        "volume_date": _day(quote.volume_date),
        "volume_prior_session": quote.volume_is_prior_session,
        "open_interest": quote.open_interest,
        "trade_time": None if quote.trade_time is None else iso(quote.trade_time),
        "settlement_date": _day(quote.settlement_date),
        "crossed": quote.crossed,
    }


def _underlying(chain: Chain) -> Document | None:
    """The future in CME's spelling, whatever the source calls it: NQM25 is NQM5."""
    if chain.underlying is None:
        return None
    name, price = chain.underlying.contract, points_or_none(chain.underlying.price)
    return {"contract": re.sub(r"^(NQ[HMUZ])\d(\d)$", r"\1\2", name), "price": price}


def _listed(listed: ListedSeries) -> Document:
    return {"title": listed.title, "path": listed.path, "selected": listed.selected}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
