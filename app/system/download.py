"""Large answers straight to disk: in pieces, with a deadline for silence and none for the whole."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3

from app.domain.errors import BadPayload, Unavailable
from app.engine.history_feed import Downloaded, GoOn
from app.system.http_faults import sentence
from app.system.redact import SecretRedactor

_CONNECT_SECONDS: Final = 5.0
_SILENCE_SECONDS: Final = 60.0
_PIECE: Final = 256 * 1024
_MOST_OF_AN_ERROR: Final = 64 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_SUCCESS: Final = (200, 206)


class Downloads:
    def __init__(self, redactor: SecretRedactor) -> None:
        self._redactor = redactor

    def __call__(
        self, url: str, *, form: Mapping[str, str], basic: str, target: str, go_on: GoOn
    ) -> Downloaded:
        self._redactor.learn(basic)
        with requests.Session() as session:
            session.trust_env = urlsplit(url).hostname not in _LOOPBACK
            try:
                answer = session.post(
                    url,
                    data=form,
                    auth=(basic, ""),
                    stream=True,
                    timeout=(_CONNECT_SECONDS, _SILENCE_SECONDS),
                    allow_redirects=False,
                    headers={"Accept-Encoding": "identity"},
                )
            except (requests.RequestException, OSError, ValueError) as e:
                detail = self._redactor.text(f"POST {url}: {e!r}")
                raise Unavailable(sentence(url, e), detail=detail) from None
            with answer:
                return self._taken(url, answer, Path(target), go_on)

    def _taken(self, url: str, answer: requests.Response, target: Path, go_on: GoOn) -> Downloaded:
        headers = self._redactor.headers(answer.headers)
        part = target.with_name(f"{target.name}.part")
        try:
            if answer.status_code not in _SUCCESS:
                return Downloaded(answer.status_code, headers, answer.raw.read(_MOST_OF_AN_ERROR), 0)
            size = self._to_disk(answer, part, go_on)
            part.replace(target)
            return Downloaded(answer.status_code, headers, b"", size)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as e:
            detail = self._redactor.text(f"POST {url}: {e!r}")
            raise BadPayload(f"The download broke off: {sentence(url, e)}", detail=detail) from None
        finally:
            part.unlink(missing_ok=True)

    def _to_disk(self, answer: requests.Response, part: Path, go_on: GoOn) -> int:
        size, expected = 0, answer.headers.get("Content-Length")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            last = time.monotonic()
            while piece := answer.raw.read1(_PIECE):
                file.write(piece)
                size += len(piece)
                if time.monotonic() - last > _SILENCE_SECONDS:
                    raise TimeoutError("silence")
                last = time.monotonic()
                if not go_on(size):
                    raise BadPayload("The download was stopped.")
            file.flush()
            os.fsync(file.fileno())
        if expected is not None and expected.isdigit() and int(expected) != size:
            raise BadPayload(f"The download broke off after {size:,} of {int(expected):,} bytes.")
        return size
