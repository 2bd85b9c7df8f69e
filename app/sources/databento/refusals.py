"""What Databento says when it refuses, as errors by what can be done about it.

Decided by the code of the error record where there is one: an exception's text may be that of an older,
harmless error. Before the first record there is only text.
"""

from typing import Final

from app.domain.errors import AuthFailed, NotEntitled, PastGone, RateLimited, SourceError, Unavailable
from app.domain.ticks import VendorNotice

_CONNECTION_LIMIT_WAIT: Final = 60.0
_ENTITLEMENT_WORDS: Final = ("entitle", "licens", "not authorized", "permission", "subscription plan")
_LOGIN_WORDS: Final = ("authentication failed", "invalid api key", "unknown user", "deactivated")


def of_notice(said: VendorNotice) -> SourceError | None:
    """None for what leaves the connection alive."""
    if not said.fatal:
        return None
    match said.code:
        case 1:
            return AuthFailed("Databento does not accept the key.", detail=said.text)
        case 2:
            return AuthFailed("Databento has deactivated the key.", detail=said.text)
        case 3:
            return _too_many()
        case 5:
            words = " ".join(said.text.split())
            return NotEntitled(f"Databento refuses the subscription: {_quoted(words)}", words=words)
        case 8:
            return PastGone("Databento no longer has the past that was asked for.", detail=said.text)
    return Unavailable(f"Databento has a fault of its own: {_quoted(said.text)}")


def of_login(text: str, dataset: str) -> SourceError:
    """What `success=0` meant, or why there was no answer at all."""
    low = text.lower()
    if "connection limit" in low:
        return _too_many()
    if any(word in low for word in _ENTITLEMENT_WORDS):
        words = " ".join(text.split())
        return NotEntitled(
            f"Databento gives this key no live data of {dataset}: {_quoted(words)}. Subscribe to live "
            f"{dataset} in Databento's portal, then choose “Ask again for refused data”. "
            "Everything else goes on.",
            words=words,
            everything=True,
        )
    if any(word in low for word in _LOGIN_WORDS):
        return AuthFailed("Databento does not accept the key.", detail=text)
    if low.startswith("connection to") and "failed" in low:
        return Unavailable("Databento's gateway cannot be reached.", detail=text)
    if "timed out" in low:
        return Unavailable("Databento's gateway did not answer in time.", detail=text)
    return Unavailable(f"Databento refuses the connection: {_quoted(text)}")


def _too_many() -> RateLimited:
    return RateLimited(
        "Databento allows no more connections for this account.", retry_after=_CONNECTION_LIMIT_WAIT
    )


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”" if text.strip() else "no reason given."
