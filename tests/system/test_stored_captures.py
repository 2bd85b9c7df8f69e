"""Answers in the store: read back as they were, for their owner only, and without a secret."""

import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.answer import Count
from app.domain.capture import Exchange, Outcome, Step
from app.domain.errors import ConfigError
from app.domain.units import Ns
from app.engine.cache_store import CacheEntry
from app.system.capture_files import kept_page
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.system.kept import CAPTURE, opened


def test_a_capture_is_read_back_as_it_was_after_a_restart(paths: Paths) -> None:
    first = opened(paths)
    line = first.save_capture(CAPTURE)
    first.close()
    second = opened(paths)
    assert second.load_capture(CAPTURE.id) == CAPTURE
    assert second.capture_lines(10) == (line,)
    assert second.load_capture("unknown") is None
    second.close()
    assert (line.size, line.rows, line.steps) == (len(CAPTURE.body), 576, CAPTURE.steps)


WAY = Exchange(
    0, "POST", "https://www.example.com/login", 302, "text/html", {"accept": "text/html"}, {"location": "/"},
    b"email=[redacted]&remember=on", b"<html>\xff moved</html>", 12.5,
)  # fmt: skip
WHOLE = replace(
    CAPTURE,
    earlier=(WAY, replace(WAY, step=1, sent=b"")),
    values={"bid": "1.00\n", "contract": "a\nb"},
    count=Count(2, {"bidPrice": 0.5}),
    parser="7",
)


def test_what_lies_beside_an_answer_is_read_back_too(paths: Paths) -> None:
    first = opened(paths)
    line = first.save_capture(WHOLE)
    first.save_capture(replace(WHOLE, verdict="judged"))
    first.set_picture(CAPTURE.id, b"png", b"<p>built</p>")
    first.close()
    second = opened(paths)
    kept = second.load_capture(CAPTURE.id)
    second.close()
    assert line.count == WHOLE.count
    assert kept is not None
    assert kept == replace(WHOLE, verdict="judged", picture=kept.picture, dom=kept.dom)
    assert kept.dom is not None
    assert kept_page(Path(kept.dom)) == b"<p>built</p>"
    assert len([path for path in paths.captures.rglob("*") if path.is_file()]) == 4


def test_a_forgotten_capture_leaves_no_file(store: SqliteStore, paths: Paths) -> None:
    store.save_capture(WHOLE)
    store.set_picture(CAPTURE.id, b"png", b"<p>built</p>")
    store.forget_capture(CAPTURE.id)
    assert [path for path in paths.captures.rglob("*") if path.is_file()] == []


@pytest.mark.expected_log("beside the stored answer")
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"x")], ids=["gone", "damaged"])
def test_an_answer_is_read_without_what_lay_beside_it(
    store: SqliteStore, paths: Paths, harm: Callable[[Path], object]
) -> None:
    store.save_capture(WHOLE)
    (beside,) = paths.captures.rglob("*.aside.zst")
    harm(beside)
    assert store.load_capture(CAPTURE.id) == replace(WHOLE, earlier=(), values={})


def test_a_failed_attempt_without_an_answer_is_a_capture_too(store: SqliteStore) -> None:
    failed = replace(
        CAPTURE,
        id="failed",
        status=None,
        body=b"",
        rows=None,
        outcome=Outcome.FAILED,
        verdict="No answer.",
        steps=(),
    )
    store.save_capture(failed)
    assert store.load_capture("failed") == failed


def test_a_verdict_brings_the_same_capture_up_to_date(store: SqliteStore) -> None:
    store.save_capture(CAPTURE)
    store.put_cached("chain/MC7M25", CAPTURE.id, Ns(1), Ns(2), Ns(3))
    store.set_picture(CAPTURE.id, b"png")
    judged = store.save_capture(replace(CAPTURE, outcome=Outcome.ACCEPTED, verdict="fine"))
    assert [line.id for line in store.capture_lines(10)] == [CAPTURE.id]
    assert (judged.outcome, judged.verdict) == (Outcome.ACCEPTED, "fine")
    assert judged.picture is not None
    assert store.cached("chain/MC7M25") is not None


