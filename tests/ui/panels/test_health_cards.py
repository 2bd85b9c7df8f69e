"""Source health without a window: what a card says."""

from dataclasses import replace

import pytest

from app.domain.health import Beat, Breaker, Freshness, History, Link, Role, Score, SourceHealth
from app.domain.routing import Channel
from app.domain.units import SECOND, MicroUsd, Ns, ns_from_iso
from app.ui.health_looks import look
from app.ui.panels.health.card import Card, CardCell, ChannelLine
from app.ui.panels.health.model import HealthModel
from app.ui.panels.health.tips import channel_tip
from app.ui.widgets.cells import Mark
from tests.ui.feed import BARCHART, DATABENTO, MASSIVE, channel

HISTORY = History(
    15,
    tuple(12.0 + n % 7 for n in range(60)),
    tuple(31.0 + n % 11 * 3 for n in range(60)),
    tuple(None if n == 40 else 4_000.0 + n % 9 * 80 for n in range(60)),
    (*(Beat.UNSEEN,) * 20, *(Beat.GOOD,) * 25, Beat.PARTLY, Beat.BAD, Beat.BAD, *(Beat.GOOD,) * 12),
    0.998,
    0.9991,
)


def model_of(**changed: object) -> HealthModel:
    model = HealthModel()
    one = channel(DATABENTO, Channel.NQ_TRADES, **changed)
    model.put(SourceHealth(DATABENTO, "Databento", (one,)), Ns(0))
    return model


def card(model: HealthModel, at: float = 0.0) -> Card:
    cell = model.rows(Ns(int(at * SECOND)))[0].cells[0]
    assert isinstance(cell, CardCell)
    assert isinstance(cell.shown, Card)
    return cell.shown


def test_only_fresh_data_of_a_working_link_is_green() -> None:
    green = [
        (link, fresh)
        for link in Link
        for fresh in Freshness
        if look(channel(DATABENTO, Channel.NQ_TRADES, link=link, freshness=fresh)).colour == "up"
    ]
    assert green == [(Link.UP, Freshness.LIVE)]


def test_states_differ_by_shape_as_well_as_colour() -> None:
    shapes = {
        word: look(channel(DATABENTO, Channel.NQ_TRADES, link=link, freshness=fresh)).mark
        for word, link, fresh in (
            ("live", Link.UP, Freshness.LIVE),
            ("stale", Link.UP, Freshness.STALE),
            ("down", Link.DOWN, Freshness.STALE),
            ("off", Link.DISABLED, Freshness.UNKNOWN),
            ("closed", Link.UP, Freshness.CLOSED),
        )
    }
    assert set(shapes.values()) == set(Mark)


def test_four_pills_say_the_four_axes() -> None:
    assert [pill.word for pill in card(model_of()).pills] == ["up", "live", "breaker ok", "active"]
    open_ = model_of(link=Link.DOWN, freshness=Freshness.STALE, breaker=Breaker.OPEN, reopen_in_s=24.0,
                     role=Role.EXCLUDED, excluded_for_s=0.0)  # fmt: skip
    assert [pill.word for pill in card(open_, 4.0).pills] == ["down", "stale", "open 20 s", "excluded"]


def test_the_worst_channel_decides_and_says_how_many_it_concerns() -> None:
    model = HealthModel()
    three = tuple(channel(DATABENTO, k) for k in (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.BARS))
    late = replace(three[1], freshness=Freshness.STALE, age_s=12.0)
    model.put(SourceHealth(DATABENTO, "Databento", (three[0], late, three[2])), Ns(0))
    shown = card(model)
    assert shown.pills[1].word == "stale 1/3"
    assert shown.mark is Mark.WARN
    assert (shown.age, shown.struck) == ("12 s", True)


def test_the_age_ticks_without_a_word_from_the_engine() -> None:
    model = model_of(age_s=2.0)
    assert card(model).age == "2.0 s"
    assert card(model, 10.0).age == "12 s"


def test_a_stale_age_is_struck_and_a_missing_one_is_a_dash() -> None:
    assert card(model_of(age_s=40.0, freshness=Freshness.STALE)).struck
    none_yet = card(model_of(freshness=Freshness.UNKNOWN))
    assert none_yet.age == "—"
    assert not none_yet.struck


