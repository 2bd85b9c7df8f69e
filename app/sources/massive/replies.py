"""What an HTTP answer of Massive means: nothing wrong, or an error by what can be done about it."""

import json
from collections.abc import Callable
from typing import Any, Final

from app.domain.errors import AuthFailed, BadPayload, NotEntitled, RateLimited, SourceError, Unavailable
from app.engine.ports import Reply

_LONGEST_RETRY_AFTER: Final = 3_600.0
_MOST_WORDS: Final = 200


def error_of(reply: Reply, refused: Callable[[float | None], float]) -> SourceError | None:
    """By status; the text is in `error` or in `message`. `refused` says how long to wait after a 429."""
    status = reply.status
    if status == 200:
        return None
    if status == 401:
        return AuthFailed("Massive does not accept the key.", detail=words_of(reply))
    if status == 403:
        words = words_of(reply)
        said = f": “{words}”" if words else "."
        return NotEntitled(f"The Massive plan does not include this{said}", words=words, everything=True)
    if status == 429:
        wait = refused(_retry_after(reply))
        return RateLimited(f"Massive's calls a minute are used up: {wait:.0f} s pause.", retry_after=wait)
    if status in (408, 499) or status >= 500:
        return Unavailable(f"Massive has a fault of its own (HTTP {status}).", detail=words_of(reply))
    return BadPayload(f"Massive does not know what was asked for (HTTP {status}).", detail=words_of(reply))


def lacks_key(reply: Reply) -> bool:
    """The header did not reach it: something on the way may have taken it out."""
    return reply.status == 401 and "not provided" in words_of(reply).lower()


def words_of(reply: Reply) -> str:
    try:
        said: Any = json.loads(reply.body)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    return " ".join(str(said.get("error") or said.get("message") or "").split())[:_MOST_WORDS]


def _retry_after(reply: Reply) -> float | None:
    said = reply.headers.get("retry-after", "").strip()
    if not said.replace(".", "", 1).isdigit():
        return None
    return min(_LONGEST_RETRY_AFTER, float(said))
