import base64
import html
import json
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.system.redact import SecretRedactor
from tests.guards.keys import disguises

MASK = "[redacted]"
keys = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_characters="[]"), min_size=8, max_size=48
)


@pytest.fixture
def redactor(canary: str) -> SecretRedactor:
    redactor = SecretRedactor()
    redactor.learn(canary)
    return redactor


@given(keys, st.binary(max_size=30), st.binary(max_size=30))
def test_a_learnt_secret_is_found_in_every_spelling(secret: str, before: bytes, after: bytes) -> None:
    redactor = SecretRedactor()
    redactor.learn(secret)
    for shown in (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        html.escape(secret),
        json.dumps(secret),
    ):
        body = before + shown.encode() + after
        assert redactor.residue(body)
        assert not redactor.residue(redactor.body(body, "text/plain"))
    code = base64.b64encode(before + secret.encode() + after)
    assert redactor.residue(code)
    assert not redactor.residue(redactor.body(code, "text/plain"))


def test_nothing_of_the_secret_is_left_in_any_disguise(redactor: SecretRedactor, canary: str) -> None:
    shown = [canary, quote(canary, safe=""), base64.b64encode(f"u:{canary}:".encode()).decode()]
    kept = redactor.text("refused " + " and ".join(shown)).encode()
    assert not any(look in kept for look in disguises(canary))
    assert kept == f"refused {MASK} and {MASK} and {MASK}".encode()


def test_a_body_without_secrets_stays_as_it_is_to_the_byte(redactor: SecretRedactor) -> None:
    body = (
        '{"data": [{"strike":"22,350.00C", "last": 1.50e2, "note":"Zürich \\u00fc"}]}'.encode() + b"\xff\x00"
    )
    assert redactor.body(body, "application/json") == body


def test_json_stays_valid_and_loses_values_under_secret_names(redactor: SecretRedactor, canary: str) -> None:
    told = {
        "accessToken": "eyJ0-some-opaque-thing",
        "mdAccessToken": 'with "quotes" \\ and more',
        "password": "hunter2",
        "e-mail": "somebody@example.com",
        "userId": 17,
        "next": f"https://api.example.com/v3?cursor=abc&apiKey={canary}&limit=5",
        "rows": [{"symbol": "NQZ6", "last": 21000.25, "said": canary}],
        "token": None,
    }
    kept = json.loads(redactor.body(json.dumps(told).encode(), "application/json"))
    assert kept == told | {
        "accessToken": MASK,
        "mdAccessToken": MASK,
        "password": MASK,
        "e-mail": MASK,
        "next": f"https://api.example.com/v3?cursor=abc&apiKey={MASK}&limit=5",
        "rows": [{"symbol": "NQZ6", "last": 21000.25, "said": MASK}],
    }


def test_tokens_of_a_page_are_masked_where_they_stand_and_where_they_are_repeated() -> None:
    token, other = "Zm9vYmFyYmF6cXV4MTIz", "another-hidden-token-0815"
    page = f"""<html><head><meta content="{token}" name="csrf-token"><meta name="robots" content="index">
        </head><body><form><input type="hidden" name="_token" value='{other}'>
        <input type="text" name="symbol" value="NQM25"></form>
        <script>window.state = {{"csrfToken": "{token}", "symbol": "NQM25"}}; fetch("/x?t={token}")</script>
        <div data-state="{{&quot;xsrf-token&quot;:&quot;{other}&quot;,&quot;a&quot;:1}}">{other}</div>"""
    redactor = SecretRedactor()
    kept = redactor.body(page.encode(), "text/html; charset=utf-8").decode()
    assert token not in kept
    assert other not in kept
    assert kept.count("NQM25") == 2
    assert 'name="robots" content="index"' in kept
    assert redactor.residue(page.encode())


def test_headers_keep_their_names_and_lose_their_credentials(redactor: SecretRedactor, canary: str) -> None:
    kept = redactor.headers(
        {
            "Authorization": f"Bearer {canary}",
            "Cookie": "laravel_session=abcdef; market=usd",
            "Set-Cookie": "XSRF-TOKEN=eyJpdiI6; expires=Wed, 21 Jan 2026 07:28:00 GMT; Path=/, "
            "laravel_session=q; Path=/",
            "X-XSRF-TOKEN": "eyJpdiI6",
            "Content-Type": "application/json",
            "Location": f"https://x.example/login?token={canary}",
        }
    )
    assert kept == {
        "authorization": MASK,
        "cookie": MASK,
        "set-cookie": f"XSRF-TOKEN={MASK}; expires=Wed, 21 Jan 2026 07:28:00 GMT; Path=/, "
        f"laravel_session={MASK}; Path=/",
        "x-xsrf-token": MASK,
        "content-type": "application/json",
        "location": f"https://x.example/login?token={MASK}",
    }


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("GET https://u:pw@h.example/a?key=1&x=2", f"GET https://{MASK}@h.example/a?key={MASK}&x=2"),
        ("Authorization: Bearer abc.def-0123456", f"Authorization: Bearer {MASK}"),
        ("the basic idea is sound", "the basic idea is sound"),
        ("password = 'correct-horse'", f"password = '{MASK}'"),
        ("API_KEY=0123456789", f"API_KEY={MASK}"),
        ("auth with db-" + "A" * 29 + " failed", f"auth with {MASK} failed"),
        ("jwt eyJhbGciOiJIUzI1.eyJzdWIi.c2ln", f"jwt {MASK}"),
        ("bid 21000.25 ask 21000.50 for Q2AM5 C21500", "bid 21000.25 ask 21000.50 for Q2AM5 C21500"),
    ],
)
def test_credentials_are_known_by_place_and_shape_too(told: str, kept: str) -> None:
    assert SecretRedactor().text(told) == kept


def test_a_cookie_is_masked_url_encoded_and_plain() -> None:
    cookie = "eyJpdiI6Ik5vdFJlYWwi%2Bmore%3D%3D"
    redactor = SecretRedactor()
    redactor.found(cookie)
    assert redactor.text(f"sent {cookie} back as {unquote(cookie)}") == f"sent {MASK} back as {MASK}"


def test_words_too_short_to_be_keys_do_not_blank_out_text() -> None:
    redactor = SecretRedactor()
    redactor.learn("NQ")
    redactor.learn("")
    redactor.found("us-futures")
    assert redactor.text("NQ us-futures") == "NQ us-futures"


def test_the_users_keys_outlive_any_number_of_found_tokens(redactor: SecretRedactor, canary: str) -> None:
    for n in range(500):
        redactor.found(f"token-of-answer-{n:06d}")
    assert redactor.text(canary) == MASK
    assert redactor.text("token-of-answer-000499") == MASK
    assert len(redactor._found) <= 64
