import gzip
import json
import socket
import stat
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.errors import Unavailable
from app.domain.routing import SourceId
from app.engine.ports import Http
from app.system.http import RequestsHttp, RequestsSession
from app.system.redact import SecretRedactor
from tests.system.conftest import Wire

SOURCE = SourceId("wire")


@pytest.fixture
def session() -> Iterator[RequestsSession]:
    session = RequestsHttp(SecretRedactor(), timeout=(0.5, 0.4), whole=0.8, largest=100_000).session(SOURCE)
    yield session
    session.close()


def test_any_status_is_an_answer(wire: Wire, session: RequestsSession) -> None:
    for status in ("200 OK", "403 Forbidden", "419 Expired", "429 Too Many", "503 Busy"):
        wire.answer(status, b"said", "Content-Type: text/html; charset=utf-8", "Retry-After: 7")
        reply = session.get(wire.url())
        assert (reply.status, reply.body, reply.content_type) == (int(status[:3]), b"said", "text/html")
        assert reply.headers["retry-after"] == "7"
        assert 0 < reply.ms < 1000
    assert len(wire.asked) == 5


def test_what_is_asked_reaches_the_wire(wire: Wire, session: RequestsSession) -> None:
    wire.answer()
    session.get(
        wire.url("/q"), params={"symbol": "MC7M25", "raw": "1"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    wire.answer()
    session.post(wire.url("/login"), json={"name": "x"}, bearer="bearer-key-0815")
    wire.answer()
    session.post(wire.url("/form"), form={"a": "b c"}, basic="basic-key-4711")
    assert wire.asked[0].startswith("GET /q?symbol=MC7M25&raw=1 HTTP/1.1")
    assert "Sec-Fetch-Site: same-origin" in wire.asked[0]
    assert "Authorization: Bearer bearer-key-0815" in wire.asked[1]
    assert "Authorization: Basic YmFzaWMta2V5LTQ3MTE6" in wire.asked[2]


def test_a_reply_says_what_was_sent_and_which_way_it_came(wire: Wire, session: RequestsSession) -> None:
    wire.answer("302 Found", b"over there", "Location: /home")
    wire.answer("200 OK", b"home")
    reply = session.post(
        wire.url("/login"), form={"email": "a@b.example", "password": "pass", "remember": "on"}
    )
    (hop,) = reply.hops
    assert (reply.method, reply.form, reply.body) == ("GET", b"", b"home")
    assert (hop.method, hop.status, hop.body, hop.url) == ("POST", 302, b"over there", wire.url("/login"))
    assert hop.form == b"email=[redacted]&password=[redacted]&remember=on"


def test_a_reply_shows_no_secret(wire: Wire, canary: str) -> None:
    redactor = SecretRedactor()
    session = RequestsHttp(redactor).session(SOURCE)
    wire.answer("200 OK", b"{}", f"X-Echo: {canary}", "Set-Cookie: laravel_session=abcdefghijkl; Path=/")
    reply = session.get(wire.url("/v3"), params={"apiKey": canary}, bearer=canary)
    session.close()
    assert reply.url == wire.url("/v3?apiKey=[redacted]")
    assert reply.headers["x-echo"] == "[redacted]"
    assert reply.headers["set-cookie"] == "laravel_session=[redacted]; Path=/"
    assert redactor.residue(b"abcdefghijkl")
    assert session.cookie("laravel_session") == "abcdefghijkl"


def test_cookies_are_kept_raw_sent_back_and_forgotten(wire: Wire, session: RequestsSession) -> None:
    wire.answer("200 OK", b"", "Set-Cookie: XSRF-TOKEN=eyJ%3D; Max-Age=60; Path=/", "Set-Cookie: a=b; Path=/")
    session.get(wire.url())
    assert session.cookie("XSRF-TOKEN") == "eyJ%3D"
    assert session.cookie("missing") is None
    wire.answer()
    session.get(wire.url())
    assert "Cookie: XSRF-TOKEN=eyJ%3D; a=b" in wire.asked[1]
    session.forget_cookies()
    wire.answer()
    session.get(wire.url())
    assert "Cookie" not in wire.asked[2]


def test_nobody_listening_is_one_sentence(session: RequestsSession) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unavailable, match=r"^127\.0\.0\.1 refused the connection\.$") as told:
        session.get(f"http://127.0.0.1:{port}/?token=very-secret-token")
    assert "very-secret-token" not in told.value.detail


def test_a_refused_connection_is_tried_again(session: RequestsSession) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    back: list[Wire] = []

    def open_late() -> None:
        late = Wire.__new__(Wire)
        late._listener = socket.create_server(("127.0.0.1", port))
        late.port, late.asked, late.answers = port, [], []
        late.answer("200 OK", b"back")
        late._thread = threading.Thread(target=late._serve, name="wire", daemon=True)
        late._thread.start()
        back.append(late)

    timer = threading.Timer(0.2, open_late)
    timer.start()
    try:
        assert session.get(f"http://127.0.0.1:{port}/").body == b"back"
    finally:
        timer.join()
        for late in back:
            late.stop()


def test_a_silent_server_costs_no_more_than_the_timeout(wire: Wire, session: RequestsSession) -> None:
    released = threading.Event()
    wire.answers.append(lambda _: released.wait(3))
    with pytest.raises(Unavailable, match="fell silent"):
        session.get(wire.url())
    released.set()
    assert len(wire.asked) == 1


def test_a_dripping_answer_ends_at_the_deadline(wire: Wire, session: RequestsSession) -> None:
    released = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not released.wait(0.1):
            connection.sendall(b".")

    wire.answers.append(drip)
    with pytest.raises(Unavailable, match="too slowly"):
        session.get(wire.url())
    released.set()


def test_an_answer_beyond_the_limit_is_cut_off(wire: Wire, session: RequestsSession) -> None:
    wire.answer("200 OK", b"x" * 100_001)
    with pytest.raises(Unavailable, match="more than we take in"):
        session.get(wire.url())


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off_too(
    wire: Wire, session: RequestsSession
) -> None:
    wire.answer("200 OK", gzip.compress(b"x" * 5_000_000), "Content-Encoding: gzip")
    with pytest.raises(Unavailable, match="more than we take in"):
        session.get(wire.url())
    wire.answer("200 OK", gzip.compress(b"y" * 99_000), "Content-Encoding: gzip")
    assert session.get(wire.url()).body == b"y" * 99_000


HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 50
HALF_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\n" + b"x" * 50 + b"\r\n"
NO_HTTP = b"SSH-2.0-OpenSSH\r\n\r\n"


@pytest.mark.parametrize(
    "sent", [HALF, HALF_CHUNKED, NO_HTTP, b""], ids=["half", "half chunked", "ssh", "nothing"]
)
def test_half_an_answer_is_none(wire: Wire, session: RequestsSession, sent: bytes) -> None:
    wire.answers.append(sent)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 broke off the connection\."):
        session.get(wire.url())


def test_a_reset_in_the_middle_is_no_answer(wire: Wire, session: RequestsSession) -> None:
    def reset(connection: socket.socket) -> None:
        connection.sendall(HALF)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    wire.answers.append(reset)
    with pytest.raises(Unavailable, match="broke off"):
        session.get(wire.url())


def test_chunks_are_put_together(wire: Wire, session: RequestsSession) -> None:
    wire.answers.append(HALF_CHUNKED + b"2\r\nyz\r\n0\r\n\r\n")
    assert session.get(wire.url()).body == b"x" * 50 + b"yz"


def test_a_redirect_is_followed_on_the_same_host_only(wire: Wire, session: RequestsSession) -> None:
    wire.answer("302 Found", b"", "Location: /there")
    wire.answer("200 OK", b"arrived")
    assert session.get(wire.url("/here")).body == b"arrived"
    for elsewhere in (
        "http://example.com/",
        f"http://127.0.0.1:{wire.port + 1}/",
        f"http://localhost:{wire.port}/",
    ):
        wire.answer("302 Found", b"", f"Location: {elsewhere}")
        reply = session.get(wire.url("/here"), bearer="bearer-key-0815")
        assert (reply.status, reply.headers["location"]) == (302, elsewhere)


def test_redirects_without_end_end(wire: Wire, session: RequestsSession) -> None:
    for _ in range(8):
        wire.answer("302 Found", b"", "Location: /again")
    with pytest.raises(Unavailable, match="round in circles"):
        session.get(wire.url())


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "127.0.0.1", "http://", "http://[::1", "http://127.0.0.1:99999/"]
)
def test_a_bad_address_is_one_sentence(session: RequestsSession, url: str) -> None:
    with pytest.raises(Unavailable, match=r"\.$"):
        session.get(url)


