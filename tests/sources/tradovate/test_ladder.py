"""Depth as Tradovate adds it up: in order, without empty prices, and nothing made up."""

from typing import Any

import pytest

from app.domain.units import Ns, ns_from_iso, px
from app.sources.tradovate.ladder import ladder_of
from app.sources.tradovate.merging import instrument_of

SAID: dict[str, Any] = {
    "contractId": 3_202_506,
    "timestamp": "2025-06-09T14:30:00.123Z",
    "bids": [{"price": 20_999.75, "size": 5}, {"price": 21_000.0, "size": 3}, {"price": 20_999.5, "size": 0}],
    "offers": [{"price": 21_000.5, "size": 2.0}, {"price": 21_000.25, "size": 1}],
}


def test_levels_stand_best_first_and_empty_ones_are_none() -> None:
    ladder = ladder_of(SAID, Ns(7))
    assert ladder.instrument_id == instrument_of(3_202_506)
    assert (ladder.ts_event, ladder.ts_recv) == (ns_from_iso(SAID["timestamp"]), 7)
    assert ladder.bids == ((px(21_000.0), 3), (px(20_999.75), 5))
    assert ladder.asks == ((px(21_000.25), 1), (px(21_000.5), 2))


def test_a_side_that_is_not_told_is_empty() -> None:
    assert ladder_of({**SAID, "offers": None}, Ns(7)).asks == ()


@pytest.mark.parametrize("lacking", ["contractId", "timestamp"])
def test_what_is_no_depth_is_refused(lacking: str) -> None:
    with pytest.raises(KeyError):
        ladder_of({name: value for name, value in SAID.items() if name != lacking}, Ns(7))
