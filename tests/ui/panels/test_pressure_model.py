"""What the chart knows of its bars, gaps and sources."""

from dataclasses import replace
from datetime import date

from app.domain.bars import PressureBar
from app.domain.contract import Contract, Right, Series
from app.domain.routing import Channel
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.domain.updates import BarChanged, GapChanged, InstrumentKnown, RouteSwitched
from app.ui.panels.pressure.model import PressureModel
from tests.ui.feed import DATABENTO, OPENING, TRADOVATE, origin


def changed(second: int, bought: int = 3, instrument: int = 1) -> BarChanged:
    start = Ns(OPENING + second * SECOND)
    bar = PressureBar(instrument, start, 1, bought, 1, 0, 2, *(px(21_000),) * 4)
    return BarChanged(bar, SideQuality.EXCHANGE, origin(start))


def test_a_revised_bar_replaces_the_one_before() -> None:
    model = PressureModel()
    for update in (changed(0), changed(1), changed(0, bought=9)):
        model.apply(update)
    bars = model.bars(1)
    assert bars is not None
    assert bars.all().bought.tolist() == [9, 3]


def test_bars_of_options_are_not_kept() -> None:
    model = PressureModel()
    model.apply(changed(0, instrument=7))
    option = Contract(Series("Q3D", 2026, 11), px(21_000), Right.CALL, date(2026, 11, 19))
    model.apply(InstrumentKnown(7, option.raw, None, option, None, origin(OPENING)))
    model.apply(changed(1, instrument=7))
    assert model.bars(7) is None


def test_without_a_flow_the_last_price_is_the_newest_close_and_without_bars_nothing() -> None:
    model = PressureModel()
    assert model.last(1) is None
    model.apply(changed(0))
    assert model.last(1) == px(21_000)


def test_gaps_of_a_second_and_more_are_shown_until_they_are_filled() -> None:
    model = PressureModel()
    start, end = OPENING, Ns(OPENING + 5 * SECOND)
    gap = GapChanged(DATABENTO, Channel.NQ_TRADES, start, None, False, "cut")
    model.apply(gap)
    now = Ns(OPENING + 3 * SECOND)
    assert model.gaps(now) == ((start, now),)
    model.apply(replace(gap, end=end))
    assert model.gaps(now) == ((start, end),)
    assert model.filling()
    model.apply(replace(gap, end=end, filled=True))
    assert model.gaps(now) == ()
    short = GapChanged(DATABENTO, Channel.NQ_TRADES, start, Ns(start + SECOND // 2), False, "blink")
    model.apply(short)
    assert model.gaps(now) == ()


def test_the_holes_of_a_source_that_feeds_another_number_are_none_of_this_chart() -> None:
    model = PressureModel()
    start, now = Ns(OPENING), Ns(OPENING + 60 * SECOND)
    bar = changed(0, instrument=9).bar
    model.apply(BarChanged(bar, SideQuality.INFERRED, origin(start, TRADOVATE)))
    model.apply(GapChanged(DATABENTO, Channel.NQ_TRADES, start, Ns(OPENING + 9 * SECOND), False, "cut"))
    model.watched = 9
    assert model.gaps(now) == ()
    assert not model.filling()
    model.apply(GapChanged(TRADOVATE, Channel.NQ_TRADES, start, None, False, "cut"))
    assert model.gaps(now) == ((start, now),)
    model.watched = None
    assert len(model.gaps(now)) == 2


def test_gaps_of_other_channels_do_not_break_the_price() -> None:
    model = PressureModel()
    model.apply(GapChanged(DATABENTO, Channel.OPT_QUOTES, OPENING, None, False, "cut"))
    assert model.gaps(Ns(OPENING + 60 * SECOND)) == ()


def test_a_source_switch_is_remembered_but_the_first_route_is_none() -> None:
    model = PressureModel()
    model.apply(RouteSwitched(Channel.NQ_TRADES, DATABENTO, TRADOVATE, "auto", "stale", OPENING))
    model.apply(RouteSwitched(Channel.OPT_CHAIN, DATABENTO, TRADOVATE, "auto", "stale", OPENING))
    assert [switch.source for switch in model.switches] == [TRADOVATE]
