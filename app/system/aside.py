"""What is kept of an attempt beside its answer, in one packed file: the requests before, the values read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.domain.capture import Capture, Exchange
from app.system.redact import SecretRedactor

# latin-1 maps every byte to a character and back, whatever the body is
_BYTES: Final = "latin-1"


@dataclass(frozen=True, slots=True)
class Aside:
    earlier: tuple[Exchange, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def packed(capture: Capture, redactor: SecretRedactor) -> bytes | None:
    """None where there is nothing."""
    if not capture.earlier and not capture.values:
        return None
    earlier = [_written(clean(one, redactor)) for one in capture.earlier]
    return json.dumps({"earlier": earlier, "values": dict(capture.values)}, ensure_ascii=False).encode()


def unpacked(content: bytes) -> Aside:
    """ValueError when it is damaged."""
    try:
        document = json.loads(content)
        earlier = tuple(_read(one) for one in document["earlier"])
        return Aside(earlier, {str(name): str(text) for name, text in document["values"].items()})
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeError) as e:
        raise ValueError("what was kept beside the answer cannot be read") from e


def clean(one: Exchange, redactor: SecretRedactor) -> Exchange:
    sent = redactor.body(one.sent, "") if one.sent else b""
    return replace(
        one,
        url=redactor.url(one.url),
        request_headers=redactor.headers(one.request_headers),
        headers=redactor.headers(one.headers),
        sent=sent,
        body=redactor.body(one.body, one.content_type) if redactor.residue(one.body) else one.body,
    )


def _written(one: Exchange) -> dict[str, Any]:
    return {
        "step": one.step, "method": one.method, "url": one.url, "status": one.status,
        "content_type": one.content_type, "request_headers": dict(one.request_headers),
        "headers": dict(one.headers), "sent": one.sent.decode(_BYTES), "body": one.body.decode(_BYTES),
        "ms": one.ms,
    }  # fmt: skip


def _read(said: dict[str, Any]) -> Exchange:
    texts = {name: said[name].encode(_BYTES) for name in ("sent", "body")}
    return Exchange(**{**said, **texts})
