"""What sources show without a price for each request, as schemas of those that are paid by the request."""

from collections.abc import Collection, Iterable
from typing import Final

from app.domain.advice import FreeOffer
from app.domain.routing import RECORDED, Channel, SourceId
from app.domain.units import DAY, HOUR, Ns
from app.engine.feeds import SourceSpec

# the newest interest and settlements, and the bars that a chart begins with
_SHOWN: Final = {Channel.OPT_OI: ("statistics", Ns(DAY)), Channel.BARS: ("ohlcv-1m", Ns(HOUR))}


def free_offers(specs: Iterable[SourceSpec], in_use: Collection[SourceId]) -> tuple[FreeOffer, ...]:
    """A source that needs a key counts only if its plan is `in_use`; one that sells history does not."""
    able = (
        spec
        for spec in specs
        if spec.history_feed is None
        and (spec.id in in_use or not any(secret.required for secret in spec.secrets))
    )
    return tuple(
        FreeOffer(spec.id, (schema,), reach)
        for spec in able
        for offer in spec.offers
        for schema, reach in (_SHOWN.get(offer.channel, ("", Ns(0))),)
        if schema and offer.fidelity != RECORDED
    )
