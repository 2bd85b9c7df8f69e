"""Captures written for others: complete, redacted, refused while a secret is left."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.capture import BY_BROWSER, Step
from app.domain.errors import ConfigError
from app.domain.examination import Examination
from app.domain.examination_document import compared, values_of
from app.domain.session import Calendar
from app.engine.evidence import Evidence
from app.engine.feeds import SourceContext
from app.engine.ports import Exporter
from app.sources.barchart import PARSER, SOURCE
from app.system.bundle import CaptureExporter
from app.system.redact import SecretRedactor
from app.system.warc import warc
from tests.sources.conftest import make_context
from tests.system.stored import Morning

__all__ = ["make_context"]
CANARY = "canary-5f1e9c77d2"


@pytest.fixture
def morning(tmp_path: Path, make_context: Callable[..., SourceContext]) -> Iterator[Morning]:
    made = Morning(tmp_path / "data", make_context)
    made.page()
    yield made
    made.close()


def examined(morning: Morning, capture_id: str) -> Examination:
    evidence = Evidence([SOURCE], Calendar())
    found = evidence.gather(morning.store, capture_id)
    assert found is not None
    return evidence.examine(found)


def test_a_bundle_holds_every_part_with_its_hash(morning: Morning, tmp_path: Path) -> None:
    exporter: Exporter = CaptureExporter(SecretRedactor())
    capture_id = morning.chain()
    morning.store.set_picture(capture_id, b"\x89PNG picture")
    target = tmp_path / "one.nqcap"
    assert "bytes are in" in exporter(examined(morning, capture_id), "bundle", str(target))
    with zipfile.ZipFile(target) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    assert manifest["sha256"] == {name: hashlib.sha256(body).hexdigest() for name, body in parts.items()}
    assert manifest["redaction"]["residual"] == 0
    assert parts["page.png"] == b"\x89PNG picture"
    assert json.loads(parts["raw/answer.json"])["data"]
    fields = json.loads(parts["parse.json"])["fields"]
    bid = next(f for f in fields if f["name"] == "bid" and f["value"])
    assert bid["locator"].endswith(".raw.bidPrice")
    assert next(iter(json.loads(parts["boxes.json"]).values()))[2:] == [71, 22]
    assert json.loads(parts["validation.json"])["finding"] in ("ok", "watch")
    assert json.loads(parts["log.jsonl"].splitlines()[-1])["outcome"] == "accepted"


def test_har_has_the_objects_that_readers_expect(morning: Morning, tmp_path: Path) -> None:
    target = tmp_path / "one.har"
    CaptureExporter(SecretRedactor())(examined(morning, morning.chain()), "har", str(target))
    log = json.loads(target.read_bytes())["log"]
    assert log["version"] == "1.2"
    (entry,) = log["entries"]
    assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
    assert {
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    } <= (entry["request"].keys())
    assert {"status", "statusText", "content", "redirectURL", "headersSize", "bodySize"} <= (
        entry["response"].keys()
    )
    assert {"name": "symbol", "value": "MC7M25"} in entry["request"]["queryString"]
    assert min(entry["timings"][name] for name in ("send", "wait", "receive")) >= 0


def records_of(archive: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Read by the lengths that they state, as any reader of web archives does."""
    records = []
    while archive:
        head, _, rest = archive.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        assert first == "WARC/1.1"
        fields = dict(line.split(": ", 1) for line in lines)
        length = int(fields["Content-Length"])
        block, archive = rest[:length], rest[length:]
        assert archive[:4] == b"\r\n\r\n"
        records.append((fields, block))
        archive = archive[4:]
    return records


