"""Statuses and headers, and the error each means."""

import pytest

from app.domain.errors import AuthFailed, BadPayload, Blocked, RateLimited, Unavailable
from app.domain.units import ns_from_iso
from app.engine.ports import Reply
from app.sources.barchart.replies import error_of_data, error_of_page, retry_after

NOW = ns_from_iso("2025-06-09T14:30:00Z")


def reply(status: int, body: bytes = b"{}", kind: str = "application/json", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply("http://site/", status, {"content-type": kind} | named, body, 1.0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthFailed), (403, AuthFailed), (419, AuthFailed), (429, RateLimited), (500, Unavailable),
     (503, Unavailable), (404, BadPayload), (302, BadPayload)],
)  # fmt: skip
def test_each_status_means_what_can_be_done_about_it(status: int, kind: type[Exception]) -> None:
    assert type(error_of_data(reply(status), NOW)) is kind
    assert type(error_of_page(reply(status), NOW)) is kind


def test_a_good_status_proves_nothing() -> None:
    assert error_of_data(reply(200), NOW) is None
    assert type(error_of_data(reply(200, b"  "), NOW)) is BadPayload
    assert type(error_of_data(reply(200, b"<html>captcha</html>", "text/html"), NOW)) is Blocked
    assert type(error_of_data(reply(200, b"<html><input type='password'>", "text/html"), NOW)) is AuthFailed
    assert type(error_of_data(reply(200, b"\n <html>"), NOW)) is BadPayload


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        ("999999", 3600.0),
        ("Mon, 09 Jun 2025 14:30:20 GMT", 20.0),
        ("Mon, 09 Jun 2025 14:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(reply(429, retry_after=header), NOW) == seconds
