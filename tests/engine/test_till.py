"""No sequence of purchases, crashes and restarts spends past the limit or loses a line."""

import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.cost import Approval, Charge, ChargeState, CostKind
from app.domain.cost_alerts import CostAlert
from app.domain.decisions import AuditFilter
from app.domain.errors import AskFirst, ConfigError, OverBudget
from app.domain.spending import standing
from app.domain.units import DAY, DOLLAR, MicroUsd, Ns
from app.engine.till import Limits, Till
from app.system.store import SqliteStore
from tests.engine.spenders import LIMITS, NOW, VENDOR, opened, purchase, spend_all, spend_for_ever
from tests.engine.till_model import MONTH, Desk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = opened(tmp_path)
    yield store
    store.close()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 5 * DOLLAR)),
        st.tuples(st.just("settle"), st.floats(0, 1)),
        st.tuples(st.just("release"), st.none()),
        st.tuples(st.just("crash"), st.none()),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=25,
)


@contextmanager
def _desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        yield desk
        desk.store.close()


@settings(max_examples=25)
@given(steps)
def test_no_sequence_spends_past_the_limit_or_loses_a_line(taken: list[tuple[str, object]]) -> None:
    with _desk() as desk:
        for step, value in taken:
            if step == "reserve" and isinstance(value, int):
                desk.reserve(value)
            elif step == "restart":
                desk.store.close()
                desk.restart()
            elif step == "crash":
                desk.crash()
            else:
                desk.settle(value if isinstance(value, float) else 0.0, step == "release")
            desk.check()


def test_two_processes_at_once_share_one_limit(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    lines = [context.Pipe() for _ in range(2)]
    spenders = [context.Process(target=spend_all, args=(tmp_path, far)) for _, far in lines]
    for spender in spenders:
        spender.start()
    for near, _ in lines:
        assert near.recv() == "ready"
    for near, _ in lines:
        near.send("go")
    times = [near.recv() for near, _ in lines]
    for spender in spenders:
        spender.join(20)
    # 20 dollars hold 18 reserves of 1.10
    assert sum(times) == 18
    store = opened(tmp_path)
    assert len(store.charges(MONTH)) == 18
    assert Till(store).purse(LIMITS, NOW).reserved == 18 * 1_100_000
    store.close()


def test_a_killed_process_loses_nothing_it_has_said(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    spender = context.Process(target=spend_for_ever, args=(tmp_path, far))
    spender.start()
    far.close()
    said = [near.recv() for _ in range(41)]
    spender.kill()
    spender.join(20)
    try:
        while True:
            said.append(near.recv())
    except EOFError:
        near.close()
    store = opened(tmp_path)
    kept = {line.reservation_id: line for line in standing(store.charges(MONTH))}
    for what, name in said:
        assert name in kept
        if what == "settled":
            assert kept[name].actual == 500
    # at most one step was done and not yet said
    assert len(store.charges(MONTH)) - len(said) in (0, 1)
    waiting = [line for line in kept.values() if line.state is ChargeState.RESERVED]
    assert Till(store).purse(LIMITS, NOW).reserved == 1_100 * len(waiting)
    store.close()


def test_a_step_said_twice_counts_once(store: SqliteStore) -> None:
    till = Till(store)
    name = till.reserve(purchase(DOLLAR), LIMITS, NOW).reservation_id
    first = till.settle(name, MicroUsd(DOLLAR), 7, NOW)
    assert till.settle(name, MicroUsd(DOLLAR), 7, NOW) == first
    with pytest.raises(ConfigError, match="settled already, with another amount"):
        till.settle(name, MicroUsd(1), 7, NOW)
    with pytest.raises(ConfigError, match="cannot be released"):
        till.release(name, NOW)
    with pytest.raises(ConfigError, match="no reservation called nothing"):
        till.release("nothing", NOW)
    with pytest.raises(ConfigError, match="refund is a credit"):
        till.settle(name, MicroUsd(-1), None, NOW)
    assert len(store.charges(MONTH)) == 2


def test_what_was_released_and_costs_after_all_is_settled(store: SqliteStore) -> None:
    till = Till(store)
    name = till.reserve(purchase(DOLLAR), LIMITS, NOW).reservation_id
    assert till.release(name, NOW) == till.release(name, NOW)
    assert till.purse(LIMITS, NOW).left == LIMITS.budget
    assert till.settle(name, MicroUsd(3 * DOLLAR), None, NOW).overran
    assert till.purse(LIMITS, NOW).metered == 3 * DOLLAR


def test_small_amounts_need_no_question_up_to_half_a_dollar_a_day(store: SqliteStore) -> None:
    till = Till(store)
    small = purchase(50_000, None)
    assert [till.reserve(small, LIMITS, NOW).approval for _ in range(10)] == [Approval.AUTOMATIC] * 10
    with pytest.raises(AskFirst, match=r"\$0.05 for trades of ticks needs your word"):
        till.reserve(small, LIMITS, NOW)
    assert till.reserve(small, LIMITS, Ns(NOW + DAY)).approval is Approval.AUTOMATIC
    with pytest.raises(AskFirst):
        till.reserve(purchase(50_001, None), LIMITS, Ns(NOW + 2 * DAY))


def test_alerts_are_armed_again_by_new_limits_also_by_the_old_ones_again(store: SqliteStore) -> None:
    till, due = Till(store), (CostAlert("share-50", "cost-share", "INFO", "Half is spent."),)
    other = Limits(MicroUsd(30 * DOLLAR), LIMITS.notice, LIMITS.fees)
    assert till.tell(due, LIMITS, NOW) == due
    assert till.tell(due, LIMITS, NOW) == ()
    assert till.tell((), other, NOW) == ()
    assert till.tell(due, LIMITS, NOW) == due
    assert till.tell(due, LIMITS, NOW) == ()
    assert till.tell(due, LIMITS, Ns(NOW + 30 * DAY)) == due


def test_fees_of_the_ledger_leave_less(store: SqliteStore) -> None:
    paid = MicroUsd(15 * DOLLAR)
    store.append_charge(
        Charge("plan", NOW, VENDOR, "", "", CostKind.LICENCE, paid, paid, ChargeState.SETTLED)
    )
    assert Till(store).purse(LIMITS, NOW).left == 5 * DOLLAR


def test_going_over_the_budget_needs_a_reason_and_is_audited(store: SqliteStore) -> None:
    till, none = Till(store), Limits(MicroUsd(0), MicroUsd(0), MicroUsd(0))
    with pytest.raises(OverBudget, match=r"\$1.10 does not fit: \$0.00 is left"):
        till.reserve(purchase(DOLLAR, override="  "), none, NOW)
    till.reserve(purchase(DOLLAR, override="needed for the filing"), none, NOW)
    (line,) = store.read_audit(AuditFilter())
    assert (line.actor, line.before, line.after) == ("user", "$0.00 left", "$1.10 reserved")
    assert line.rule == "needed for the filing"
