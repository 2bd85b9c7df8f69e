"""The one place that takes secrets out of whatever is kept: text, URLs, headers and bodies.

Two nets. By place and shape: what stands in an authorization header or a csrf tag is secret, known or not.
By value: every learnt secret is searched in all its spellings and masked wholly, with no prefix or length
left. Structure comes first, so that a JSON body stays valid; the search by value catches the rest.
"""

import threading
from collections.abc import Mapping
from typing import Final

from app.system.disguises import base64_cores, spellings
from app.system.redact_rules import MASK, mask_header, mask_html, mask_json, mask_text, mask_url

# Shorter ones would blank out ordinary words everywhere.
SHORTEST: Final = 6
# Tokens found in answers come by the dozen: of those the newest are remembered; the user's own keys all are.
_FOUND_REMEMBERED: Final = 64
_SHORTEST_FOUND: Final = 12
_BASE64_CHARS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")

_Forms = tuple[tuple[str, ...], tuple[str, ...]]


class SecretRedactor:
    def __init__(self) -> None:
        self._learning = threading.Lock()
        self._own: dict[str, _Forms] = {}
        self._found: dict[str, _Forms] = {}
        # read without the lock: replaced as a whole
        self._plain: tuple[str, ...] = ()
        self._cores: tuple[str, ...] = ()

    def learn(self, secret: str) -> None:
        """A key of the user; never forgotten while the program runs."""
        self._remember(self._own, secret.strip(), SHORTEST)

    def found(self, secret: str) -> None:
        """A token seen in an answer (cookie, csrf tag): copies of it elsewhere are masked too."""
        self._remember(self._found, secret.strip(), _SHORTEST_FOUND)

    def text(self, text: str) -> str:
        return self._by_value(mask_text(text))

    def url(self, url: str) -> str:
        return self._by_value(mask_url(url))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """With names in lower case."""
        return {name.lower(): self._by_value(mask_header(name, value)) for name, value in headers.items()}

    def body(self, body: bytes, content_type: str) -> bytes:
        # latin-1 maps every byte to a character and back, whatever the body is
        text = body.decode("latin-1")
        kind = content_type.lower()
        if "html" in kind or text.lstrip()[:1] == "<":
            text = mask_html(text, self.found)
        elif "json" in kind or "javascript" in kind or text.lstrip()[:1] in ("{", "["):
            text = mask_json(text, self.found)
        return self._by_value(mask_url(text)).encode("latin-1")

    def form(self, body: bytes | str | None) -> bytes:
        """What was sent with a request: fields of a form, or JSON."""
        plain = body.encode("utf-8", "replace") if isinstance(body, str) else body or b""
        if plain.lstrip()[:1] in (b"{", b"["):
            return self.body(plain, "application/json")
        # its first field looks like the first one of an address
        return self._by_value(mask_url(f"?{plain.decode('latin-1')}")).encode("latin-1")[1:]

    def residue(self, content: bytes) -> bool:
        """Whether a learnt secret can still be read in it, in any spelling."""
        text = content.decode("latin-1")
        return any(form in text for form in self._plain) or any(core in text for core in self._cores)

    def _remember(self, where: dict[str, _Forms], secret: str, shortest: int) -> None:
        if len(secret) < shortest or secret in where or MASK in secret:
            return
        forms = (tuple(f for f in spellings(secret) if len(f) >= SHORTEST), tuple(base64_cores(secret)))
        with self._learning:
            where[secret] = forms
            while len(self._found) > _FOUND_REMEMBERED:
                del self._found[next(iter(self._found))]
            known = (*self._own.values(), *self._found.values())
            plain = {form for forms in known for form in forms[0]}
            # the longest first, so that none is left behind as a rest of another
            self._plain = tuple(sorted(plain, key=len, reverse=True))
            self._cores = tuple(sorted({core for forms in known for core in forms[1]}, key=len, reverse=True))

    def _by_value(self, text: str) -> str:
        for form in self._plain:
            if form in text:
                text = text.replace(form, MASK)
        for core in self._cores:
            while (at := text.find(core)) >= 0:
                start, end = _whole_code(text, at, at + len(core))
                text = text[:start] + MASK + text[end:]
        return text


def _whole_code(text: str, start: int, end: int) -> tuple[int, int]:
    """The base64 around the core: a part left over would show how long the secret is."""
    while start > 0 and text[start - 1] in _BASE64_CHARS:
        start -= 1
    while end < len(text) and text[end] in _BASE64_CHARS:
        end += 1
    return start, end
