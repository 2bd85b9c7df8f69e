"""What is secret by its place or its shape, known or not: credentials in URLs, headers, JSON and HTML."""

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Final

MASK: Final = "[redacted]"
SECRET_HEADERS: Final = frozenset(
    {
        "authorization", "proxy-authorization", "cookie", "x-xsrf-token", "x-csrf-token", "x-api-key",
        "www-authenticate", "proxy-authenticate",
    }
)  # fmt: skip
_SECRET_ENDINGS: Final = (
    "password", "passwd", "secret", "apikey", "api_key", "api-key", "token", "sessionid", "session_id",
    "session-id", "laravel_session", "authorization", "cookie", "cookies", "email", "e_mail", "e-mail",
)  # fmt: skip
_NAME: Final = re.compile(r"[\w-]+")
_URL_PARAMETER: Final = re.compile(
    r"(?i)([?&;](?:[a-z_-]*(?:token|secret|password|apikey|api_key|api-key|signature)|key|auth|sig|email)=)[^&;\s\"'<>]+"
)
# patterns that begin with fixed letters: they pass 635 KB in under a millisecond, others need 20
_URL_USER: Final = re.compile(r"://[^/\s@\"'<>]+@")
_DATABENTO_KEY: Final = re.compile(r"db-[A-Za-z0-9]{20,}")
_JWT: Final = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
_AUTH_WORD: Final = re.compile(r"(?i)\b(bearer|basic)\s+(?=[^\s\"',;]*[0-9=._-])[^\s\"',;]{8,}")
_NAMED: Final = re.compile(
    r"(?i)\b([a-z_-]*(?:password|passwd|secret|api[_-]?key|token|laravel_session)[\"']?\s*[=:]\s*[\"']?)"
    r"(?!\[redacted\])[^\s\"'&,;<>(){}]{8,}"
)
_JSON_VALUE: Final = re.compile(r'"\s*:\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED_PAIR: Final = re.compile(r"&quot;([\w-]+)&quot;(\s*:\s*)&quot;(.*?)&quot;", re.DOTALL)
_TAG: Final = re.compile(r"<(?:meta|input)\b[^>]*>", re.IGNORECASE)
_TAG_NAME: Final = re.compile(
    r"""\b(?:name|id|http-equiv)\s*=\s*["']?[\w-]*(?:csrf|xsrf|token|set-cookie)""", re.IGNORECASE
)
_TAG_PASSWORD: Final = re.compile(r"""\btype\s*=\s*["']?(?:password|email)""", re.IGNORECASE)
_TAG_VALUE: Final = re.compile(
    r"""\b(content|value)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE | re.DOTALL
)


def mask_text(text: str) -> str:
    """Credentials in free text: URLs, headers, `name=value`, and keys that are known by their shape."""
    text = _AUTH_WORD.sub(rf"\1 {MASK}", mask_url(text))
    return _NAMED.sub(rf"\1{MASK}", text)


def mask_url(text: str) -> str:
    text = _URL_USER.sub(f"://{MASK}@", _URL_PARAMETER.sub(rf"\1{MASK}", text))
    return _JWT.sub(MASK, _DATABENTO_KEY.sub(MASK, text))


def mask_header(name: str, value: str) -> str:
    name = name.lower()
    if name in SECRET_HEADERS:
        return MASK
    if name == "set-cookie":
        return ", ".join(mask_cookie(cookie) for cookie in _cookies(value))
    return mask_text(value)


def mask_cookie(cookie: str) -> str:
    """`name=value; Path=/` keeps its name and attributes."""
    first, semicolon, attributes = cookie.partition(";")
    return f"{first.partition('=')[0].strip()}={MASK}{semicolon}{attributes}"


def mask_json(text: str, found: Callable[[str], None]) -> str:
    """Replaces string values under secret names in place: the document stays valid, the rest untouched."""
    spans = sorted(_json_values(text), reverse=True)
    for start, end in spans:
        found(_plain(text[start:end]))
        text = text[:start] + MASK + text[end:]
    return text


def mask_html(text: str, found: Callable[[str], None]) -> str:
    """Tokens in meta and input tags, and in JSON written into scripts and attributes."""

    def value_replaced(value: re.Match[str]) -> str:
        found(html.unescape(value[3].strip("\"'")))
        return f'{value[1]}{value[2]}"{MASK}"'

    def tag_replaced(tag: re.Match[str]) -> str:
        if not (_TAG_NAME.search(tag[0]) or _TAG_PASSWORD.search(tag[0])):
            return tag[0]
        return _TAG_VALUE.sub(value_replaced, tag[0])

    def pair_replaced(pair: re.Match[str]) -> str:
        if not pair[3] or not pair[1].lower().endswith(_SECRET_ENDINGS):
            return pair[0]
        found(html.unescape(pair[3]))
        return f"&quot;{pair[1]}&quot;{pair[2]}&quot;{MASK}&quot;"

    return mask_json(_ESCAPED_PAIR.sub(pair_replaced, _TAG.sub(tag_replaced, text)), found)


def _json_values(text: str) -> set[tuple[int, int]]:
    """Where the values of secret names stand.

    The names are searched as plain words, 6 ms for a page of 712 KB: one search for all of them by pattern
    would hold the interpreter, and with it the window, for 46 ms.
    """
    lower, spans = text.lower(), set()
    for ending in _SECRET_ENDINGS:
        at = lower.find(f'{ending}"')
        while at >= 0:
            quote = at + len(ending)
            value = _JSON_VALUE.match(text, quote)
            if value and value[1] and _NAME.fullmatch(text, text.rfind('"', 0, quote) + 1, quote):
                spans.add(value.span(1))
            at = lower.find(f'{ending}"', quote)
    return spans


def _cookies(header: str) -> Iterator[str]:
    """Cookies of a joined header; the comma within an expiry date separates nothing."""
    yield from re.split(r",\s*(?=[^=;,\s]+=)", header)


def _plain(in_json: str) -> str:
    try:
        return str(json.loads(f'"{in_json}"'))
    except ValueError:
        return in_json
