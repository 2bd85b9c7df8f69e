"""A whole demo session with keys, cookies, tokens and an e-mail address that nobody may ever read again:
afterwards everything that was written or told is searched for them, packed or not.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet
from PySide6.QtGui import QImage

from app.domain.capture import CaptureLine
from app.domain.health import Link, SourceHealth
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.updates import CaptureStored, ChainArrived, HealthChanged, LogLine, Mode
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts
from app.sim import keys
from app.sim.farm import Farm
from app.sources import discover
from app.system.bundle import CaptureExporter
from app.system.clock import MarketClock
from app.system.http import RequestsHttp
from app.system.logs import start_logging
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.renderer import ChildRenderer
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore
from app.system.table_files import write_table
from tests.engine.screen import Screen
from tests.guards.keys import _parts, disguises
from tests.waiting import wait

ACCOUNT = {"barchart_user": keys.BARCHART_EMAIL, "barchart_password": keys.BARCHART_PASSWORD}
SHORTEST = 8
# each of them was logged in to, and said something
READ = {"barchart", "databento", "massive", "tradovate"}
# a browser engine that builds the page and then fails: the picture is drawn plainly, the page is kept
BUILDS = (
    "import json, pathlib, sys; said = json.load(sys.stdin); "
    "pathlib.Path(said['out']).with_name('dom.html').write_text(said['html'], 'utf-8'); sys.exit(1)"
)


class Session:
    """The engine as the composition root makes it, in the folder of the test."""

    def __init__(self, farm: Farm, folder: Path) -> None:
        facts = farm.clock_facts()
        clock = MarketClock(facts["start_ns"], facts["wall_ns"], facts["speed"])
        redactor, outbox, paths = SecretRedactor(), Outbox(), Paths(folder)
        self.cookies = folder.parent / "cookies"
        self.logs = start_logging(paths, redactor, "DEBUG", outbox.put_stream, clock)
        found, broken = discover()
        parts = EngineParts(
            settings=Settings(barchart_spacing=0.5, barchart_per_minute=30, chart_backfill=0),
            clock=clock,
            calendar=farm.market.calendar,
            store=SqliteStore(paths, redactor, clock),
            secrets=MemorySecrets({**simulated_keys(), **ACCOUNT}, redactor.learn),
            http=RequestsHttp(redactor, self.cookies),
            renderer=ChildRenderer(browser=(sys.executable, "-c", BUILDS)),
            redactor=redactor,
            sources=tuple(found),
            outbox=outbox,
            addresses=farm.addresses(),
            mode=Mode.DEMO,
            broken=broken,
            exporter=CaptureExporter(redactor),
            table_writer=write_table,
        )
        self.host = EngineHost(lambda: Engine(parts))
        self.screen = Screen(outbox)
        self.folder = folder

    def ask(self, work: object) -> object:
        return self.host.submit(work).result(60)  # type: ignore[arg-type]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[tuple[Farm, Session]]:
    with Farm(seed=11) as farm:
        session = Session(farm, tmp_path / "data")
        session.host.start()
        try:
            yield farm, session
        finally:
            session.host.stop()
            session.logs.close()


def reads(health: SourceHealth) -> bool:
    return any(channel.link is Link.UP and channel.last_receipt is not None for channel in health.channels)


def secrets_of(farm: Farm) -> set[str]:
    """All that opens a door somewhere, with the tokens that the site has dealt out."""
    visitors = farm.barchart.visitors._known.values()
    dealt = {text for visitor in visitors for text in (visitor.token, visitor.token[:40], visitor.name)}
    given = {*simulated_keys().values(), *ACCOUNT.values()}
    return {secret for secret in given | dealt if len(secret) >= SHORTEST}


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for part in _parts(path):
            yield str(path), part
        if path.suffix == ".png":
            picture = QImage(str(path))
            yield f"{path}: its texts", "".join(map(picture.text, picture.textKeys())).encode()
        if path.suffix == ".parquet":
            table = parquet.read_table(path)
            yield f"{path}: its cells", repr((table.to_pylist(), table.schema.metadata)).encode()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
                for name in packed.namelist():
                    yield f"{path}/{name}", packed.read(name)


def barchart(screen: Screen) -> list[CaptureLine]:
    return [told.line for told in screen.now(CaptureStored) if told.line.source == "barchart"]


def what_is_exported(exports: Path) -> tuple[int, str]:
    """How many bundles hold a page as a browser built it, and the forms that were sent, of all archives."""
    bundles = [zipfile.ZipFile(path).namelist() for path in exports.glob("*.bundle")]
    entries = [
        one for path in exports.glob("*.har") for one in json.loads(path.read_bytes())["log"]["entries"]
    ]
    forms = [one["request"]["postData"]["text"] for one in entries if "postData" in one["request"]]
    return sum("dom.html" in names and "page.png" in names for names in bundles), "\n".join(forms)


@pytest.mark.timeout(300)
@pytest.mark.expected_log("Barchart")
@pytest.mark.expected_log("not drawn")
def test_no_secret_of_a_session_can_be_read_anywhere(session: tuple[Farm, Session], tmp_path: Path) -> None:
    farm, run = session
    engine, screen = run.host.engine, run.screen
    wait(lambda: any(c.chain.source == "barchart" for c in screen.now(ChainArrived)))
    wait(lambda: {h.health.source for h in screen.now(HealthChanged) if reads(h.health)} >= READ)
    series = next(c.chain.vendor_series for c in screen.now(ChainArrived) if c.chain.source == "barchart")
    poller = engine._plugged[SourceId("barchart")].poller
    assert poller is not None
    wait(lambda: poller._busy is None)
    assert run.ask(poller.refresh(series)) == "Read."
    wait(lambda: poller._busy is None)
    farm.faults.set("barchart", "api", "block_page", 1)
    assert "block page" in str(run.ask(poller.refresh(series)))
    wait(lambda: all(line.picture for line in barchart(screen)))
    lines = barchart(screen)
    assert any(step.name == "account" and step.ok for line in lines for step in line.steps)
    exports = tmp_path / "exports"
    exports.mkdir()
    for number, line in enumerate(lines):
        for kind in ("bundle", "har", "warc"):
            run.ask(engine.export_capture(line.id, kind, str(exports / f"{number}.{kind}")))
        (exports / str(number)).mkdir()
        run.ask(engine.export_capture(line.id, "fixture", str(exports / str(number))))
    shown = next(c for c in screen.now(ChainArrived) if c.chain.source == "barchart")
    for kind in ("csv", "parquet", "jsonl"):
        run.ask(engine.exports.chain(shown, str(exports / f"chain.{kind}")))
    built, sent = what_is_exported(exports)
    assert built > 0
    assert "remember=on" in sent
    secrets = secrets_of(farm)
    assert run.host.stop().in_time
    told = "\n".join(repr(u) for u in screen.ever(object)).encode()
    assert len(secrets) > 8
    assert screen.ever(LogLine)
    found = set()
    searched = 0
    looks = {secret: disguises(secret) for secret in secrets}
    for where, content in (*written(run.folder), *written(exports), ("the screen", told)):
        searched += len(content)
        for secret, forms in looks.items():
            if any(form in content for form in forms):
                found.add((where, secret[:12]))
    assert searched > 2_000_000
    assert found == set()
    # what was searched for is really there where it may be: in the owner's own file of cookies
    kept = b"".join(content for _, content in written(run.cookies))
    assert any(form in kept for forms in looks.values() for form in forms)
