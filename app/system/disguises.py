"""Every form in which a secret may appear in text: as it is, escaped for a URL, JSON or HTML, or in base64.

Bodies are searched as latin-1, where each byte is one character, so forms are given in that spelling too.
"""

import base64
import html
import json
from typing import Final
from urllib.parse import quote, quote_plus, unquote

# Shorter than this, its base64 is found in innocent text too.
_SHORTEST_IN_BASE64: Final = 8


def spellings(secret: str) -> frozenset[str]:
    """Forms that show the secret itself."""
    decoded = unquote(secret)  # cookies are URL-encoded in one header and plain in the next
    forms = {form for plain in {secret, decoded} for form in _escaped(plain)}
    return frozenset(forms | {_as_latin1(form) for form in forms})


def base64_cores(secret: str) -> frozenset[str]:
    """What of the base64 does not depend on the neighbours, at each of the three alignments."""
    if len(secret) < _SHORTEST_IN_BASE64:
        return frozenset()
    cores = set()
    for plain in {secret, unquote(secret)}:
        raw = plain.encode()
        for shift in range(3):
            code = base64.b64encode(b"\0" * shift + raw).decode()
            first = -(-shift * 8 // 6)
            last = (shift + len(raw)) * 8 // 6
            cores |= {code[first:last], code[first:last].replace("+", "-").replace("/", "_")}
    return frozenset(core for core in cores if len(core) >= _SHORTEST_IN_BASE64)


def _escaped(plain: str) -> set[str]:
    quoted = {quote(plain, safe=""), quote_plus(plain), quote(plain)}
    in_json = json.dumps(plain)[1:-1]
    return (
        {
            plain,
            html.escape(plain),
            in_json,
            in_json.replace("/", "\\/"),
            json.dumps(plain, ensure_ascii=False)[1:-1],
        }
        | quoted
        | {_lower_hex(q) for q in quoted}
    )


def _lower_hex(quoted: str) -> str:
    parts = quoted.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _as_latin1(text: str) -> str:
    return text.encode().decode("latin-1")
