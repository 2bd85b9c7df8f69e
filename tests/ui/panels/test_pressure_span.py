"""The stretch of time on the chart."""

import pytest

from app.ui.panels.pressure.span import Span

NOW = 1_800_000_000.0


def test_following_shows_the_newest_trade_with_a_little_air() -> None:
    left, right = Span(3600).window(NOW, NOW, 1000)
    assert right - left == pytest.approx(3600)
    assert NOW < right < NOW + 120


def test_the_edge_rests_until_a_pixel_has_passed() -> None:
    span = Span(3600)
    edges = {span.window(NOW + tenth / 10, NOW, 1000) for tenth in range(30)}
    assert len(edges) <= 2


def test_a_market_long_silent_shows_its_last_trades() -> None:
    _, right = Span(900).window(NOW, NOW - 86_400, 1000)
    assert right == pytest.approx(NOW - 86_400, abs=60)


def test_zoom_keeps_the_right_edge_while_following_and_the_mouse_elsewhere() -> None:
    span = Span(3600)
    window = span.window(NOW, NOW, 1000)
    span.zoom(0.5, window[0] + 100, window)
    assert span.following
    assert span.seconds == 1800
    span.stay(span.window(NOW, NOW, 1000))
    left, right = span.window(NOW, NOW, 1000)
    at = left + 450
    span.zoom(0.5, at, (left, right))
    new_left, new_right = span.window(NOW, NOW, 1000)
    assert (at - new_left) / (new_right - new_left) == pytest.approx((at - left) / (right - left))


def test_panning_back_stops_following_and_beyond_now_starts_it_again() -> None:
    span = Span(3600)
    window = span.window(NOW, NOW, 1000)
    span.pan(600, window, NOW)
    assert not span.following
    assert span.window(NOW + 500, NOW, 1000) == (window[0] - 600, window[1] - 600)
    span.pan(-5_000, span.window(NOW, NOW, 1000), NOW)
    assert span.following


def test_since_the_open_grows_with_time() -> None:
    span = Span(900)
    span.show_from(NOW - 7_200)
    left, right = span.window(NOW, NOW, 1000)
    assert left <= NOW - 7_190
    later = span.window(NOW + 3_600, NOW + 3_600, 1000)
    assert later[0] == pytest.approx(left, abs=200)
    assert later[1] > right


def test_the_span_has_a_shortest_and_a_longest() -> None:
    span = Span(3600)
    window = span.window(NOW, NOW, 1000)
    for _ in range(100):
        span.zoom(0.5, NOW, window)
    assert span.seconds == 30
    for _ in range(100):
        span.zoom(2.0, NOW, window)
    assert span.seconds == 4 * 86_400
    span.reset()
    assert span.seconds == 3600
