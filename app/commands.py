"""The window's requests, carried to the engine's loop; each comes back as a future of the answer."""

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Final

from app.domain.bill import Bill
from app.domain.contract import Future as NqFuture
from app.domain.cost import Approval
from app.domain.decisions import AuditFilter
from app.domain.drawings import Drawing
from app.domain.errors import ConfigError
from app.domain.history import HistoryQuote, HistoryWant
from app.domain.plans import Plan
from app.domain.replay import Wish
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import SourceProfile, Tiers
from app.domain.table import Table
from app.domain.units import MicroUsd, Ns
from app.domain.updates import ChainArrived
from app.engine.engine import Engine
from app.engine.host import EngineHost

# A setting that is more than a value: it must be there, and is applied as one audited action.
_PROFILE: Final = "profile"


class EngineCommands:
    """Refuses with a sentence while there is no engine yet."""

    def __init__(self) -> None:
        self._host: EngineHost[Engine] | None = None

    def attach(self, host: EngineHost[Engine]) -> None:
        self._host = host

    def pin(
        self,
        channel: Channel,
        source: SourceId | None,
        reason: str,
        until: Ns | None = None,
        for_good: bool = False,
    ) -> "Future[Any]":
        if source is None:
            return self._ask(lambda engine: engine.overrides.unpin(channel, reason))
        return self._ask(lambda engine: engine.overrides.pin(channel, source, reason, until, for_good))

    def unpin_and_fail_over(self, channel: Channel, reason: str = "") -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.unpin_and_fail_over(channel, reason))

    def prefer(self, channel: Channel, source: SourceId | None, reason: str = "") -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.prefer(channel, source, reason))

    def disable(self, source: SourceId, reason: str, channel: Channel | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.disable(source, reason, channel))

    def enable(self, source: SourceId, channel: Channel | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.enable(source, channel))

    def drain(self, channel: Channel, source: SourceId, reason: str = "") -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.drain(channel, source, reason))

    def fail_over(self, channel: Channel, reason: str = "") -> "Future[Any]":
        return self._ask(lambda engine: engine.overrides.fail_over(channel, reason))

    def profile_diff(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.diff(name))

    def apply_profile(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.apply(name))

    def save_profile(self, profile: SourceProfile) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.save(profile))

    def forget_profile(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.forget(name))

    def rename_profile(self, name: str, to: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.rename(name, to))

    def import_profile(self, path: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.profiles.bring(path))

    def order_diff(self, channel: Channel | None, tiers: Tiers) -> "Future[Any]":
        return self._ask(lambda engine: engine.ordering.diff(channel, tiers))

    def reorder(self, channel: Channel | None, tiers: Tiers) -> "Future[Any]":
        return self._ask(lambda engine: engine.ordering.apply(channel, tiers))

    def undo_order(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.ordering.undo())

    def acknowledge(self, topic: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.alerts.acknowledge(topic))

    def read_audit(self, wanted: AuditFilter) -> "Future[Any]":
        return self._ask(lambda engine: engine.decisions.read(wanted))

    def restart(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.restart(source))

    def refresh(self, series: str | None) -> "Future[Any]":
        return self._ask(lambda engine: engine.refresh(series))

    def choose_series(self, key: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.choose_series(key))

    def save_key(self, name: str, value: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.save_key(name, value))

    def forget_key(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.forget_key(name))

    def test_connection(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.connections.test(name))

    def change_setting(self, name: str, value: object) -> "Future[Any]":
        if name == _PROFILE:
            return self.apply_profile(str(value))
        return self._ask(lambda engine: engine.change_setting(name, value))

    def load_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.load_capture(capture_id))

    def examine_capture(self, capture_id: str, against: str | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.examine_capture(capture_id, against))

    def export_capture(self, capture_id: str, kind: str, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.export_capture(capture_id, kind, target))

    def pin_capture(self, capture_id: str, pinned: bool) -> "Future[Any]":
        return self._ask(lambda engine: engine.pin_capture(capture_id, pinned))

    def reread_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.captures.reread(capture_id))

    def forget_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.captures.forget(capture_id))

    def follow_future(self, future: NqFuture) -> "Future[Any]":
        return self._ask(lambda engine: engine.roll.follow(future))

    def retry_schema(self, source: SourceId | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.schemas.retry(source))

    def recheck(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.recheck())

    def replay(self, wish: Wish, value: float = 0.0) -> "Future[Any]":
        return self._ask(lambda engine: engine.replay(wish, value))

    def export_chain(self, shown: ChainArrived, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.exports.chain(shown, target))

    def export_table(self, table: Table, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.exports.table(table, target))

    def refresh_entry(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.cache.refresh(name))

    def pin_entry(self, name: str, pinned: bool) -> "Future[Any]":
        return self._ask(lambda engine: engine.cache.pin(name, pinned))

    def purge_entry(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.cache.purge(name))

    def purge_cache(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.cache.purge_all())

    def keep_drawings(self, contract: str, drawings: tuple[Drawing, ...]) -> "Future[Any]":
        return self._ask(lambda engine: engine.drawings.keep(contract, drawings))

    def price_history(self, want: HistoryWant) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.quote(want))

    def buy_history(
        self, quote: HistoryQuote, approval: Approval | None, override: str = "", everything: bool = False
    ) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.buy(quote, approval, override, everything=everything))

    def stop_buying(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.stop_buying())

    def history_drafts(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.drafts.all())

    def save_draft(self, want: HistoryWant) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.drafts.save(want))

    def drop_draft(self, want: HistoryWant) -> "Future[Any]":
        return self._ask(lambda engine: engine.history.drafts.drop(want))

    def plans(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.plans())

    def save_plans(self, plans: tuple[Plan, ...]) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.save_plans(plans))

    def read_bill(self, source: SourceId, path: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.bills.read(source, path))

    def keep_bill(self, bill: Bill) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.bills.keep(bill))

    def undo_bill(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.bills.undo(source))

    def waiting_charges(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.waiting())

    def settle_waiting(self, reservation_id: str, actual: MicroUsd | None) -> "Future[Any]":
        return self._ask(lambda engine: engine.money.settle_waiting(reservation_id, actual))

    def show_saved_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.scraping.show_capture(capture_id))

    def show_saved_file(self, path: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.scraping.show_file(path))

    def back_to_live_chains(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.scraping.back_to_live())

    def recorded_days(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.saved.days())

    def log_in_by_hand(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.scraping.log_in_by_hand(source))

    def compare_anew(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.scraping.compare_anew(source))

    def run_drill(self, source: SourceId, fault: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.drill.run(source, fault))

    def run_all_drills(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.drill.run_all(source))

    def stop_drill(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.drill.give_way())

    def verify_plan(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.verifier.plan())

    def verify(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.verifier.run())

    def stop_verifying(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.verifier.stop())

    def _ask(self, work: Callable[[Engine], Coroutine[Any, Any, Any]]) -> "Future[Any]":
        if self._host is None:
            refused: Future[Any] = Future()
            refused.set_exception(ConfigError("Pitwall is still starting. Try again in a moment."))
            return refused
        return self._host.submit(work(self._host.engine))
