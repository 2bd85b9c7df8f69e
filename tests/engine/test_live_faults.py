"""However the gateway fails, the trader is told, and afterwards bars and CVD are the market's own.

Nothing lost, nothing doubled: each one-second bar of both futures against what the market itself traded.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.symbols import front_future, next_future
from app.domain.units import MINUTE, SECOND, moment
from app.domain.updates import BookChanged, InstrumentKnown, QuoteSecondChanged, TopChanged
from app.sim.feed import Feed
from tests.engine.faulty import SOURCE, Case, again, fault, says
from tests.engine.live_run import START, WINDOW_S, Run, live_run, wait

FRONT = front_future(moment(START).date())


def _links(link: Link) -> Callable[[Run], object]:
    return lambda run: (health := run.health()) is not None and health.link is link


def _grows_old(run: Run) -> bool:
    health = run.health()
    return health is not None and health.link is Link.UP and (health.age_s or 0.0) > 1.0


CASES = (
    Case("cut cleanly", fault("fin"), says("ended the connection")),
    Case("reset", fault("rst"), says("broke off the connection")),
    Case("mute while heartbeats go on", fault("mute", seconds=2.5), _grows_old, (), is_gap=False),
    Case("skip records", fault("skip", seconds=2.0), says("Skipped"), ("Skipped",)),
    Case("corrupt bytes", fault("garbage"), says("no records")),
    Case("half a record", fault("half_record"), says("ended the connection")),
    Case("a length that contradicts itself", fault("bad_length"), says("no records")),
    Case(
        "refuse the login",
        lambda run: (fault("auth_failed", "auth", times=None)(run), fault("fin")(run)),
        _links(Link.AUTH_FAILED),
        ("auth failed",),
        again,
    ),
    Case(
        "revoke the schema",
        lambda run: (
            fault("no_entitlement", "subscribe/trades", times=None)(run),
            fault("no_entitlement")(run),
        ),
        says("tbbo is used instead"),
    ),
    Case(
        "revoke every schema",
        lambda run: (
            fault("no_entitlement", "subscribe/trades", times=None)(run),
            fault("no_entitlement", "subscribe/tbbo", times=None)(run),
            fault("no_entitlement")(run),
        ),
        _links(Link.NOT_ENTITLED),
        ("not entitled",),
        again,
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
        fault("rst", "stream/mbo")(run)
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
            fault("no_entitlement", f"subscribe/{schema}", times=None)(run)
        run.host.start()
        given = ("mbo", "mbp-10", "mbp-1", "tbbo")[len(refused)]
        wait(lambda: (h := run.health(Channel.NQ_QUOTES)) is not None and h.schema == given, given)
        for schema in refused:
            assert f"“Not authorized for {schema} schema of GLBX.MDP3”" in run.notices()
        books = {told.schema for told in run.screen.now(BookChanged)} - {""}
        assert books <= {given}
        run.watch(2)


@pytest.mark.expected_log("Skipped")
def test_quotes_left_out_by_a_vendor_who_finds_us_slow_are_marked_and_filled(tmp_path: Path) -> None:
    with live_run(tmp_path, begin=False) as run:
        for schema in ("mbo", "mbp-10"):
            fault("no_entitlement", f"subscribe/{schema}", times=None)(run)
        run.host.start()
        wait(lambda: (h := run.health(Channel.NQ_QUOTES)) is not None and h.schema == "mbp-1", "mbp-1")
        fault("skipped_records", "stream/mbp-1", seconds=1.5)(run)
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
        fault("rst", "stream/mbp-1")(run)
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
