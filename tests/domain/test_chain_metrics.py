"""What a chain says as a whole, and what it must not say."""

from datetime import date

import pytest

from app.domain import black76
from app.domain.chain import Chain, Quote, Underlying
from app.domain.chain_metrics import FutureFrom, board, implied_future, own_future, strip
from app.domain.contract import Contract, Right, Series
from app.domain.routing import SourceId, delayed
from app.domain.units import DAY, Ns, px

NOW = Ns(1_750_000_000 * 10**9)
EXPIRATION = Ns(NOW + 2 * DAY)
SERIES = Series("Q2A", 2025, 6)


def quote(strike: float, right: Right, bid: float | None, ask: float | None, **more: object) -> Quote:
    contract = Contract(SERIES, px(strike), right, date(2025, 6, 17))
    return Quote(
        contract,
        f"{strike}{right.value}",
        bid=None if bid is None else px(bid),
        ask=None if ask is None else px(ask),
        **more,  # type: ignore[arg-type]
    )


def chain(*quotes: Quote, underlying: Underlying | None = None) -> Chain:
    return Chain(SourceId("barchart"), SERIES, "MC7M25", NOW, NOW, delayed(10), quotes, underlying=underlying)


def smile(future: float = 20_003.0, vol: float = 0.2) -> tuple[Quote, ...]:
    import numpy as np

    strikes = np.arange(19_900.0, 20_110.0, 10.0)
    rows = []
    for right in Right:
        fair = black76.price(
            future,
            strikes,
            2 / 365,
            0.0,
            np.full(strikes.shape, vol),
            np.full(strikes.shape, right is Right.CALL),
        )
        rows += [
            quote(k, right, round(p, 2) - 0.5, round(p, 2) + 0.5) for k, p in zip(strikes, fair, strict=True)
        ]
    return tuple(rows)


def test_the_page_price_is_the_chains_own_future() -> None:
    with_page = chain(*smile(), underlying=Underlying("NQM25", px(20_010)))
    assert own_future(with_page) == (20_010.0, FutureFrom.PAGE)


def test_without_a_page_price_the_quotes_imply_the_future() -> None:
    future, said_by = own_future(chain(*smile()))
    assert future == pytest.approx(20_003.0, abs=0.05)
    assert said_by is FutureFrom.PARITY


def test_one_sided_quotes_imply_nothing() -> None:
    lonely = chain(quote(20_000, Right.CALL, None, 5.0), quote(20_000, Right.PUT, 4.0, 5.0))
    assert implied_future(lonely) is None
    assert own_future(lonely) == (None, None)


def test_the_strip_of_a_plain_smile() -> None:
    of = chain(*smile())
    b = board(of, EXPIRATION, NOW, 0.0)
    s = strip(of, b, EXPIRATION, NOW)
    assert s.atm_vol == pytest.approx(0.2, abs=0.002)
    assert s.straddle == pytest.approx(0.8 * 20_003 * 0.2 * (2 / 365) ** 0.5, rel=0.01)
    assert s.expected_move == pytest.approx(20_003 * 0.2 * (2 / 365) ** 0.5, rel=0.01)
    assert s.days == pytest.approx(2.0)
    assert b.at_the_money is not None
    assert b.strikes[b.at_the_money] == 20_000
    assert b.call_greeks.delta[b.at_the_money] == pytest.approx(0.5, abs=0.02)


def test_volume_of_the_prior_session_stays_out_of_the_ratio() -> None:
    of = chain(
        quote(20_000, Right.CALL, 1, 2, volume=10),
        quote(20_000, Right.PUT, 1, 2, volume=30),
        quote(20_010, Right.PUT, 1, 2, volume=500, volume_is_prior_session=True),
    )
    s = strip(of, board(of, EXPIRATION, NOW, 0.0), EXPIRATION, NOW)
    assert s.volume_ratio == 3.0


def test_missing_is_none_and_not_zero() -> None:
    of = chain(quote(20_000, Right.CALL, 1, 2), quote(20_000, Right.PUT, None, 2))
    s = strip(of, board(of, None, NOW, 0.0), None, NOW)
    assert (s.volume_ratio, s.interest_ratio, s.max_pain, s.atm_vol, s.straddle, s.expected_move) == (
        None,
    ) * 6


def test_max_pain_is_where_the_buyers_lose_most() -> None:
    of = chain(
        quote(19_900, Right.PUT, 1, 2, open_interest=10),
        quote(20_000, Right.CALL, 1, 2, open_interest=100),
        quote(20_000, Right.PUT, 1, 2, open_interest=100),
        quote(20_100, Right.CALL, 1, 2, open_interest=10),
    )
    assert strip(of, board(of, None, NOW, 0.0), None, NOW).max_pain == 20_000.0
