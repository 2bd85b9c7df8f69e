"""Pages that come where an answer was due: block pages, login pages, anything but the options page."""

from enum import Enum
from typing import Final


class Stranger(Enum):
    """What came instead; the text is the verdict on screen."""

    BLOCK = (
        "Barchart shows a block page (a check for robots) instead of data; wait, or open the site yourself."
    )
    LOGIN = "Barchart shows its login page instead of data: the visit's session has ended."
    OTHER = "Barchart sent a web page where data was due."


# Valid only in a body that is known not to be the options page: that one always carries a captcha script.
_BLOCK_WORDS: Final = (
    "captcha",
    "access denied",
    "request rejected",
    "awswaf",
    "just a moment",
    "unusual traffic",
)
_LOGIN_WORDS: Final = ('type="password"', "type='password'", 'action="/login"')


def is_page(content_type: str, body: bytes) -> bool:
    return content_type in ("text/html", "application/xhtml+xml") or body.lstrip()[:1] == b"<"


def stranger(text: str) -> Stranger:
    low = text.lower()
    if any(word in low for word in _BLOCK_WORDS):
        return Stranger.BLOCK
    return Stranger.LOGIN if any(word in low for word in _LOGIN_WORDS) else Stranger.OTHER
