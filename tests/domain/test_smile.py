"""The smile: out of the money on both sides, with whiskers that hold the truth."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.chain_metrics import board
from app.domain.contract import Right
from app.domain.smile import smile
from tests.domain.chain_samples import (
    EXPIRATION,
    FUTURE,
    NOW,
    RATE,
    STRIKES,
    sample_chain,
    sample_quotes,
    vol_of,
)

YEARS = 3 / 365


def test_it_takes_puts_below_and_calls_above_the_future() -> None:
    made = smile(board(sample_chain(), EXPIRATION, NOW, RATE), FUTURE, YEARS, RATE)
    assert made is not None
    assert made.strikes.tolist() == STRIKES.tolist()
    assert (made.calls == (STRIKES >= FUTURE)).all()
    assert made.vol == pytest.approx([vol_of(k) for k in STRIKES], abs=5e-4)


def test_the_whiskers_run_from_the_bid_to_the_ask() -> None:
    made = smile(board(sample_chain(), EXPIRATION, NOW, RATE), FUTURE, YEARS, RATE)
    assert made is not None
    assert (made.low < made.vol).all()
    assert (made.vol < made.high).all()


def test_a_strike_without_two_sides_is_left_out() -> None:
    quotes = tuple(
        replace(q, ask=None) if q.contract.right is Right.PUT and q.contract.strike == 21_400 * 10**9 else q
        for q in sample_quotes()
    )
    made = smile(board(sample_chain(quotes), EXPIRATION, NOW, RATE), FUTURE, YEARS, RATE)
    assert made is not None
    assert 21_400 not in made.strikes.tolist()
    assert len(made.strikes) == len(STRIKES) - 1


def test_without_future_time_or_quotes_there_is_none() -> None:
    cells = board(sample_chain(), EXPIRATION, NOW, RATE)
    assert smile(cells, None, YEARS, RATE) is None
    assert smile(cells, FUTURE, None, RATE) is None
    few = board(sample_chain(sample_quotes()[:2]), EXPIRATION, NOW, RATE)
    assert smile(few, FUTURE, YEARS, RATE) is None
    assert np.isfinite(cells.call_vol).any()