def test_warc_is_read_back_record_by_record(morning: Morning, tmp_path: Path) -> None:
    found, target = examined(morning, morning.chain()), tmp_path / "one.warc"
    CaptureExporter(SecretRedactor())(found, "warc", str(target))
    records = records_of(target.read_bytes())
    kinds = [fields["WARC-Type"] for fields, _ in records]
    assert kinds == ["warcinfo", "request", "response", "metadata"]
    assert len({fields["WARC-Record-ID"] for fields, _ in records}) == 4
    for fields, block in records:
        digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        assert fields["WARC-Block-Digest"] == f"sha1:{digest}"
        assert fields["WARC-Date"] == "2025-06-09T14:36:40.000000Z"
    answer = records[2][1]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == found.this.capture.body
    assert f"Content-Length: {len(body)}".encode() in head
    assert records[1][1].startswith(b"GET /proxies/core-api/v1/quotes/get?symbol=MC7M25&")
    assert json.loads(records[3][1])["outcome"] == "accepted"


def test_an_attempt_without_an_answer_is_a_warc_without_a_response(morning: Morning, tmp_path: Path) -> None:
    target = tmp_path / "none.warc"
    CaptureExporter(SecretRedactor())(examined(morning, morning.chain("refuse")), "warc", str(target))
    kinds = [fields["WARC-Type"] for fields, _ in records_of(target.read_bytes())]
    assert "response" not in kinds
    assert kinds[-1] == "metadata"


def test_a_header_cannot_begin_a_record_of_its_own(morning: Morning) -> None:
    capture = examined(morning, morning.chain()).this.capture
    odd = replace(
        capture, headers={"x": "1\r\n\r\nWARC/1.1"}, url=f"{capture.url}&x=1 \r\nWARC-Type: response"
    )
    assert len(records_of(warc(odd, "1"))) == 4


def test_the_requests_before_the_answer_are_in_every_archive(morning: Morning, tmp_path: Path) -> None:
    found, export = examined(morning, morning.chain("419")), CaptureExporter(SecretRedactor())
    for kind in ("har", "warc", "bundle"):
        export(found, kind, str(tmp_path / f"one.{kind}"))
    entries = json.loads((tmp_path / "one.har").read_bytes())["log"]["entries"]
    assert [one["response"]["status"] for one in entries] == [419, 200, 200]
    assert [one["comment"].partition(":")[0] for one in entries] == ["request", "cookies", "request"]
    begun = [one["startedDateTime"] for one in entries]
    assert begun == sorted(begun)
    records = records_of((tmp_path / "one.warc").read_bytes())
    kinds = [fields["WARC-Type"] for fields, _ in records]
    assert kinds == ["warcinfo", *["request", "response"] * 3, "metadata"]
    assert len({fields["WARC-Record-ID"] for fields, _ in records}) == len(records)
    beside = [fields["WARC-Concurrent-To"] for fields, _ in records[1:-1:2]]
    assert beside == [fields["WARC-Record-ID"] for fields, _ in records[2:-1:2]]
    with zipfile.ZipFile(tmp_path / "one.bundle") as bundle:
        assert {"raw/1-request.json", "raw/2-cookies.html", "raw/answer.json"} <= set(bundle.namelist())
        assert json.loads(bundle.read("manifest.json"))["parser"] == PARSER


def test_a_page_as_a_browser_built_it_is_in_the_bundle(morning: Morning, tmp_path: Path) -> None:
    page, target = morning.page(), tmp_path / "one.nqcap"
    morning.store.set_picture(page, b"\x89PNG", b"<html><body>built</body></html>")
    export = CaptureExporter(SecretRedactor())
    export(examined(morning, page), "bundle", str(target))
    with zipfile.ZipFile(target) as bundle:
        assert bundle.read("dom.html") == b"<html><body>built</body></html>"
        assert "scripts off" in json.loads(bundle.read("manifest.json"))["dom"]
    found = examined(morning, page)
    steps = (Step("page", 9.0, True, f"{BY_BROWSER}; HTTP 200"),)
    scripted = replace(found, this=replace(found.this, capture=replace(found.this.capture, steps=steps)))
    parts = export.parts(scripted)
    assert parts["dom.html"] == scripted.this.capture.body
    assert "after its scripts" in json.loads(parts["manifest.json"])["dom"]


def test_a_failed_attempt_can_be_exported_too(morning: Morning, tmp_path: Path) -> None:
    for number, fault in enumerate(("block_page", "truncated", "refuse")):
        target = tmp_path / f"{number}.nqcap"
        CaptureExporter(SecretRedactor())(examined(morning, morning.chain(fault)), "bundle", str(target))
        with zipfile.ZipFile(target) as bundle:
            assert json.loads(bundle.read("validation.json"))["finding"] in ("no answer", "not ready")


