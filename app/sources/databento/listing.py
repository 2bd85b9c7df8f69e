"""Which datasets Databento lists for a key: no proof of what the key may have, but cheap to ask."""

import json
from http import HTTPStatus
from typing import Final

from app.domain.errors import AuthFailed, BadPayload, NotEntitled, RateLimited, SourceError, Unavailable
from app.engine.feeds import Listing, SourceContext
from app.sources.databento.live import key_of

_REFUSALS: Final[dict[int, type[SourceError]]] = {
    HTTPStatus.UNAUTHORIZED: AuthFailed,
    HTTPStatus.FORBIDDEN: NotEntitled,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimited,
}
_LIST: Final = "v0/metadata.list_datasets"


def listed(context: SourceContext) -> Listing:
    """Blocks; raises SourceError. Costs nothing."""
    key, base = key_of(context), context.addresses["databento_hist"].rstrip("/")
    session = context.http.session(context.id)
    try:
        reply = session.get(f"{base}/{_LIST}", basic=key)
    finally:
        session.close()
    refusal = _REFUSALS.get(reply.status)
    if refusal is not None:
        raise refusal("Databento lists no dataset for this key.")
    if reply.status != HTTPStatus.OK:
        raise Unavailable(f"Databento answered {reply.status} when it was asked for its datasets.")
    try:
        found = tuple(str(name) for name in json.loads(reply.body))
    except (ValueError, TypeError) as e:
        raise BadPayload("Databento's list of datasets cannot be read.", detail=repr(e)) from e
    return Listing(context.settings().databento_dataset, found)
