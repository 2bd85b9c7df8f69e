"""Why there was no answer, in words for the user."""

from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests import exceptions


class TooLarge(requests.RequestException):
    """The answer is cut off at our own limit."""


class TooSlow(requests.RequestException):
    """The answer drips: each piece in time, the whole not."""


_Kinds = type[Exception] | tuple[type[Exception], ...]
_WORDS: Final[tuple[tuple[_Kinds, str], ...]] = (
    (TooLarge, "sent more than we take in"),
    (TooSlow, "sent its answer too slowly"),
    (exceptions.ProxyError, "could not be reached through the proxy"),
    (exceptions.SSLError, "has a certificate that could not be verified"),
    (exceptions.ConnectTimeout, "did not answer in time"),
    (
        (exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError),
        "fell silent before its answer was complete",
    ),
    (exceptions.TooManyRedirects, "sent us round in circles"),
    ((exceptions.InvalidURL, exceptions.MissingSchema, exceptions.InvalidSchema), "is no address we can use"),
)
_TEXTS: Final = (
    (("NameResolution", "gaierror"), "could not be found: is this machine online?"),
    (("Connection refused", "WinError 10061"), "refused the connection"),
    (("Read timed out",), "fell silent before its answer was complete"),
)


def sentence(url: str, error: Exception) -> str:
    host = _host(url)
    for kinds, words in _WORDS:
        if isinstance(error, kinds):
            return f"{host} {words}."
    if type(error) in (ValueError, UnicodeError, UnicodeEncodeError):
        return f"{host} is no address we can use."
    text = repr(error)
    for hints, words in _TEXTS:
        if any(hint in text for hint in hints):
            return f"{host} {words}{'' if words.endswith('?') else '.'}"
    return f"{host} broke off the connection."


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "The address"
    except ValueError:
        return "The address"