def test_the_newest_captures_come_first(store: SqliteStore) -> None:
    for number in range(5):
        store.save_capture(replace(CAPTURE, id=f"c{number}", fetched=Ns(CAPTURE.fetched + number)))
    assert [line.id for line in store.capture_lines(3)] == ["c4", "c3", "c2"]


def test_files_are_the_owners_only_and_small(store: SqliteStore, paths: Paths) -> None:
    store.save_capture(CAPTURE)
    line = store.set_picture(CAPTURE.id, b"\x89PNG")
    files = [path for path in paths.data.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert line is not None
    assert line.picture is not None
    assert Path(line.picture).read_bytes() == b"\x89PNG"
    assert store.set_picture("unknown", b"x") is None
    (body,) = paths.captures.rglob("*.zst")
    assert body.stat().st_size < len(CAPTURE.body) / 10


def test_no_id_leaves_the_folder(store: SqliteStore, paths: Paths) -> None:
    for bad in ("../../evil", "/etc/evil", "a/b", "..", "x" * 300, "naïve"):
        store.save_capture(replace(CAPTURE, id=bad))
        loaded = store.load_capture(bad)
        assert loaded is not None
        assert loaded.body == CAPTURE.body
    assert len(list(paths.captures.rglob("*.zst"))) == 6


def test_an_answer_that_cannot_be_written_is_one_sentence(store: SqliteStore, paths: Paths) -> None:
    (paths.captures / "20250609").write_text("in the way")
    with pytest.raises(ConfigError, match=r"^An answer could not be stored: .*\.$"):
        store.save_capture(CAPTURE)
    assert store.capture_lines(10) == ()


@pytest.mark.expected_log("cannot be read")
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"x")], ids=["gone", "damaged"])
def test_an_answer_whose_file_is_lost_is_none(
    store: SqliteStore, paths: Paths, harm: Callable[[Path], object]
) -> None:
    store.save_capture(CAPTURE)
    (body,) = paths.captures.rglob("*.zst")
    harm(body)
    assert store.load_capture(CAPTURE.id) is None
    assert len(store.capture_lines(10)) == 1


def test_nothing_secret_reaches_the_disk(paths: Paths, canary: str) -> None:
    redactor = SecretRedactor()
    redactor.learn(canary)
    store = opened(paths, redactor)
    store.save_capture(
        replace(
            CAPTURE,
            url=f"https://x.example/?apiKey={canary}",
            body=f'{{"token": "abc", "seen": "{canary}"}}'.encode(),
            headers={"authorization": f"Bearer {canary}", "x": canary},
            verdict=f"refused {canary}",
            steps=(Step("login", 1.0, False, canary),),
            earlier=(
                replace(
                    WAY,
                    url=f"https://x.example/?q={canary}",
                    sent=f"email=someone&password={canary}".encode(),
                    body=f"<p>{canary}</p>".encode(),
                    headers={"x": canary},
                    request_headers={"cookie": canary},
                ),
            ),
        )
    )
    store.set_picture(CAPTURE.id, b"png", f"<p>{canary}</p>".encode())
    store.append_audit(Ns(1), "user", canary, "", canary, "")
    store.close()
    kept = [path for path in paths.data.rglob("*") if path.is_file()]
    unpacked = [kept_page(path) for path in kept if path.suffix == ".zst"]
    assert len(unpacked) == 3
    for content in (*(path.read_bytes() for path in kept), *unpacked):
        assert content is not None
        assert canary.encode() not in content


def test_a_cache_entry_is_kept_and_replaced(store: SqliteStore) -> None:
    store.save_capture(CAPTURE)
    store.put_cached("k", CAPTURE.id, Ns(1), Ns(2), Ns(3))
    store.put_cached("k", CAPTURE.id, Ns(4), Ns(5), Ns(6))
    kept = store.cached("k")
    assert kept is not None
    assert kept == CacheEntry(
        "k", CAPTURE.id, Ns(4), Ns(5), Ns(6), used=Ns(4), size=kept.size, sha256=kept.sha256
    )
    assert kept.size > 0
    assert len(kept.sha256) == 64
    assert store.cached("other") is None
    entries, size = store.cache_usage()
    assert entries == 1
    assert 0 < size < len(CAPTURE.body)


def test_a_cache_entry_needs_its_capture(store: SqliteStore) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.put_cached("k", "never saved", Ns(1), Ns(2), Ns(3))
    assert store.cached("k") is None
