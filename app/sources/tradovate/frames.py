"""Tradovate's frames as text: `o`, `h`, `a[…]` and `c[…]` from it, four lines to it. Pure."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from app.domain.errors import BadPayload

BEAT: Final = "[]"


class Kind(Enum):
    OPEN = "o"
    HEARTBEAT = "h"
    MESSAGES = "a"
    CLOSE = "c"


@dataclass(frozen=True, slots=True)
class Frame:
    """`messages` are replies (with `i` and `s`) and events (with `e`), in any mixture."""

    kind: Kind
    messages: tuple[dict[str, Any], ...] = ()
    reason: str = ""


def read_frame(text: str) -> Frame:
    """Raises BadPayload for what no frame can be."""
    try:
        kind = Kind(text[:1])
        said = json.loads(text[1:]) if len(text) > 1 else []
    except ValueError as e:
        raise BadPayload("Tradovate sent a frame that cannot be read.", detail=repr(e)) from e
    if not isinstance(said, list):
        raise BadPayload("Tradovate sent a frame that is no list.")
    if kind is Kind.CLOSE:
        return Frame(kind, reason=" ".join(str(part) for part in said[1:]) or "no reason given")
    return Frame(kind, tuple(one for one in said if isinstance(one, dict)))


def request(endpoint: str, number: int, body: str | dict[str, Any] = "") -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    return f"{endpoint}\n{number}\n\n{text}"
