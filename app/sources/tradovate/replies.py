"""What an HTTP answer of Tradovate means. Wrong logins and penalties come with status 200: not here."""

import json
from collections.abc import Callable
from typing import Any, Final

from app.domain.errors import AuthFailed, BadPayload, NotEntitled, RateLimited, Unavailable
from app.engine.ports import Reply

EXPIRED: Final = (401, 419)
NOT_FOUND: Final = 404
# first the one, then the other; either means an hour
_OVER_LIMIT: Final = (423, 429)


def raise_for_status(reply: Reply, over_limit: Callable[[], RateLimited]) -> None:
    status = reply.status
    if status == 200:
        return
    if status in _OVER_LIMIT:
        raise over_limit()
    if status in EXPIRED:
        raise AuthFailed(f"Tradovate refuses the login (HTTP {status}).")
    if status == 403:
        raise NotEntitled("Tradovate does not allow this with this login.", everything=True)
    if status >= 500 or status == 408:
        raise Unavailable(f"Tradovate has a fault of its own (HTTP {status}).")
    raise BadPayload(f"Tradovate does not know what was asked for (HTTP {status}).")


def answer_of(reply: Reply) -> dict[str, Any]:
    try:
        said = json.loads(reply.body)
    except ValueError as e:
        what = "a web page" if reply.body.lstrip()[:1] == b"<" else "something that is no JSON"
        raise BadPayload(f"Tradovate sent {what}.", detail=repr(e)) from e
    if not isinstance(said, dict):
        raise BadPayload("Tradovate sent JSON of another form.")
    return said
