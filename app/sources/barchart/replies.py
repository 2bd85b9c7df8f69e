"""What an HTTP answer of Barchart means: nothing wrong, or an error by what can be done about it."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from app.domain.errors import AuthFailed, BadPayload, Blocked, RateLimited, SourceError, Unavailable
from app.domain.units import SECOND, Ns, ns
from app.engine.ports import Reply
from app.sources.barchart.strangers import Stranger, is_page, stranger

# 401 was seen; 403 and 419 are what its framework sends for a token that is missing or too old
SESSION_OVER: Final = (401, 403, 419)
_LONGEST_RETRY_AFTER: Final = 3_600.0


def ends_session(reply: Reply) -> bool:
    """Whether a new visit may help: the session is over. A check for robots is not mended by asking again."""
    if reply.status in SESSION_OVER:
        return stranger_of(reply) is not Stranger.BLOCK
    return reply.status == 200 and stranger_of(reply) is Stranger.LOGIN


def stranger_of(reply: Reply) -> Stranger | None:
    """The kind of web page that came, if one came; valid only where no options page was due."""
    if not is_page(reply.content_type, reply.body):
        return None
    return stranger(reply.body.decode("utf-8", "replace"))


def error_of_data(reply: Reply, now: Ns) -> SourceError | None:
    """None: it may be the chain, which its parser decides."""
    came = stranger_of(reply)
    if came is Stranger.BLOCK:
        return Blocked(came.value)
    if reply.status != 200:
        return error_of_status(reply, now)
    if came is not None:
        return AuthFailed(came.value) if came is Stranger.LOGIN else BadPayload(came.value)
    return None if reply.body.strip() else BadPayload("Barchart sent an empty answer.")


def error_of_page(reply: Reply, now: Ns) -> SourceError | None:
    if reply.status == 200:
        return None
    if reply.status in SESSION_OVER and stranger_of(reply) is Stranger.BLOCK:
        return Blocked(Stranger.BLOCK.value)
    return error_of_status(reply, now)


def error_of_status(reply: Reply, now: Ns) -> SourceError:
    status = reply.status
    if status == 429:
        return RateLimited("Barchart asks for fewer requests.", retry_after=retry_after(reply, now))
    if status in SESSION_OVER:
        return AuthFailed(f"Barchart refuses this visitor even after a new visit (HTTP {status}).")
    if status >= 500:
        return Unavailable(f"Barchart has a fault of its own (HTTP {status}).")
    return BadPayload(f"Barchart does not know what was asked for (HTTP {status}).")


def retry_after(reply: Reply, now: Ns) -> float | None:
    """Seconds, which the header gives as a number or as a date."""
    said = reply.headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        seconds = float(said) if said.replace(".", "", 1).isdigit() else _until(said, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(_LONGEST_RETRY_AFTER, max(0.0, seconds))


def _until(http_date: str, now: Ns) -> float:
    when = parsedate_to_datetime(http_date)
    return (ns(when if when.tzinfo else when.replace(tzinfo=UTC)) - now) / SECOND
