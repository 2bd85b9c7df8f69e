"""Sources are found by walking their package; a broken one is listed with its reason."""

import sys
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.sources import discover, discover_in


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


def test_finding_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No source was found"):
        discover_in("nowhere", [str(tmp_path)])
