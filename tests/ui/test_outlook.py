"""The worst state wins, and green is said only of what is fresh."""

from dataclasses import replace

import pytest

from app.domain.health import Freshness, Link, SourceHealth
from app.domain.routing import Channel
from app.domain.units import Ns
from app.domain.updates import HealthChanged, NetworkChecked, RouteChanged
from app.ui.outlook import Outlook
from tests.ui.feed import DATABENTO, OPENING, channel

_CHART = (("Chart", (Channel.NQ_TRADES,)),)


def outlook(**changed: object) -> Outlook:
    made = Outlook()
    fed = channel(DATABENTO, Channel.NQ_TRADES, **changed)
    made.apply(HealthChanged(SourceHealth(DATABENTO, "Databento", (fed,))))
    made.apply(RouteChanged(Channel.NQ_TRADES, DATABENTO, None, False, "first", Ns(OPENING)))
    return made


def test_all_fresh_is_green_and_the_engines_silence_is_not() -> None:
    fresh = outlook()
    assert fresh.worst(silent=False).colour == "up"
    assert fresh.of_panels(_CHART, silent=False).colour == "up"
    assert fresh.worst(silent=True).colour == "down"
    assert fresh.of_panels(_CHART, silent=True).colour == "down"


@pytest.mark.parametrize("state", Freshness)
def test_a_window_is_green_only_while_what_it_shows_is_live_or_closed(state: Freshness) -> None:
    word = outlook(freshness=state).of_panels(_CHART, silent=False)
    assert (word.colour == "up") == (state in (Freshness.LIVE, Freshness.CLOSED))


def test_a_panel_whose_channel_nobody_feeds_is_not_green() -> None:
    fresh = outlook()
    shown = (*_CHART, ("Chain", (Channel.OPT_CHAIN,)))
    assert fresh.of_panels(shown, silent=False).text == "Chain: no data"
    assert fresh.of_panels((), silent=False).colour == "idle"


@pytest.mark.parametrize(
    ("link", "word"),
    [
        (Link.DOWN, "down"),
        (Link.AUTH_FAILED, "key refused"),
        (Link.NOT_ENTITLED, "not entitled"),
        (Link.RECONNECTING, "reconnecting"),
    ],
)
def test_a_bad_link_wins_over_everything_that_is_only_stale(link: Link, word: str) -> None:
    made = outlook(link=link, freshness=Freshness.STALE)
    assert made.worst(silent=False).text == f"Databento: {word}"
    assert made.worst(silent=False).colour == "down"
    assert made.of_panels(_CHART, silent=False).colour == "down"


def test_sources_without_a_key_are_named_when_nothing_else_is_in_use() -> None:
    word = outlook(link=Link.NO_KEY, freshness=Freshness.UNKNOWN).worst(silent=False)
    assert (word.text, word.colour) == ("Databento: no key", "faint")
    off = outlook(link=Link.DISABLED, freshness=Freshness.UNKNOWN).worst(silent=False)
    assert off.text == "no source is switched on"


def test_without_a_network_that_alone_is_said() -> None:
    made = outlook(link=Link.DOWN)
    made.apply(NetworkChecked(False, Ns(OPENING), "No network."))
    assert made.worst(silent=False).text == "No network."
    made.apply(NetworkChecked(True, Ns(OPENING)))
    assert "Databento" in made.worst(silent=False).text


def test_a_flapping_channel_is_said_although_its_source_is_fresh() -> None:
    made = outlook()
    made.apply(replace(made.routes[0], flapping=True))
    assert made.worst(silent=False).text == "nq.trades: flapping, held"
