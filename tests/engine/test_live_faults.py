"""However the gateway fails, the trader is told, and afterwards bars and CVD are the market's own.

Nothing lost, nothing doubled: each one-second bar of both futures against what the market itself traded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.symbols import front_future, next_future
from app.domain.units import MINUTE, SECOND, moment
from app.domain.updates import BookChanged, InstrumentKnown, QuoteSecondChanged, TopChanged
from app.sim.feed import Feed
from tests.engine.live_run import START, WINDOW_S, Run, live_run, wait

SOURCE = "databento_live"
FRONT = front_future(moment(START).date())


@dataclass(frozen=True)
class Case:
    """`shows` is what the window has to say of it; `heal` is what ends it, where it does not end by itself;
    `logs` are the warnings that belong to it, beside that of the end."""

    name: str
    begin: Callable[[Run], object]
    shows: Callable[[Run], object]
    logs: tuple[str, ...] = ()
    heal: Callable[[Run], object] = lambda run: None
    is_gap: bool = True


def _fault(kind: str, route: str = "stream/trades", **more: object) -> Callable[[Run], object]:
    return lambda run: run.farm.faults.set(SOURCE, route, kind, **more)  # type: ignore[arg-type]


def _says(text: str) -> Callable[[Run], object]:
    """In the reason of the gap, in the health row or in a notice."""

    def said(run: Run) -> bool:
        health = run.health()
        row = health.note if health is not None else ""
        return any(text in place for place in (row, run.notices(), *(gap.reason for gap in run.gaps())))

    return said


def _links(link: Link) -> Callable[[Run], object]:
    return lambda run: (health := run.health()) is not None and health.link is link


def _grows_old(run: Run) -> bool:
    health = run.health()
    return health is not None and health.link is Link.UP and (health.age_s or 0.0) > 1.0


def _again(run: Run) -> None:
    """What the user does: mends it, then asks again."""
    run.farm.faults.clear()
    health = run.health()
    assert health is not None
    run.host.submit(run.host.engine.restart(health.source)).result(5)


CASES = (
    Case("cut cleanly", _fault("fin"), _says("ended the connection")),
    Case("reset", _fault("rst"), _says("broke off the connection")),
    Case("mute while heartbeats go on", _fault("mute", seconds=2.5), _grows_old, (), is_gap=False),
    Case("skip records", _fault("skip", seconds=2.0), _says("Skipped"), ("Skipped",)),
    Case("corrupt bytes", _fault("garbage"), _says("no records")),
    Case("half a record", _fault("half_record"), _says("ended the connection")),
    Case("a length that contradicts itself", _fault("bad_length"), _says("no records")),
    Case(
        "refuse the login",
        lambda run: (_fault("auth_failed", "auth", times=None)(run), _fault("fin")(run)),
        _links(Link.AUTH_FAILED),
        ("auth failed",),
        _again,
    ),
    Case(
        "revoke the schema",
        lambda run: (
            _fault("no_entitlement", "subscribe/trades", times=None)(run),
            _fault("no_entitlement")(run),
        ),
        _says("tbbo is used instead"),
    ),
    Case(
        "revoke every schema",
        lambda run: (
            _fault("no_entitlement", "subscribe/trades", times=None)(run),
            _fault("no_entitlement", "subscribe/tbbo", times=None)(run),
            _fault("no_entitlement")(run),
        ),
        _links(Link.NOT_ENTITLED),
        ("not entitled",),
        _again,
    ),
    Case(
        "restart of the gateway",
        lambda run: run.farm.kill(SOURCE),
        _links(Link.RECONNECTING),
        heal=lambda run: run.farm.revive(SOURCE),
    ),
)


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=pytest.mark.expected_log("reconnecting", *c.logs)) for c in CASES],
)
def test_after_a_fault_bars_and_cvd_are_the_markets_own(tmp_path: Path, case: Case) -> None:
    with live_run(tmp_path) as run:
        run.watch(3)
        case.begin(run)
        wait(lambda: case.shows(run), "nothing was said of it")
        case.heal(run)
        wait(lambda: _links(Link.UP)(run), "it did not come back")
        if case.is_gap:
            wait(lambda: run.gaps() and all(gap.filled for gap in run.gaps()), "the gap stayed open")
        run.watch(4)
        run.freeze()
        since, until = START - 4 * MINUTE, run.newest_bar() - 2 * SECOND
        shown = run.shown(since, until)
        assert len(shown) > 240
        assert shown == run.traded((FRONT, next_future(FRONT)), since, until)
        assert run.cvd() == run.sums_of_bars()
        until -= until % (WINDOW_S * SECOND)
        options = run.shown_options(since, until)
        assert len(options) > 100
        assert options == run.traded_options(since, until)


@pytest.mark.expected_log("reconnecting")
def test_a_hole_in_the_quotes_is_filled_with_what_was_quoted(tmp_path: Path) -> None:
    with live_run(tmp_path) as run:
        run.watch(2)
        run.farm.faults.set(SOURCE, "connect", "refuse", times=1)
        _fault("rst", "stream/mbo")(run)
        wait(lambda: run.gaps(Channel.NQ_QUOTES), "the hole was not seen")
        wait(lambda: all(gap.filled for gap in run.gaps(Channel.NQ_QUOTES)), "the hole was not filled")
        (gap,) = run.gaps(Channel.NQ_QUOTES)
        assert gap.end is not None
        since, until = gap.start // SECOND * SECOND, gap.end // SECOND * SECOND + SECOND
        quoted = run.quoted(FRONT, since, until)
        assert len(quoted) > 2

        def told() -> dict[int, tuple[int | None, ...]]:
            return {
                quote.start: (quote.bid, quote.ask, quote.bid_size, quote.ask_size)
                for quote in run.screen.now(QuoteSecondChanged)
                if since <= quote.start < until and run.name_of(quote.instrument) == FRONT.raw
            }

        wait(lambda: told() == quoted, "the seconds of the hole are not the market's")


@pytest.mark.parametrize("refused", [("mbo",), ("mbo", "mbp-10"), ("mbo", "mbp-10", "mbp-1")], ids=len)
def test_the_gateway_is_asked_for_less_only_after_it_refused_more(
    tmp_path: Path, refused: tuple[str, ...]
) -> None:
    with live_run(tmp_path, begin=False) as run:
        for schema in refused:
            _fault("no_entitlement", f"subscribe/{schema}", times=None)(run)
        run.host.start()
        given = ("mbo", "mbp-10", "mbp-1", "tbbo")[len(refused)]
        wait(lambda: (h := run.health(Channel.NQ_QUOTES)) is not None and h.schema == given, given)
        for schema in refused:
            assert f"“Not authorized for {schema} schema of GLBX.MDP3”" in run.notices()
        books = {told.schema for told in run.screen.now(BookChanged)} - {""}
        assert books <= {given}
        run.watch(2)


def _on_orders(kind: str, **more: object) -> Callable[[Run], object]:
    return _fault(kind, "stream/mbo", **more)


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
        lambda run: (_fault("auth_failed", "auth", times=None)(run), _on_orders("fin")(run)),
        _link_of_quotes(Link.AUTH_FAILED),
        ("reconnecting", "auth failed"),
        _again,
    ),
    Case(
        "revoke the schema",
        lambda run: (
            _fault("no_entitlement", "subscribe/mbo", times=None)(run),
            _on_orders("no_entitlement")(run),
        ),
        _says("mbp-10 is used instead"),
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
        for book in run.books_since(FRONT, cut):
            if book.synced:
                levels = [[(one.price, one.size) for one in side[:10]] for side in (book.bids, book.asks)]
                assert tuple(levels) == run.rested(FRONT, book.at)
                compared += 1
        assert compared > 4
        if case.is_gap:
            wait(lambda: "begun anew, the book is the same" in caplog.text, "the books were not compared")


@pytest.mark.expected_log("Skipped")
def test_quotes_left_out_by_a_vendor_who_finds_us_slow_are_marked_and_filled(tmp_path: Path) -> None:
    with live_run(tmp_path, begin=False) as run:
        for schema in ("mbo", "mbp-10"):
            _fault("no_entitlement", f"subscribe/{schema}", times=None)(run)
        run.host.start()
        wait(lambda: (h := run.health(Channel.NQ_QUOTES)) is not None and h.schema == "mbp-1", "mbp-1")
        _fault("skipped_records", "stream/mbp-1", seconds=1.5)(run)
        wait(lambda: run.gaps(Channel.NQ_QUOTES), "it was not noticed")
        assert "Skipped" in run.gaps(Channel.NQ_QUOTES)[0].reason
        wait(lambda: all(gap.filled for gap in run.gaps(Channel.NQ_QUOTES)), "the hole was not filled")
        assert "Databento says: “Skipped" in run.notices()
        health = run.health(Channel.NQ_QUOTES)
        assert health is not None
        assert health.reconnects_today == 0


@pytest.mark.expected_log("reconnecting")
def test_behind_a_hole_no_option_shows_an_older_quote_than_its_last_one(tmp_path: Path) -> None:
    with live_run(tmp_path) as run:
        run.watch(2)
        wait(lambda: (h := run.health(Channel.OPT_QUOTES)) is not None and h.last_receipt, "no option quote")
        run.farm.faults.set(SOURCE, "connect", "refuse", times=1)
        _fault("rst", "stream/mbp-1")(run)
        wait(lambda: run.gaps(Channel.OPT_QUOTES), "the hole was not seen")
        wait(lambda: all(gap.filled for gap in run.gaps(Channel.OPT_QUOTES)), "the hole was not filled")
        gap = run.gaps(Channel.OPT_QUOTES)[0]
        assert gap.end is not None
        options = {known.instrument for known in run.screen.now(InstrumentKnown) if known.option}

        def told() -> dict[int, int]:
            tops = [top for top in run.screen.now(TopChanged) if top.instrument in options]
            return {top.instrument: top.provenance.ts_event or 0 for top in tops}

        ids = np.array(sorted(told()))
        quoted: dict[int, int] = {}
        for batch in Feed(run.farm.market).batches("mbp-1", ids, gap.start, gap.end):
            for one in batch.records:
                place, at = int(one["instrument_id"]), int(one["ts_event"])
                quoted[place] = max(at, quoted.get(place, 0))
        assert len(quoted) > 20
        wait(lambda: all(told()[one] >= at for one, at in quoted.items()), "an older quote is shown")
