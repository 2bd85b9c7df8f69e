"""What a channel did lately: columns, minutes, and nothing where nobody looked."""

from datetime import date

from app.domain.health import Beat, Freshness, History
from app.domain.market_state import MarketState
from app.domain.roll_up import RollUp
from app.domain.routing import Channel, SourceId
from app.domain.units import MINUTE, SECOND, Ns
from app.engine.trend import COLUMN_S, Trend, worst

DAY = date(2025, 6, 10)
START = Ns(1_749_567_600_000_000_000 // MINUTE * MINUTE)


class Watched:
    """Looks twice a second at a channel in a given state."""

    def __init__(self) -> None:
        self.trend = Trend(SourceId("a"), Channel.NQ_TRADES)
        self.at = -0.5
        self.ended: list[RollUp] = []

    def pass_by(
        self,
        seconds: float,
        freshness: Freshness,
        state: MarketState = MarketState.RTH,
        records: int = 0,
        wanted: bool = True,
        step: float = 0.5,
    ) -> None:
        for _ in range(int(seconds / step)):
            self.at += step
            self.trend.records(records)
            now = Ns(START + int(self.at * SECOND))
            done = self.trend.look(now, Ns(int(self.at * SECOND)), DAY, state, freshness, wanted, wanted)
            if done is not None:
                self.ended.append(done)


def last(watched: Watched, number: int) -> tuple[Beat, ...]:
    return watched.trend.history.beats[-number:]


def test_each_minute_is_a_beat_and_a_roll_up() -> None:
    watched = Watched()
    watched.pass_by(60, Freshness.LIVE, records=1)
    watched.pass_by(30, Freshness.QUIET)
    watched.pass_by(30, Freshness.STALE)
    watched.pass_by(60, Freshness.STALE)
    watched.pass_by(60, Freshness.CLOSED, MarketState.CLOSED)
    watched.pass_by(61, Freshness.LIVE, wanted=False)
    assert last(watched, 6)[:5] == (Beat.GOOD, Beat.PARTLY, Beat.BAD, Beat.CLOSED, Beat.UNSEEN)
    first, second = watched.ended[:2]
    assert (first.start, first.open_s, first.good_s) == (START, 59.5, 59.5)
    assert 118 <= first.records <= 120
    assert (round(second.open_s), round(second.good_s)) == (60, 30)


def test_the_columns_hold_rates_and_percentiles() -> None:
    watched = Watched()
    for ms in range(1, 101):
        watched.trend.latency(float(ms))
    watched.pass_by(COLUMN_S + 1, Freshness.LIVE, records=5)
    history = watched.trend.history
    assert len(history.p95) == 60
    assert (history.p50[-1], history.p95[-1]) == (51.0, 96.0)
    assert 9.0 <= (history.rates[-1] or 0) <= 10.5
    assert history.rates[-2] is None


def test_a_stretch_without_looks_is_not_watched() -> None:
    watched = Watched()
    watched.pass_by(60, Freshness.LIVE)
    watched.pass_by(1_200, Freshness.LIVE, step=600.0)
    assert Beat.UNSEEN in last(watched, 20)
    assert sum(one.open_s for one in watched.ended) < 61


def test_what_was_kept_of_the_last_hour_comes_back() -> None:
    watched = Watched()
    kept = tuple(
        RollUp(SourceId("a"), Channel.NQ_TRADES, Ns(START - n * MINUTE), DAY, MarketState.RTH, 60, good, 1)
        for n, good in ((1, 60.0), (2, 0.0))
    )
    watched.trend.remember(kept, (0.5, 0.9))
    watched.pass_by(61, Freshness.LIVE)
    assert last(watched, 4)[:3] == (Beat.BAD, Beat.GOOD, Beat.GOOD)
    assert (watched.trend.history.uptime_day, watched.trend.history.uptime_month) == (0.5, 0.9)


def test_a_source_is_as_bad_as_its_worst_channel() -> None:
    good = History(15, (1.0, None), (2.0, None), (1.0, None), (Beat.GOOD, Beat.CLOSED), 0.9, None)
    bad = History(15, (5.0, None), (9.0, None), (2.0, None), (Beat.BAD, Beat.UNSEEN), 0.5, 0.7)
    both = worst((good, bad))
    assert both is not None
    assert (both.p95, both.rates) == ((9.0, None), (3.0, None))
    assert both.beats == (Beat.BAD, Beat.CLOSED)
    assert (both.uptime_day, both.uptime_month) == (0.5, 0.7)
    assert worst(()) is None
