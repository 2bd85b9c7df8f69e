"""One chain put together from what a tick source brings: definitions, quotes, trades, statistics.

Made in one go of one source, so it is as atomic as a page. What was not said stays unsaid: an option without
a quote yet has none, and without the whole session its volume is that of the session before, marked so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.chain import Chain, ExpirySaidBy, Quote, Underlying
from app.domain.contract import Contract, Series
from app.domain.routing import SNAPSHOT, SourceId
from app.domain.ticks import TopOfBook
from app.domain.units import Ns, Px
from app.engine.instruments import Instrument
from app.engine.option_day import OptionDay, OptionSaid

_NOTHING: Final = OptionSaid()


@dataclass(frozen=True, slots=True)
class Ingredients:
    """Of one series. `whole`: every trade of the session was seen. `future` is the price of the underlying
    as the same source has it now; None when that is not fresh.
    """

    source: SourceId
    series: Series
    listed: tuple[Instrument, ...]
    tops: Iterable[TopOfBook]
    day: OptionDay
    whole: bool
    underlying: str
    future: Px | None
    now: Ns


def tick_chain(of: Ingredients) -> Chain:
    tops = {top.instrument_id: top for top in of.tops}
    quotes = tuple(_quotes(of, tops))
    times = [at for q in quotes for at in (q.quote_time, q.trade_time) if at is not None]
    named = next((i.option.expiry for i in of.listed if i.option is not None and i.option.expiry), None)
    days = [said.interest.day for i in of.listed if (said := of.day.get(i.id)) and said.interest]
    return Chain(
        source=of.source,
        series=of.series,
        vendor_series=of.series.raw,
        received=of.now,
        as_of=max(times, default=of.now),
        fidelity=SNAPSHOT,
        quotes=quotes,
        claimed_total=len(of.listed),
        expiry=named,
        expiry_said_by=None if named is None else ExpirySaidBy.DEFINITION,
        underlying=Underlying(of.underlying, of.future) if of.underlying else None,
        interest_date=max(days, default=None),
    )


def _quotes(of: Ingredients, tops: dict[int, TopOfBook]) -> Iterator[Quote]:
    for one in of.listed:
        if one.option is not None:
            yield _quote(one.option, tops.get(one.id), of.day.get(one.id) or _NOTHING, of.whole)


def _quote(contract: Contract, top: TopOfBook | None, said: OptionSaid, whole: bool) -> Quote:
    settled = said.last is None and said.settlement is not None
    prior = not whole and said.cleared is not None
    return Quote(
        contract,
        contract.raw,
        bid=None if top is None else top.bid,
        ask=None if top is None else top.ask,
        last=Px(said.settlement.value) if settled and said.settlement else said.last,
        is_settlement=settled,
        volume=said.cleared.value if prior and said.cleared else said.volume if whole else None,
        volume_date=said.cleared.day if prior and said.cleared else None,
        volume_is_prior_session=prior,
        open_interest=None if said.interest is None else said.interest.value,
        trade_time=None if said.last is None else said.last_at,
        settlement_date=said.settlement.day if settled and said.settlement else None,
        quote_time=None if top is None else top.ts_event,
    )
