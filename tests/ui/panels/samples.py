"""A desk without an engine, and a chain that could have come from one, for panels tested on their own."""

from concurrent.futures import Future
from datetime import date
from typing import Any

import numpy as np

from app.domain import black76
from app.domain.chain import Chain, ExpirySaidBy, Quote, Underlying, Verdict
from app.domain.chain_metrics import board, strip, years_left
from app.domain.contract import Contract, Right, Series
from app.domain.health import Freshness
from app.domain.interest import InterestChange
from app.domain.routing import Provenance, SourceId, delayed
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.smile import smile
from app.domain.units import DAY, MINUTE, Ns, ns_from_iso, px
from app.domain.updates import ChainArrived, Mode
from app.ui.desk import Desk
from app.ui.format import CT
from app.ui.palettes import colours_for
from app.ui.pending import Pending
from app.ui.watch import Watch

NOW = ns_from_iso("2026-11-18T16:31:00Z")
SERIES = Series("Q3D", 2026, 11)
FUTURE = 25_013.25


class StillClock:
    def now(self) -> Ns:
        return NOW

    def monotonic(self) -> Ns:
        return NOW


class Asked:
    """Notes what the user asked for and answers at once."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> "Future[Any]":
            self.calls.append((name, arguments))
            answer: Future[Any] = Future()
            answer.set_result(None)
            return answer

        return call


def desk(asked: Asked, said: list[str]) -> Desk:
    return Desk(
        commands=asked,
        clock=StillClock(),
        calendar=Calendar(),
        watch=Watch(),
        pending=Pending(said.append),
        colours=colours_for("dark", "LIVE"),
        zone=CT,
        settings=Settings(),
        mode=Mode.LIVE,
        say=said.append,
        show=lambda panel, subject: said.append(f"{panel}: {subject}"),
    )


def quotes() -> tuple[Quote, ...]:
    strikes = np.arange(24_000.0, 26_000.0, 10.0)
    made = []
    for right in Right:
        call = np.full(strikes.shape, right is Right.CALL)
        vol = 0.19 + ((strikes - FUTURE) / 25_000) ** 2
        fair = black76.price(FUTURE, strikes, 1.2 / 365, 0.04, vol, call)
        for i, (k, value) in enumerate(zip(strikes, fair, strict=True)):
            contract = Contract(SERIES, px(k), right, date(2026, 11, 19))
            bid = px(round(value * 4) / 4 - 0.5) if value > 1 else None
            ask = px(round(value * 4) / 4 + 0.5) if value > 0.2 else None
            made.append(
                Quote(
                    contract,
                    contract.raw,
                    bid=bid,
                    ask=ask,
                    last=px(round(value * 4) / 4),
                    is_settlement=i % 7 == 0,
                    settlement_date=date(2026, 11, 17) if i % 7 == 0 else None,
                    trade_time=None if i % 7 == 0 else Ns(NOW - (11 * 60 + 3 * i) * 10**9),
                    volume=None if i % 5 == 0 else 10 + i,
                    volume_is_prior_session=i % 7 == 0,
                    open_interest=None if i % 9 == 0 else 3 * i + 1,
                )
            )
    return tuple(made)


def arrived(*, freshness: Freshness = Freshness.LIVE) -> ChainArrived:
    received = Ns(NOW - 12 * 10**9)
    expiration = Ns(NOW + DAY + 5 * 60 * MINUTE)
    chain = Chain(
        SourceId("barchart"),
        SERIES,
        "MM8X26",
        received,
        Ns(received - 10 * MINUTE),
        delayed(10),
        quotes(),
        claimed_total=400,
        expiry=date(2026, 11, 19),
        expiry_said_by=ExpirySaidBy.PAGE,
        underlying=Underlying("NQZ26", px(FUTURE)),
    )
    cells = board(chain, expiration, NOW, 0.04)
    summed = strip(chain, cells, expiration, NOW)
    smiling = smile(cells, summed.future, years_left(expiration, NOW), 0.04)
    return ChainArrived(
        chain,
        Verdict(True, two_sided=0.93, with_volume=0.6),
        freshness,
        "live",
        "c1",
        Provenance(chain.source, chain.fidelity, chain.as_of, received, NOW, "s1"),
        cells,
        summed,
        expiration,
        smiling,
        InterestChange(date(2026, 11, 17), date(2026, 11, 16), {"Q3DX6 C25010": 42, "Q3DX6 P25010": -7}),
    )