def test_a_share_of_fewer_than_five_calls_is_a_dash() -> None:
    few = {name: (value, colour) for name, value, colour in card(model_of(error_calls=4)).facts}
    many = model_of(error_calls=100, error_share=0.3)
    said = {name: (value, colour) for name, value, colour in card(many).facts}
    assert few["err"] == ("— (n 4)", "faint")
    assert said["err"] == ("30% (n 100)", "down")


def test_uptime_gaps_reconnects_quota_and_cost_are_on_the_card() -> None:
    model = HealthModel()
    one = channel(BARCHART, Channel.OPT_CHAIN, gaps_today=2, reconnects_today=1)
    health = SourceHealth(BARCHART, "Barchart", (one,), quota="asked 5 of 10 a minute",
                          cost_month=MicroUsd(2_500_000), history=HISTORY)  # fmt: skip
    model.put(health, Ns(0))
    said = [(name, value) for name, value, _ in card(model).facts]
    assert ("up 24 h", "99.8%") in said
    assert ("30 d", "99.9%") in said
    assert ("gaps", "2") in said
    assert ("rec.", "1") in said
    assert ("", "$2.50") in said
    assert ("", "asked 5 of 10 a minute") in said


def test_the_tooltip_lists_the_four_parts_of_the_score() -> None:
    model = model_of(score=Score(91.0, 0.9, 1.0, 0.8, 1.0, 40))
    assert card(model).score == "H 91"
    model.open("databento/")
    tip = model.rows(Ns(0))[1].cells[0].tip
    assert "success 90% · freshness 100% · latency 80% · valid fields 100%" in tip


def test_a_source_that_failed_to_load_is_listed_with_its_reason() -> None:
    model = HealthModel()
    model.put(SourceHealth(BARCHART, "Barchart", (), broken="No module named bs4"), Ns(0))
    assert card(model).note == "broken: No module named bs4"
    assert "1 down" in model.summary()


@pytest.mark.parametrize(
    ("p95", "colour"), [(80.0, "up"), (81.0, "dim"), (151.0, "warn"), (301.0, "down"), (None, "dim")]
)
def test_the_latency_of_a_stream_is_coloured_by_its_bands(p95: float | None, colour: str) -> None:
    model = model_of(latency_p50_ms=12.0, latency_p95_ms=p95)
    assert card(model).latency_colour == colour
    model.bands = (1.0, 2.0, 1_000.0)
    assert card(model).latency_colour == ("dim" if p95 is None else "warn")


def test_feed_and_venue_latency_are_told_apart_and_a_negative_one_is_skew() -> None:
    figures = {"latency_p50_ms": 12.0, "latency_p95_ms": 31.0, "venue_p50_ms": 0.4, "venue_p95_ms": 2.0}
    one = channel(DATABENTO, Channel.NQ_TRADES, **figures)
    source = SourceHealth(DATABENTO, "Databento", (one,))
    tip = channel_tip(source, one, 0.0)
    assert "feed latency p50 12 ms · p95 31 ms" in tip
    assert "venue latency p50 0.4 ms · p95 2.0 ms" in tip
    assert "skew" not in tip
    ahead = channel_tip(source, replace(one, latency_p50_ms=-40.0), 0.0)
    assert "clock skew" in ahead
    polled = channel(BARCHART, Channel.OPT_CHAIN, latency_p50_ms=400.0, latency_p95_ms=900.0)
    assert "answered in: latency p50 400 ms" in channel_tip(source, polled, 0.0)
    skewed = model_of(latency_p50_ms=-3.0, latency_p95_ms=31.0)
    assert card(skewed).latency == "clock skew"


def test_a_source_that_asked_to_be_left_alone_says_until_when() -> None:
    until = ns_from_iso("2025-06-10T14:31:05Z")
    one = channel(MASSIVE, Channel.BARS, excluded_for_s=60.0, excluded_until=until)
    tip = channel_tip(SourceHealth(MASSIVE, "Massive", (one,)), one, 0.0)
    assert "rate limited until 09:31:05 CT" in tip


def test_a_card_opens_into_a_line_a_channel() -> None:
    model = model_of(schema="mbp-10", note="mbo refused: single orders")
    assert len(model.rows(Ns(0))) == 1
    model.toggle("databento/")
    cell = model.rows(Ns(0))[1].cells[0]
    assert isinstance(cell, CardCell)
    assert isinstance(cell.shown, ChannelLine)
    assert cell.shown.note == "mbp-10 · mbo refused: single orders"
    model.toggle("databento/nq.trades")
    assert len(model.rows(Ns(0))) == 1
