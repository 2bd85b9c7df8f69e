"""What can go wrong, by what can be done about it. `str(e)` is a sentence for the user."""

from enum import Enum


class Remedy(Enum):
    RETRY = "retry"
    FAIL_OVER = "fail over"
    ASK_USER = "ask user"


class AppError(Exception):
    """`str(e)` is for the user; `detail` is for the log and must already be free of secrets."""

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


class ConfigError(AppError):
    """Bad arguments, settings or files: the user can mend it, nothing was lost."""


class SourceError(AppError):
    """A source did not deliver. Only adapters raise it; only poller and streamer catch it."""

    remedy: Remedy = Remedy.RETRY
    kind = "source"


class Unavailable(SourceError):
    kind = "unavailable"


class PastGone(Unavailable):
    """So much of the past as was asked for can no longer be had; less of it may be."""


class RateLimited(SourceError):
    kind = "rate_limited"

    def __init__(self, sentence: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.retry_after = retry_after


class MissingKey(SourceError):
    remedy = Remedy.ASK_USER
    kind = "no_key"


class AuthFailed(SourceError):
    remedy = Remedy.ASK_USER
    kind = "auth_failed"


class OverBudget(SourceError):
    remedy = Remedy.ASK_USER
    kind = "over_budget"


class AskFirst(OverBudget):
    """It fits the budget, but only the user can say yes."""

    kind = "ask_first"


class NotEntitled(SourceError):
    """`words` are the vendor's own; `everything`: no part of it would be given either."""

    remedy = Remedy.FAIL_OVER
    kind = "not_entitled"

    def __init__(self, sentence: str, *, words: str = "", everything: bool = False, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.words = words
        self.everything = everything


class BadPayload(SourceError):
    """An answer that is not what was asked for; `capture_id` names its evidence."""

    remedy = Remedy.FAIL_OVER
    kind = "bad_payload"

    def __init__(self, sentence: str, *, capture_id: str | None = None, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.capture_id = capture_id


class Blocked(BadPayload):
    """A check for robots came instead of an answer: only a person may go on."""

    remedy = Remedy.ASK_USER
    kind = "blocked"


class Stale(SourceError):
    remedy = Remedy.FAIL_OVER
    kind = "stale"
