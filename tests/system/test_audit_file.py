"""Decisions are kept line by line, and found again."""

import json
from dataclasses import replace

import pytest

from app.domain.decisions import AuditFilter, Grounds
from app.domain.units import SECOND, Ns
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.system.kept import opened

WHY = Grounds("nq.trades", "databento", "all_sources", (("age", "12.0 s"), ("err%", "—")), Ns(7))


def _decide(store: SqliteStore, number: int, actor: str = "auto", more: Grounds = WHY) -> None:
    store.append_audit(Ns(number * SECOND), actor, "nq.trades", "databento", "tradovate", "stale", more)


def test_a_decision_is_one_line_with_its_evidence(paths: Paths, store: SqliteStore) -> None:
    _decide(store, 1)
    said = json.loads(paths.audit.read_text())
    assert said["ts_utc"] == "1970-01-01T00:00:01Z"
    assert (said["from"], said["to"], said["rule"], said["mono_ns"]) == ("databento", "tradovate", "stale", 7)
    assert said["evidence"] == {"age": "12.0 s", "err%": "—"}
    assert said["app_ver"]
    assert store.read_audit(AuditFilter())[0].evidence == WHY.evidence


def test_decisions_are_found_by_time_actor_channel_source_and_words(store: SqliteStore) -> None:
    for number in range(6):
        channel = "opt.chain" if number % 2 else "nq.trades"
        _decide(store, number, "user" if number == 3 else "auto", replace(WHY, channel=channel))

    def seconds(wanted: AuditFilter) -> list[int]:
        return [line.at // SECOND for line in store.read_audit(wanted)]

    assert seconds(AuditFilter()) == [0, 1, 2, 3, 4, 5]
    assert seconds(AuditFilter(since=Ns(2 * SECOND), until=Ns(4 * SECOND))) == [2, 3]
    assert seconds(AuditFilter(actor="user")) == [3]
    assert seconds(AuditFilter(channel="opt.chain")) == [1, 3, 5]
    assert seconds(AuditFilter(source="barchart")) == []
    assert seconds(AuditFilter(words="12.0 STALE", most=2)) == [4, 5]


def test_a_line_cut_by_a_crash_costs_only_itself(
    paths: Paths, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    _decide(store, 1)
    with paths.audit.open("ab") as file:
        file.write(b'{"ts_utc": "19')
    _decide(store, 2)
    assert [line.at // SECOND for line in store.read_audit(AuditFilter())] == [1, 2]


def test_earlier_decisions_move_out_of_the_table(paths: Paths, store: SqliteStore) -> None:
    store._database.write("INSERT INTO audit VALUES (1, 5, 'user', 'pin', 'a', 'b', 'because')")
    _decide(store, 2)
    assert [line.rule for line in store.read_audit(AuditFilter())] == ["because", "stale"]


def test_no_key_is_written(paths: Paths, canary: str) -> None:
    redactor = SecretRedactor()
    redactor.learn(canary)
    store = opened(paths, redactor)
    _decide(store, 1, more=replace(WHY, evidence=(("last_error", f"key {canary} refused"),)))
    assert canary not in paths.audit.read_text()
    store.close()
