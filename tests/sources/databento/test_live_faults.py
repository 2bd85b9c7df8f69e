"""A gateway that refuses, falls silent, leaves or talks nonsense: each an error of its own, none hangs."""

import threading
import time

import pytest

from app.domain.errors import (
    AuthFailed,
    BadPayload,
    MissingKey,
    NotEntitled,
    PastGone,
    RateLimited,
    Unavailable,
)
from app.domain.ticks import VendorNotice
from tests.sources.databento.conftest import WANT, Start, drained, ended, until
from tests.sources.databento.gateway import KEY, Talk, error, playing, stay, trade


def test_a_wrong_key_is_refused_without_showing_it(start: Start, tapped: bool) -> None:
    wrong = KEY[:-5] + "12345"
    feed, _ = start(stay_after_login, tapped, key=wrong)
    with pytest.raises(AuthFailed) as caught:
        feed.open(WANT)
    assert "12345" not in str(caught.value) + caught.value.detail


def stay_after_login(talk: Talk) -> None:
    talk.login()
    stay(talk)


@pytest.mark.parametrize(
    ("key", "kind"),
    [(None, MissingKey), ("", MissingKey), ("db-short", AuthFailed), (KEY + "\n", AuthFailed)],
)
def test_a_key_that_cannot_be_one_is_not_sent(start: Start, key: str | None, kind: type[Exception]) -> None:
    feed, gateway = start(stay_after_login, key=key)
    with pytest.raises(kind):
        feed.open(WANT)
    assert not gateway.talks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("User has reached their open connection limit", RateLimited),
        ("Your license does not include GLBX.MDP3", NotEntitled),
        ("Something new", Unavailable),
    ],
)
def test_a_refused_login_means_what_it_says(start: Start, text: str, kind: type[Exception]) -> None:
    def play(talk: Talk) -> None:
        talk.greet()
        talk.send(f"success=0|error={text}\n".encode())
        stay(talk)

    feed, _ = start(play)
    with pytest.raises(kind):
        feed.open(WANT)


def test_nobody_listening_is_unavailable_at_once(start: Start, tapped: bool) -> None:
    feed, gateway = start(playing(), tapped)
    gateway.stop()
    gateway.stop = lambda: None  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="cannot be reached"):
        feed.open(WANT)


@pytest.mark.parametrize("farewell", [b"", b"lsg_version=0.7.1\nfoo=bar\n"], ids=["no word", "garbage"])
def test_leaving_in_mid_login_is_noticed_at_once(start: Start, farewell: bytes) -> None:
    feed, _ = start(lambda talk: talk.send(farewell))
    began = time.monotonic()
    with pytest.raises(Unavailable):
        feed.open(WANT)
    assert time.monotonic() - began < 5


def test_silence_in_login_ends_at_our_own_deadline(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sources.databento.connection.OPEN_SECONDS", 0.3)
    feed, gateway = start(stay)
    with pytest.raises(Unavailable, match="did not finish the login"):
        feed.open(WANT)
    until(gateway.left.is_set, "the socket stayed open")


def test_no_header_after_the_login_ends_at_our_own_deadline(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sources.databento.connection.OPEN_SECONDS", 0.5)
    feed, gateway = start(stay_after_login)
    with pytest.raises(Unavailable, match="sent nothing"):
        feed.open(WANT)
    until(gateway.left.is_set, "the socket stayed open")


def test_a_clean_end_is_a_loss_and_what_came_is_kept(start: Start, tapped: bool) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(trade() + trade() + trade()[:20])

    feed, _ = start(play, tapped)
    feed.open(WANT)
    assert sum(len(batch.trades) for batch in drained(feed, 2)) == 2
    assert isinstance(ended(feed), Unavailable)


def test_the_end_is_told_only_after_everything_was_taken(start: Start) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(trade())

    feed, gateway = start(play)
    feed.open(WANT)
    until(gateway.left.is_set)
    until(lambda: feed._inflow.over.is_set())
    assert feed.closed_by() is None
    assert len(feed.drain().trades) == 1
    assert isinstance(feed.closed_by(), Unavailable)


def test_a_reset_is_a_loss(start: Start, tapped: bool) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(trade())
        time.sleep(0.05)
        talk.reset()

    feed, _ = start(play, tapped)
    feed.open(WANT)
    assert "broke off" in str(ended(feed))


@pytest.mark.parametrize(
    ("code", "kind"), [(1, AuthFailed), (2, AuthFailed), (3, RateLimited), (5, NotEntitled), (6, Unavailable),
                       (8, PastGone)]
)  # fmt: skip
def test_a_fatal_error_record_decides_by_its_code(start: Start, code: int, kind: type[Exception]) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(error(4, "NQX9 could not be resolved") + error(code, "as told"))

    feed, _ = start(play)
    feed.open(WANT)
    assert type(ended(feed)) is kind


def test_a_harmless_error_record_leaves_the_session_alive(start: Start, tapped: bool) -> None:
    feed, _ = start(playing(error(4, "QN5.OPT could not be resolved"), trade()), tapped)
    feed.open(WANT)
    notices = [r for batch in drained(feed, 2) for r in batch.rare if isinstance(r, VendorNotice)]
    assert [(n.code, n.is_error, n.fatal) for n in notices] == [(4, True, False)]
    assert feed.closed_by() is None


def test_bytes_that_are_no_record_end_the_session_and_keep_what_came(start: Start) -> None:
    feed, gateway = start(playing(trade() + trade() + b"\x00" * 64))
    feed.open(WANT)
    batches = drained(feed, 2)
    assert sum(len(batch.trades) for batch in batches) == 2
    assert isinstance(ended(feed), BadPayload)
    until(gateway.left.is_set, "the socket stayed open")


def test_a_length_that_fits_no_record_ends_the_session(start: Start) -> None:
    bad = bytearray(trade())
    bad[0] += 2
    feed, _ = start(playing(trade() + bytes(bad) + trade()))
    feed.open(WANT)
    assert isinstance(ended(feed), BadPayload)


@pytest.mark.expected_log("buffer_updated() call failed")
def test_the_plain_path_survives_a_decoder_that_panics(start: Start) -> None:
    bad, go_on = bytearray(trade()), threading.Event()
    bad[1] = 160

    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(trade())
        go_on.wait(5)
        talk.send(bytes(bad))

    feed, _ = start(play, tapped=False)
    feed.open(WANT)
    drained(feed, 1)
    go_on.set()
    assert isinstance(ended(feed), Unavailable)


def test_a_stream_that_is_no_dbn_is_a_bad_payload(start: Start) -> None:
    def play(talk: Talk) -> None:
        talk.login()
        while not talk.line().startswith("start_session"):
            continue
        talk.send(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 200)
        stay(talk)

    feed, _ = start(play)
    with pytest.raises(BadPayload):
        feed.open(WANT)