def test_no_known_secret_is_left_in_any_part(morning: Morning, tmp_path: Path) -> None:
    redactor = SecretRedactor()
    redactor.learn(CANARY)
    found = examined(morning, morning.chain())
    body = found.this.capture.body.replace(b'"meta"', b'"canary": "%s", "meta"' % CANARY.encode())
    leaky = replace(
        found.this.capture, body=body, url=f"https://x.invalid/?token={CANARY}", verdict=f"saw {CANARY}"
    )
    parts = CaptureExporter(redactor).parts(replace(found, this=replace(found.this, capture=leaky)))
    assert all(CANARY.encode() not in content for content in parts.values())
    assert json.loads(parts["raw/answer.json"])["canary"] == "[redacted]"
    assert json.loads(parts["manifest.json"])["redaction"]["redactions"] == 1


@pytest.mark.parametrize("kind", ["har", "warc"])
def test_no_known_secret_is_left_in_an_archive(morning: Morning, tmp_path: Path, kind: str) -> None:
    redactor, target = SecretRedactor(), tmp_path / f"one.{kind}"
    redactor.learn(CANARY)
    found = examined(morning, morning.chain())
    leaky = replace(
        found.this.capture,
        url=f"https://x.invalid/?token={CANARY}",
        headers={"set-cookie": f"a={CANARY}", "x-note": CANARY},
        request_headers={"Cookie": f"laravel_session={CANARY}", "X-XSRF-TOKEN": CANARY},
        verdict=f"saw {CANARY}",
        steps=(Step("request", 1.0, True, f"sent {CANARY}"),),
    )
    CaptureExporter(redactor)(replace(found, this=replace(found.this, capture=leaky)), kind, str(target))
    assert CANARY.encode() not in target.read_bytes()
    assert b"[redacted]" in target.read_bytes()


def test_a_bundle_with_a_secret_left_in_it_is_not_written(morning: Morning, tmp_path: Path) -> None:
    redactor = SecretRedactor()
    redactor.learn(CANARY)
    capture_id, target = morning.chain(), tmp_path / "one.nqcap"
    morning.store.set_picture(capture_id, b"\x89PNG " + CANARY.encode())
    with pytest.raises(ConfigError, match=r"A secret is left in page\.png"):
        CaptureExporter(redactor)(examined(morning, capture_id), "bundle", str(target))
    assert not target.exists()


def test_a_fixture_says_what_must_be_read_from_the_answer(morning: Morning, tmp_path: Path) -> None:
    found = examined(morning, morning.chain())
    export = CaptureExporter(SecretRedactor())
    export(found, "fixture", str(tmp_path))
    (expected,) = tmp_path.glob("*.expected.json")
    values = json.loads(expected.read_bytes())["values"]
    assert list(compared(values, values_of(found))) == []
    subject = next(name for name in values if name != "chain")
    assert "are read as" in export(found, "check", str(expected))
    document = json.loads(expected.read_bytes())
    document["values"][subject] |= {"bid": "1.00"}
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert f"differ from changed.json: {subject}/bid: 1.00 → " in export(found, "check", str(changed))
    changed.write_text('{"values": 1}', encoding="utf-8")
    with pytest.raises(ConfigError, match="no expected values"):
        export(found, "check", str(changed))
    values[subject]["bid"] = "1.00"
    assert [name for name, _, _ in compared(values, values_of(found))] == [f"{subject}/bid"]
    with pytest.raises(ConfigError, match="nothing was written"):
        export(found, "fixture", str(tmp_path))
    with pytest.raises(ConfigError, match="no folder"):
        export(found, "fixture", str(tmp_path / "nowhere"))


def test_a_place_that_cannot_be_written_is_one_sentence(morning: Morning, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        CaptureExporter(SecretRedactor())(
            examined(morning, morning.chain()), "har", str(tmp_path / "no" / "x.har")
        )
