"""A capture written for others: as a bundle of everything known, as HAR, or as a fixture for a test.

Redacted once more before it is written, then every part is searched for what is left of any known secret: if
one is found, nothing is written at all.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.domain.capture import Capture
from app.domain.errors import ConfigError
from app.domain.examination import Examination
from app.domain.examination_document import (
    boxes_document,
    expected_document,
    log_lines,
    parse_document,
    validation_document,
)
from app.domain.units import moment
from app.system.aside import clean
from app.system.atomic import write_atomically
from app.system.capture_files import kept_page
from app.system.fixture import held_against
from app.system.har import har
from app.system.redact import SecretRedactor
from app.system.redact_rules import MASK
from app.system.warc import warc

_SCHEMA: Final = 1
_AFTER_SCRIPTS: Final = "as the embedded browser held it after its scripts had run, after redaction"
_LARGEST_PICTURE: Final = 20_000_000


class CaptureExporter:
    """Fills the engine's `Exporter` port."""

    def __init__(self, redactor: SecretRedactor) -> None:
        self._redactor = redactor
        self._kinds: Mapping[str, Callable[[Examination, Path], str]] = {
            "bundle": self._bundle,
            "har": self._har,
            "warc": self._warc,
            "fixture": self._fixture,
            "check": held_against,
        }

    def __call__(self, examination: Examination, kind: str, target: str) -> str:
        if kind not in self._kinds:
            raise ConfigError(f"A capture cannot be written as {kind}.")
        return self._kinds[kind](examination, Path(target))

    def parts(self, examination: Examination) -> dict[str, bytes]:
        """The files of a bundle by name; raises ConfigError when a secret is left in one."""
        capture = self._clean(examination.this.capture)
        suffix = "html" if _is_page(capture) else "json"
        log = b"".join(self._masked(line) + b"\n" for line in log_lines(examination))
        parts = {
            "har/session.har": _json(har(capture, __version__)),
            f"raw/answer.{suffix}": capture.body,
            "boxes.json": _json(boxes_document(examination)),
            "parse.json": self._masked(parse_document(examination)),
            "validation.json": self._masked(validation_document(examination)),
            "log.jsonl": log,
        }
        if (dom := self._dom(capture)) is not None:
            parts["dom.html"] = dom
        for number, one in enumerate(capture.earlier, 1):
            if one.body:
                name = capture.steps[one.step].name if one.step < len(capture.steps) else "request"
                parts[f"raw/{number}-{name}.{'html' if _is_html(one.body) else 'json'}"] = one.body
        if (picture := _picture(capture)) is not None:
            parts["page.png"] = picture
        self._refuse_residue(parts)
        parts["manifest.json"] = _json(_manifest(capture, parts))
        self._refuse_residue(parts)
        return parts

    def _bundle(self, examination: Examination, target: Path) -> str:
        packed = io.BytesIO()
        stamp = moment(examination.this.capture.fetched).timetuple()[:6]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in self.parts(examination).items():
                bundle.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
        return _written(target, packed.getvalue())

    def _har(self, examination: Examination, target: Path) -> str:
        document = _json(har(self._clean(examination.this.capture), __version__))
        self._refuse_residue({target.name: document})
        return _written(target, document)

    def _warc(self, examination: Examination, target: Path) -> str:
        archive = warc(self._clean(examination.this.capture), __version__)
        self._refuse_residue({target.name: archive})
        return _written(target, archive)

    def _fixture(self, examination: Examination, target: Path) -> str:
        """The answer and what is to be read from it, side by side in a folder."""
        capture = self._clean(examination.this.capture)
        name = "".join(c if c.isalnum() or c in "-_" else "-" for c in capture.id)
        parts = {
            f"{name}.{'html' if _is_page(capture) else 'json'}": capture.body,
            f"{name}.expected.json": self._masked(expected_document(examination), indent=1),
        }
        self._refuse_residue(parts)
        if not target.is_dir():
            raise ConfigError(f"There is no folder {target}.")
        for part in parts:
            if (target / part).exists():
                raise ConfigError(f"There is a file {part} already; nothing was written.")
        for part, content in parts.items():
            _written(target / part, content)
        return f"{' and '.join(parts)} are in {target}."

    def _clean(self, capture: Capture) -> Capture:
        redactor = self._redactor
        return replace(
            capture,
            url=redactor.url(capture.url),
            headers=redactor.headers(capture.headers),
            steps=tuple(replace(step, note=redactor.text(step.note)) for step in capture.steps),
            request_headers=redactor.headers(capture.request_headers),
            body=redactor.body(capture.body, capture.content_type),
            earlier=tuple(clean(one, redactor) for one in capture.earlier),
            verdict=redactor.text(capture.verdict),
        )

    def _dom(self, capture: Capture) -> bytes | None:
        """The page as a browser built it; None where none did."""
        if capture.by_browser:
            return capture.body
        kept = None if capture.dom is None else kept_page(Path(capture.dom))
        return None if kept is None else self._redactor.body(kept, "text/html")

    def _masked(self, document: Any, indent: int | None = None) -> bytes:
        """As a whole: its strings one by one would take seconds."""
        return self._redactor.body(_json(document, indent), "application/json")

    def _refuse_residue(self, parts: Mapping[str, bytes]) -> None:
        left = [name for name, content in parts.items() if self._redactor.residue(content)]
        if left:
            raise ConfigError(f"A secret is left in {', '.join(left)}; nothing was written.")


def _manifest(capture: Capture, parts: Mapping[str, bytes]) -> dict[str, Any]:
    masks = sum(content.count(MASK.encode()) for name, content in parts.items() if name.startswith("raw/"))
    return {
        "schema": _SCHEMA,
        "app": {"name": "Pitwall", "version": __version__},
        "capture": capture.id,
        "source": capture.source,
        "parser": capture.parser,
        "raw": _AFTER_SCRIPTS if capture.by_browser else "received bytes after redaction",
        "dom": _dom_words(capture) if "dom.html" in parts else None,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
        "redaction": {"redactions": masks, "residual": 0},
    }


def _dom_words(capture: Capture) -> str:
    return (
        _AFTER_SCRIPTS if capture.by_browser else "as the browser engine built the stored page, scripts off"
    )


def _picture(capture: Capture) -> bytes | None:
    if capture.picture is None:
        return None
    path = Path(capture.picture)
    try:
        return path.read_bytes() if path.stat().st_size <= _LARGEST_PICTURE else None
    except OSError:
        return None


def _is_page(capture: Capture) -> bool:
    return _is_html(capture.body)


def _is_html(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _json(document: Any, indent: int | None = None) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=indent).encode()


def _written(target: Path, content: bytes) -> str:
    try:
        write_atomically(target, content)
    except OSError as e:
        raise ConfigError(f"{target} cannot be written: {e.strerror}.") from e
    return f"{len(content):,} bytes are in {target}."
