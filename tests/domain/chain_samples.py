"""A chain with a smile whose volatility is known, for tests of what is worked out from one."""

from datetime import date

import numpy as np

from app.domain import black76
from app.domain.chain import Chain, Quote, Underlying, Verdict
from app.domain.chain_metrics import board, strip, years_left
from app.domain.chain_updates import ChainArrived
from app.domain.contract import Contract, Right, Series
from app.domain.health import Freshness
from app.domain.interest import InterestChange
from app.domain.routing import Provenance, SourceId, delayed
from app.domain.smile import smile
from app.domain.units import DAY, Ns, px

NOW = Ns(1_750_000_000 * 10**9)
EXPIRATION = Ns(NOW + 3 * DAY)
SERIES = Series("Q2C", 2025, 6)
FUTURE, RATE = 21_603.25, 0.04
STRIKES = np.arange(21_300.0, 21_901.0, 25.0)


def vol_of(strike: float) -> float:
    return float(0.2 + ((strike - FUTURE) / 8_000) ** 2)


def sample_quotes() -> tuple[Quote, ...]:
    made = []
    for right in Right:
        call = np.full(STRIKES.shape, right is Right.CALL)
        vols = np.array([vol_of(k) for k in STRIKES])
        fair = black76.price(FUTURE, STRIKES, 3 / 365, RATE, vols, call)
        for strike, value in zip(STRIKES, fair, strict=True):
            contract = Contract(SERIES, px(strike), right, date(2025, 6, 18))
            bid, ask = px(round(value, 4) - 0.5), px(round(value, 4) + 0.5)
            made.append(Quote(contract, contract.raw, bid=bid, ask=ask, volume=3, open_interest=7))
    return tuple(made)


def sample_chain(quotes: tuple[Quote, ...] | None = None) -> Chain:
    return Chain(
        SourceId("barchart"), SERIES, "MC2M25", NOW, Ns(NOW - 600 * 10**9), delayed(10),
        sample_quotes() if quotes is None else quotes, underlying=Underlying("NQM25", px(FUTURE)),
    )  # fmt: skip


def sample_arrived(
    quotes: tuple[Quote, ...] | None = None,
    freshness: Freshness = Freshness.LIVE,
    interest: InterestChange | None = None,
) -> ChainArrived:
    chain = sample_chain(quotes)
    cells = board(chain, EXPIRATION, NOW, RATE)
    summed = strip(chain, cells, EXPIRATION, NOW)
    made = smile(cells, summed.future, years_left(EXPIRATION, NOW), RATE)
    origin = Provenance(chain.source, chain.fidelity, chain.as_of, NOW, NOW, "s1")
    return ChainArrived(
        chain, Verdict(True), freshness, "live", "c1", origin, cells, summed, EXPIRATION, made, interest
    )
