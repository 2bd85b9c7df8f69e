"""Everything kept on disk, behind the engine's `Store` port: captures, cache, counters, ledger, audit.

Blocking, and confined to the thread that uses it first. Several processes may have it open at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from app.domain.capture import Capture, CaptureLine
from app.domain.cost import AlertTold, Charge, ChargeState, CostKind
from app.domain.decisions import NO_GROUNDS, AuditFilter, Grounds
from app.domain.desk_updates import AuditLine
from app.domain.history import HistoryPiece, HistoryWant
from app.domain.roll_up import Period, RollUp
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns
from app.domain.usage import Billed
from app.engine.cache_store import CacheEntry
from app.engine.ports import Clock
from app.system.audit_file import AuditFile, grounded
from app.system.cache_table import CacheTable
from app.system.capture_files import CaptureFiles
from app.system.captures_table import CapturesTable
from app.system.clock import RealClock
from app.system.database import Database
from app.system.history_table import HistoryTable
from app.system.ledger_table import LedgerTable
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.retention import Retention
from app.system.roll_ups_table import RollUpsTable


class SqliteStore:
    def __init__(self, paths: Paths, redactor: SecretRedactor, clock: Clock | None = None) -> None:
        self._redactor = redactor
        self._clock = clock or RealClock()
        self._database = Database(paths.database, self._clock)
        files = CaptureFiles(paths.captures)
        self._captures = CapturesTable(self._database, files, redactor)
        self._retention = Retention(self._database, files)
        self._cache = CacheTable(self._database)
        self._ledger = LedgerTable(self._database)
        self._history = HistoryTable(self._database)
        self._roll_ups = RollUpsTable(self._database)
        self._audit = AuditFile(paths.audit, redactor)

    def open(self) -> tuple[str, ...]:
        """Optional: opens now instead of at the first use. Sentences for the user, e.g. of a damaged file."""
        self._database.rows("SELECT 1")
        return self.notices

    @property
    def notices(self) -> tuple[str, ...]:
        """What was found damaged when the store was opened; may be read from any thread."""
        return tuple(self._database.notices)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is read and written inside is one step, also towards other processes: reserve, then append."""
        with self._database.transaction():
            yield

    def save_capture(self, capture: Capture) -> CaptureLine:
        return self._captures.save(capture)

    def load_capture(self, capture_id: str) -> Capture | None:
        self._retention.read(capture_id, self._clock.now())
        return self._captures.load(capture_id)

    def capture_lines(self, limit: int) -> Sequence[CaptureLine]:
        return self._captures.lines(limit)

    def set_picture(self, capture_id: str, png: bytes, dom: bytes | None = None) -> CaptureLine | None:
        return self._captures.set_picture(capture_id, png, dom)

    def pin_capture(self, capture_id: str, pinned: bool) -> CaptureLine | None:
        return self._captures.pin(capture_id, pinned)

    def forget_capture(self, capture_id: str) -> None:
        self._captures.forget(capture_id)

    def good_before(self, capture: Capture, limit: int, *, pages: bool) -> Sequence[CaptureLine]:
        return self._captures.good_before(capture, limit, pages=pages)

    def thin_captures(self, most_mb: int, days: int, now: Ns) -> int:
        return self._retention.thin(most_mb, days, now)

    def put_cached(
        self, key: str, capture_id: str, stored: Ns, fresh_until: Ns, keep_until: Ns, why: str = ""
    ) -> None:
        self._cache.put(key, capture_id, stored, fresh_until, keep_until, why)

    def cached(self, key: str) -> CacheEntry | None:
        return self._cache.get(key)

    def cache_rows(self, prefix: str, limit: int) -> Sequence[CacheEntry]:
        return self._cache.rows(prefix, limit)

    def cache_usage(self, prefix: str = "") -> tuple[int, int]:
        """(entries, bytes on disk of the answers they refer to)."""
        return self._cache.usage(prefix)

    def use_cached(self, key: str, at: Ns) -> None:
        self._cache.use(key, at)

    def pin_cached(self, key: str, pinned: bool) -> None:
        self._cache.pin(key, pinned)

    def drop_cached(self, prefix: str) -> int:
        return self._cache.drop(prefix)

    def evict_cached(self, most_bytes: int) -> int:
        return self._cache.evict(most_bytes)

    def tally(self, name: str, minute: int, by: int) -> None:
        self._cache.tally(name, minute, by)

    def tallies(self, prefix: str, since_minute: int) -> Mapping[str, int]:
        return self._cache.tallies(prefix, since_minute)

    def thin_tallies(self, before_minute: int) -> None:
        self._cache.thin_tallies(before_minute)

    def count(self, name: str, by: int) -> None:
        self._database.write(
            "INSERT INTO counter VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            (name, by),
        )

    def counters(self, prefix: str) -> Mapping[str, int]:
        found = self._database.rows(
            "SELECT name, value FROM counter WHERE substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        return {row["name"]: row["value"] for row in found}

    def remember(self, name: str, value: str, at: Ns) -> None:
        if value:
            kept = (name, self._redactor.text(value), at)
            self._database.write("INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", kept)
        else:
            self._database.write("DELETE FROM fact WHERE name = ?", (name,))

    def remembered(self, prefix: str) -> Mapping[str, str]:
        found = self._database.rows(
            "SELECT name, value FROM fact WHERE substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        return {row["name"]: row["value"] for row in found}

    def add_piece(self, piece: HistoryPiece, at: Ns) -> None:
        self._history.add(piece, at)

    def pieces(self, want: HistoryWant) -> Sequence[HistoryPiece]:
        return self._history.of_kind(want)

    def all_pieces(self, source: SourceId) -> Sequence[tuple[HistoryPiece, Ns]]:
        return self._history.all(source)

    def drop_piece(self, file: str) -> None:
        self._history.drop(file)

    def append_charge(self, charge: Charge) -> None:
        self._ledger.append(charge)

    def charges(self, month: str) -> Sequence[Charge]:
        return self._ledger.of_month(month)

    def charges_of(self, reservation_id: str) -> Sequence[Charge]:
        return self._ledger.of_reservation(reservation_id)

    def sums(self, month: str) -> Mapping[tuple[CostKind, ChargeState], MicroUsd]:
        return self._ledger.sums(month)

    def unasked(self, start: Ns, end: Ns) -> MicroUsd:
        return self._ledger.unasked(start, end)

    def add_bill(self, source: SourceId, at: Ns, lines: Sequence[Billed]) -> None:
        self._ledger.add_bill(source, at, lines)

    def drop_bill(self, source: SourceId) -> Sequence[Billed]:
        return self._ledger.drop_bill(source)

    def billed(self, month: str) -> Mapping[SourceId, tuple[MicroUsd, Ns]]:
        return self._ledger.billed(month)

    def append_alert(self, told: AlertTold) -> None:
        self._ledger.add_alert(told)

    def alerts(self, month: str) -> Sequence[AlertTold]:
        return self._ledger.alerts(month)

    def add_roll_ups(self, minutes: Sequence[RollUp]) -> None:
        self._roll_ups.add(minutes)

    def roll_ups(self, period: Period, since: Ns) -> Sequence[RollUp]:
        return self._roll_ups.since(period, since)

    def append_audit(
        self, at: Ns, actor: str, subject: str, before: str, after: str, rule: str, more: Grounds = NO_GROUNDS
    ) -> None:
        if not self._audit.exists:
            self._move_audit()
        self._audit.append(grounded(at, actor, subject, before, after, rule, more), more.monotonic)

    def read_audit(self, wanted: AuditFilter) -> Sequence[AuditLine]:
        if not self._audit.exists:
            self._move_audit()
        return self._audit.read(wanted)

    def _move_audit(self) -> None:
        """Until 0.1.0 it was a table."""
        for row in self._database.rows("SELECT * FROM audit ORDER BY line"):
            texts = (row["actor"], row["subject"], row["before"], row["after"], row["rule"])
            self._audit.append(grounded(Ns(row["at"]), *texts, NO_GROUNDS), Ns(0))

    def close(self) -> None:
        try:
            self._retention.write_down()
        finally:
            self._database.close()