def test_a_proxy_and_a_netrc_are_ignored_on_this_machine(
    wire: Wire, session: RequestsSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(netrc))
    wire.answer("200 OK", b"direct")
    assert session.get(wire.url()).body == b"direct"
    assert "Authorization" not in wire.asked[0]


def test_cookies_with_an_expiry_survive_as_json_for_the_owner_only(wire: Wire, tmp_path: Path) -> None:
    http: Http = RequestsHttp(SecretRedactor(), cookies=tmp_path / "cookies")
    first = http.session(SOURCE)
    wire.answer(
        "200 OK", b"", "Set-Cookie: laravel_session=abc; Max-Age=60; Path=/", "Set-Cookie: b=visit; Path=/"
    )
    first.get(wire.url())
    first.close()
    file = tmp_path / "cookies" / "wire.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry["name"] for entry in json.loads(file.read_text())] == ["laravel_session"]
    second = http.session(SOURCE)
    assert (second.cookie("laravel_session"), second.cookie("b")) == ("abc", None)
    wire.answer()
    second.get(wire.url())
    assert "Cookie: laravel_session=abc" in wire.asked[1]
    second.forget_cookies()
    second.close()
    assert not file.exists()


@pytest.mark.expected_log("cookies could not be saved")
def test_cookies_that_cannot_be_saved_do_not_cost_the_answer(wire: Wire, tmp_path: Path) -> None:
    (tmp_path / "cookies").write_text("in the way")
    session = RequestsHttp(SecretRedactor(), cookies=tmp_path / "cookies").session(SOURCE)
    wire.answer("200 OK", b"said", "Set-Cookie: laravel_session=abc; Max-Age=60; Path=/")
    assert session.get(wire.url()).body == b"said"
    session.close()


def test_dead_cookies_are_thrown_away_on_load(tmp_path: Path) -> None:
    dead = {
        "name": "a",
        "value": "b",
        "domain": "127.0.0.1",
        "path": "/",
        "secure": False,
        "expires": 1_000_000_000,
    }
    (tmp_path / "wire.json").write_text(json.dumps([dead]))
    session = RequestsHttp(SecretRedactor(), cookies=tmp_path).session(SOURCE)
    assert session.cookie("a") is None
    session.close()


@pytest.mark.expected_log("cookies of an earlier run could not be read")
@pytest.mark.parametrize("content", ["[{", '["x"]', '{"a": 1}', '[{"name": "a"}]'])
def test_a_damaged_cookie_file_costs_a_new_login_only(tmp_path: Path, content: str) -> None:
    (tmp_path / "wire.json").write_text(content)
    session = RequestsHttp(SecretRedactor(), cookies=tmp_path).session(SOURCE)
    assert session.cookie("a") is None
    session.close()
