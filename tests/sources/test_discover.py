"""Sources are found by walking their package; a broken one is listed with its reason."""

import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import sources as package_of_sources
from app.domain.errors import ConfigError
from app.domain.updates import HealthChanged
from app.engine.feeds import BrokenSource
from app.engine.parts import EngineParts
from app.sources import discover, discover_in
from tests.engine.bench import Bench, until

SOURCES = Path(next(iter(package_of_sources.__path__)))


@dataclass
class WithBroken(Bench):
    broken: tuple[BrokenSource, ...] = ()

    def parts(self) -> EngineParts:
        return replace(super().parts(), broken=self.broken)


def test_barchart_is_found_and_declares_what_it_offers() -> None:
    sources, broken = discover()
    assert broken == ()
    barchart = next(source for source in sources if source.id == "barchart")
    assert [str(offer.fidelity) for offer in barchart.offers] == ["DELAYED(10)", "EOD"]
    assert barchart.enabled_by == "barchart_enabled"
    assert [source.tier for source in sources] == sorted(source.tier for source in sources)


def test_a_source_that_does_not_load_is_listed_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "some_sources"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "halfway.py").write_text("import a_library_that_is_missing\n")
    (folder / "silent.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    sources, broken = discover_in("some_sources", [str(folder)])
    assert sources == ()
    assert {b.id: b.reason for b in broken} == {
        "halfway": "ModuleNotFoundError: No module named 'a_library_that_is_missing'",
        "silent": "TypeError: it declares no SOURCE",
    }
    for name in [name for name in sys.modules if name.startswith("some_sources")]:
        del sys.modules[name]


async def test_one_of_our_own_that_breaks_is_listed_and_the_others_work_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "copied_sources"
    shutil.copytree(SOURCES, package, ignore=shutil.ignore_patterns("__pycache__"))
    module = package / "massive" / "__init__.py"
    module.write_text("import a_library_that_is_missing\n" + module.read_text("utf-8"), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sources, broken = discover_in(package.name, [str(package)])
    assert {one.id for one in sources} == {one.id for one in discover()[0]} - {"massive"}
    assert [(one.id, one.reason) for one in broken] == [
        ("massive", "ModuleNotFoundError: No module named 'a_library_that_is_missing'")
    ]
    bench = WithBroken(tmp_path / "data", sources=(), broken=broken)
    async with bench.running():
        await until(lambda: bench.screen.now(HealthChanged))
        (told,) = bench.screen.now(HealthChanged)
        assert (told.health.source, told.health.channels) == ("massive", ())
        assert "a_library_that_is_missing" in (told.health.broken or "")
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def test_finding_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No source was found"):
        discover_in("nowhere", [str(tmp_path)])
