"""A replay of quotes on a connection of its own: all of them, in time, or an error."""

from collections.abc import Callable, Iterator

import pytest

from app.domain.errors import NotEntitled, Unavailable
from app.domain.units import SECOND, Ns
from app.engine.feeds import SourceContext
from app.sources.databento.past_quotes import PastQuotes
from app.system.clock import RealClock
from tests.sources.databento.gateway import KEY, Gateway, Play, Talk, error, heartbeat, mapping, quote, stay

S = int(SECOND)
Replay = Callable[[Play], tuple[PastQuotes, Gateway]]


@pytest.fixture
def replay(make_context: Callable[..., SourceContext]) -> Iterator[Replay]:
    gateways: list[Gateway] = []

    def begin(play: Play) -> tuple[PastQuotes, Gateway]:
        gateways.append(Gateway(play))
        addresses = {"databento_live": gateways[-1].address}
        return PastQuotes(make_context("databento", RealClock(), addresses, {"databento": KEY})), gateways[-1]

    yield begin
    for gateway in gateways:
        gateway.stop()


def _sends(*pieces: bytes) -> Play:
    def play(talk: Talk) -> None:
        talk.begin()
        for piece in pieces:
            talk.send(piece)
        stay(talk)

    return play


def test_the_quotes_of_a_span_come_in_order_and_the_connection_ends(replay: Replay) -> None:
    quotes = [quote(100.0 + n, 100.25 + n, at=n * S) for n in range(8)]
    past, gateway = replay(_sends(mapping(), *quotes[:4], heartbeat(), *quotes[4:]))
    tops = past.quotes(("NQZ6",), Ns(2 * S), Ns(6 * S))
    assert tops.ts_event.tolist() == [n * S for n in range(2, 6)]
    assert tops.bid.tolist() == [int((100 + n) * 1e9) for n in range(2, 6)]
    assert tops.ask_size.tolist() == [6] * 4
    assert gateway.left.wait(5)
    (asked,) = [line for line in gateway.talks[0].lines if line.startswith("schema=")]
    assert "schema=mbp-1" in asked
    assert f"start={2 * S}" in asked


def test_of_one_moment_the_last_quote_is_kept(replay: Replay) -> None:
    quotes = [quote(100.0 + n, 101.0 + n, at=S + n) for n in range(5)]
    past, _ = replay(_sends(mapping(), *quotes, quote(1, 2, at=9 * S)))
    tops = past.quotes(("NQZ6",), Ns(S), Ns(2 * S))
    assert tops.bid.tolist() == [int(104e9)]


def test_a_replay_that_breaks_off_is_no_answer(replay: Replay) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(mapping() + quote(100, 101, at=S))

    past, _ = replay(play)
    with pytest.raises(Unavailable, match="broke off"):
        past.quotes(("NQZ6",), Ns(S), Ns(2 * S))


def test_a_refused_replay_says_so(replay: Replay) -> None:
    past, _ = replay(_sends(error(5, "Not authorized for mbp-1 schema")))
    with pytest.raises(NotEntitled):
        past.quotes(("NQZ6",), Ns(S), Ns(2 * S))
