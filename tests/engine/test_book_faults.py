"""However its connection fails, the order book is afterwards the market's own again, order by order."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.symbols import front_future
from app.domain.units import SECOND, moment
from app.sim.feed import Feed
from app.sim.listing import future_id
from tests.engine.faulty import SOURCE, Case, again, fault, says
from tests.engine.live_run import START, Run, live_run, wait

FRONT = front_future(moment(START).date())


def _on_orders(kind: str, **more: object) -> Callable[[Run], object]:
    return fault(kind, "stream/mbo", **more)


def _link_of_quotes(link: Link) -> Callable[[Run], object]:
    return lambda run: (health := run.health(Channel.NQ_QUOTES)) is not None and health.link is link


def _hole_in_quotes(run: Run) -> object:
    return run.gaps(Channel.NQ_QUOTES)


def _quotes_grow_old(run: Run) -> bool:
    health = run.health(Channel.NQ_QUOTES)
    return health is not None and health.link is Link.UP and (health.age_s or 0.0) > 1.0


# what `is_gap` says here: the books of before the hole are carried over it, and compared with those of after
BOOK_CASES = (
    Case("cut cleanly", _on_orders("fin"), _hole_in_quotes, ("reconnecting",)),
    Case("reset", _on_orders("rst"), _hole_in_quotes, ("reconnecting",)),
    Case("mute while heartbeats go on", _on_orders("mute", seconds=2.5), _quotes_grow_old, is_gap=False),
    Case("skip records", _on_orders("skip", seconds=1.0), _hole_in_quotes, ("Skipped",)),
    Case("corrupt bytes", _on_orders("garbage"), _hole_in_quotes, ("reconnecting",)),
    Case("half a record", _on_orders("half_record"), _hole_in_quotes, ("reconnecting",)),
    Case("a contradicting length", _on_orders("bad_length"), _hole_in_quotes, ("reconnecting",)),
    Case(
        "refuse the login",
        lambda run: (fault("auth_failed", "auth", times=None)(run), _on_orders("fin")(run)),
        _link_of_quotes(Link.AUTH_FAILED),
        ("reconnecting", "auth failed"),
        again,
    ),
    Case(
        "revoke the schema",
        lambda run: (
            fault("no_entitlement", "subscribe/mbo", times=None)(run),
            _on_orders("no_entitlement")(run),
        ),
        says("mbp-10 is used instead"),
        is_gap=False,
    ),
    Case(
        "restart of the gateway",
        lambda run: run.farm.kill(SOURCE),
        _link_of_quotes(Link.RECONNECTING),
        ("reconnecting",),
        lambda run: run.farm.revive(SOURCE),
    ),
)


def _alone(run: Run, since: int) -> set[int]:
    """Moments of one event only: between two events of one moment a book is right, too, and another one. The
    orders of a snapshot bear an earlier time than that at which they rest."""
    ids = np.array([future_id(FRONT)])
    found = Feed(run.farm.market).batches("mbo", ids, since, run.clock.now())
    records = np.concatenate([batch.records for batch in found])
    ends = records["ts_event"][records["flags"] & 128 != 0]
    moments, count = np.unique(ends, return_counts=True)
    return set(moments[count == 1].tolist())


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c.name, marks=pytest.mark.expected_log(*c.logs)) for c in BOOK_CASES]
)
def test_after_a_fault_the_order_book_is_the_markets_own(
    tmp_path: Path, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "app.engine.book_check"), live_run(tmp_path, speed=2.0) as run:
        wait(lambda: (book := run.book(FRONT)) is not None and book.synced, "no whole book came")
        wait(lambda: (h := run.health(Channel.NQ_QUOTES)) is not None and h.last_receipt, "no quote came")
        cut = run.clock.now()
        case.begin(run)
        wait(lambda: case.shows(run), "it was not noticed")
        case.heal(run)
        wait(lambda: _link_of_quotes(Link.UP)(run), "it did not come back")
        healed = run.clock.now()
        wait(
            lambda: (book := run.book(FRONT)) is not None and book.synced and book.at > healed + 4 * SECOND,
            "no whole book came back",
        )
        compared = 0
        alone = _alone(run, cut)
        for book in run.books_since(FRONT, cut):
            if book.synced and book.at in alone:
                levels = [[(one.price, one.size) for one in side[:10]] for side in (book.bids, book.asks)]
                assert tuple(levels) == run.rested(FRONT, book.at)
                compared += 1
        assert compared
        if case.is_gap:
            wait(lambda: "begun anew, the book is the same" in caplog.text, "the books were not compared")
