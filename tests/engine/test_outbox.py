"""The way to the screen: newest states, bounded streams, counted drops."""

import threading

from app.domain.health import Freshness
from app.domain.routing import TICK, Provenance, SourceId
from app.domain.tick_updates import TapePrint
from app.domain.ticks import BUY
from app.domain.units import Ns, px
from app.domain.updates import KeyringState, LogLine, Notice, Prints, TopChanged
from app.engine.outbox import Outbox
from tests.prints import told

_HERE = Provenance(SourceId("s"), TICK, 1, 1, 1, "x")


def _notice(topic: str, sentence: str) -> Notice:
    return Notice(Ns(0), "INFO", sentence, topic)


def _print(at: int) -> Prints:
    return told(TapePrint(1, "NQM5", Ns(at), px(1), 1, BUY, _HERE))


def _top(bid: int) -> TopChanged:
    return TopChanged(1, px(bid), None, 1, None, Freshness.LIVE, _HERE)


def test_of_several_states_with_one_key_the_newest_arrives_in_order_of_last_change() -> None:
    outbox = Outbox()
    for topic, sentence in (("a", "1"), ("b", "2"), ("a", "3")):
        outbox.put_state(_notice(topic, sentence))
    assert [u.sentence for u in outbox.take(10) if isinstance(u, Notice)] == ["2", "3"]
    assert outbox.take(10) == ()


def test_streams_keep_their_order_among_the_states() -> None:
    outbox = Outbox()
    outbox.put_stream(_print(1))
    outbox.put_state(_notice("a", "x"))
    outbox.put_stream(_print(2))
    kinds = [type(u) for u in outbox.take(10)]
    assert kinds == [Prints, Notice, Prints]


def test_a_full_stream_drops_its_oldest_and_counts_it() -> None:
    outbox = Outbox({Prints: 3, LogLine: 10})
    for n in range(5):
        outbox.put_stream(_print(n))
    outbox.put_stream(LogLine(Ns(0), "INFO", "s", "still here"))
    taken = outbox.take(10)
    assert [u.one(0).at for u in taken if isinstance(u, Prints)] == [2, 3, 4]
    assert outbox.dropped == 2
    outbox.put_stream(_print(9))
    assert len(outbox.take(10)) == 1


def test_a_dropped_helping_of_prints_counts_all_of_them() -> None:
    outbox = Outbox({Prints: 1})
    outbox.put_stream(told(*_print(1), *_print(2)))
    outbox.put_stream(_print(3))
    assert outbox.dropped == 2


def test_take_stops_at_its_limit_and_the_rest_waits() -> None:
    outbox = Outbox()
    for n in range(5):
        outbox.put_state(_notice(str(n), ""))
    assert len(outbox.take(3)) == 3
    assert len(outbox.take(3)) == 2


def test_a_value_that_always_changes_still_reaches_the_screen_behind_a_long_queue() -> None:
    outbox = Outbox()
    outbox.put_state(_top(1))
    for n in range(10):
        outbox.put_state(_notice(str(n), ""))
        outbox.put_state(_top(n))
    first = outbox.take(1)[0]
    assert isinstance(first, TopChanged)
    assert first.bid == px(9)


def test_the_lag_is_measured() -> None:
    outbox = Outbox()
    assert outbox.lag_ms() == 0
    outbox.put_state(KeyringState("ready", "", ()))
    threading.Event().wait(0.02)
    outbox.take(10)
    assert outbox.lag_ms() >= 20
    assert outbox.lag_ms() == 0


def test_threads_may_put_while_another_takes() -> None:
    outbox = Outbox({Prints: 100_000})
    taken: list[object] = []

    def put() -> None:
        for n in range(2_000):
            outbox.put_stream(_print(n))

    threads = [threading.Thread(target=put) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += outbox.take(50)
    for thread in threads:
        thread.join()
    taken += outbox.take(10_000)
    assert len(taken) == 6_000
    assert outbox.dropped == 0
