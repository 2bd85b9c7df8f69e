"""A profile as a document, and back: every fault is refused with the path where it stands. Pure.

Shipped profiles may name sources that this build does not have; a user's own may not.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

from app.domain.errors import ConfigError
from app.domain.routing import Channel, Fidelity, Level, SourceId
from app.domain.source_profile import EVERY, SourceProfile, Tiers

_T = TypeVar("_T")
_DEFAULT: Final = "default"
_KEYS: Final = frozenset({"about", "enabled", "tiers", "min_fidelity", "intervals", "caps", "rates"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_DELAYED: Final = re.compile(r"DELAYED\((\d{1,4})\)")
_INTERVALS: Final = (1.0, 86_400.0)
_CAPS: Final = (1.0, 10_000.0)
_RATES: Final = (0.0, 1_000_000.0)
_LONGEST_ABOUT: Final = 200


def read_profile(
    name: str, document: Mapping[str, Any], known: Collection[SourceId] | None, polled: Collection[SourceId]
) -> SourceProfile:
    """`known` are the sources there are (None: any name will do), `polled` those that are asked in turns."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"Profile {name!r}: a name is made of small letters, digits, - and _.")
    reader = _Reader(name, known, polled)
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise reader.fault(unknown[0], "no such entry")
    tiers = reader.table(document, "tiers")
    order = reader.tiers(tiers.pop(_DEFAULT, []), f"tiers.{_DEFAULT}")
    return SourceProfile(
        name=name,
        about=reader.text(document.get("about", ""), "about"),
        enabled=reader.enabled(document.get("enabled")),
        order=order,
        tiers=reader.channels(tiers, "tiers", reader.tiers),
        min_fidelity=reader.channels(reader.table(document, "min_fidelity"), "min_fidelity", reader.fidelity),
        intervals=reader.sources(reader.table(document, "intervals"), "intervals", _INTERVALS),
        caps=reader.sources(reader.table(document, "caps"), "caps", _CAPS),
        rates=reader.channels(reader.table(document, "rates"), "rates", reader.rates),
        shipped=known is None,
    )


def write_profile(profile: SourceProfile) -> str:
    """As TOML that `read_profile` reads."""
    lines = [f"about = {_quoted(profile.about)}", f"enabled = {_listed(profile.enabled)}", "", "[tiers]"]
    lines.append(f"{_DEFAULT} = {_tiers(profile.order)}")
    lines += [f"{_quoted(c.value)} = {_tiers(tiers)}" for c, tiers in profile.tiers.items()]
    tables = {
        "min_fidelity": {c.value: _quoted(str(f)) for c, f in profile.min_fidelity.items()},
        "intervals": {str(source): f"{value:g}" for source, value in profile.intervals.items()},
        "caps": {str(source): f"{value:g}" for source, value in profile.caps.items()},
        "rates": {c.value: f"[{busy!r}, {calm!r}]" for c, (busy, calm) in profile.rates.items()},
    }
    for title, table in tables.items():
        if table:
            lines += ["", f"[{title}]", *(f"{_quoted(key)} = {value}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def fidelity_of(text: str) -> Fidelity | None:
    """The reverse of `str(fidelity)`; None for what is none."""
    found = _DELAYED.fullmatch(text)
    if found:
        return Fidelity(Level.DELAYED, int(found[1]))
    plain = {level.value: Fidelity(level) for level in Level if level is not Level.DELAYED}
    return plain.get(text)


class _Reader:
    def __init__(self, name: str, known: Collection[SourceId] | None, polled: Collection[SourceId]) -> None:
        self._name = name
        self._known = known
        self._polled = polled

    def fault(self, path: str, what: str) -> ConfigError:
        return ConfigError(f"Profile {self._name}: {path}: {what}.")

    def table(self, document: Mapping[str, Any], key: str) -> dict[str, Any]:
        found = document.get(key, {})
        if not isinstance(found, dict):
            raise self.fault(key, "must be a table")
        return dict(found)

    def text(self, value: object, path: str) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_ABOUT:
            raise self.fault(path, f"must be a text of at most {_LONGEST_ABOUT} characters")
        return value

    def enabled(self, value: object) -> tuple[SourceId, ...]:
        if not isinstance(value, list) or not value:
            raise self.fault("enabled", "must name at least one source")
        if value == [EVERY]:
            return (EVERY,)
        return tuple(self.source(one, f"enabled[{number}]") for number, one in enumerate(value))

    def source(self, value: object, path: str) -> SourceId:
        if not isinstance(value, str):
            raise self.fault(path, f"{value!r} is not the name of a source")
        if self._known is not None and value not in self._known:
            raise self.fault(path, f"there is no source called {value}")
        return SourceId(value)

    def tiers(self, value: object, path: str) -> Tiers:
        if not isinstance(value, list):
            raise self.fault(path, "must be a list of sources, the best first")
        found = []
        for number, one in enumerate(value):
            here = f"{path}[{number}]"
            members = one if isinstance(one, list) else [one]
            found.append(tuple(self.source(member, here) for member in members))
        named = [source for tier in found for source in tier]
        twice = next((source for source in named if named.count(source) > 1), None)
        if twice is not None:
            raise self.fault(path, f"{twice} is named twice")
        return tuple(found)

    def fidelity(self, value: object, path: str) -> Fidelity:
        found = fidelity_of(value) if isinstance(value, str) else None
        if found is None or found.level in (Level.RECORDED, Level.SYNTHETIC):
            raise self.fault(path, f"{value!r} is not one of TICK, SNAPSHOT, DELAYED(minutes), EOD")
        return found

    def rates(self, value: object, path: str) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            raise self.fault(path, "must be two rates: in regular hours, and otherwise")
        return self.number(value[0], path, _RATES), self.number(value[1], path, _RATES)

    def number(self, value: object, path: str, limits: tuple[float, float]) -> float:
        low, high = limits
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= float(str(value)) <= high:
            raise self.fault(path, f"{value!r} is not a number of {low:g} to {high:g}")
        return float(str(value))

    def channels(
        self, table: Mapping[str, Any], path: str, read: Callable[[object, str], _T]
    ) -> dict[Channel, _T]:
        by_name = {channel.value: channel for channel in Channel}
        for key in table:
            if key not in by_name:
                raise self.fault(f"{path}.{key}", "there is no such channel")
        return {by_name[key]: read(value, f"{path}.{key}") for key, value in table.items()}

    def sources(
        self, table: Mapping[str, Any], path: str, limits: tuple[float, float]
    ) -> dict[SourceId, float]:
        found = {}
        for key, value in table.items():
            source = self.source(key, f"{path}.{key}")
            if self._known is not None and source not in self._polled:
                raise self.fault(f"{path}.{key}", "this source is not asked in turns, so nobody reads this")
            found[source] = self.number(value, f"{path}.{key}", limits)
        return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _listed(sources: tuple[SourceId, ...]) -> str:
    return f"[{', '.join(map(_quoted, sources))}]"


def _tiers(tiers: Tiers) -> str:
    return f"[{', '.join(_quoted(t[0]) if len(t) == 1 else _listed(t) for t in tiers)}]"
