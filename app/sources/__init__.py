"""The sources, found by walking this package: a module or package with `SOURCE = SourceSpec(...)` is one."""

import importlib
import pkgutil

from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.engine.feeds import BrokenSource, SourceSpec

# What a module can fail with while it loads; a broken one is listed with its reason, never lost.
_LOADING = (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError, LookupError, OSError)


def discover() -> tuple[tuple[SourceSpec, ...], tuple[BrokenSource, ...]]:
    """Every source by tier, and those that do not load."""
    return discover_in(__name__, list(__path__))


def discover_in(package: str, folders: list[str]) -> tuple[tuple[SourceSpec, ...], tuple[BrokenSource, ...]]:
    sources: list[SourceSpec] = []
    broken: list[BrokenSource] = []
    for module in pkgutil.iter_modules(folders):
        try:
            sources.append(_declared(importlib.import_module(f"{package}.{module.name}")))
        except _LOADING as e:
            broken.append(BrokenSource(SourceId(module.name), f"{type(e).__name__}: {e}"))
    if not sources and not broken:
        raise ConfigError("No source was found: the program is incompletely installed.")
    return tuple(sorted(sources, key=lambda s: (s.tier, s.id))), tuple(broken)


def _declared(module: object) -> SourceSpec:
    declared = getattr(module, "SOURCE", None)
    if not isinstance(declared, SourceSpec):
        raise TypeError("it declares no SOURCE")
    return declared
