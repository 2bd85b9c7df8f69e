"""Vendors at other addresses: a URL map as `pitwall sim --json` prints it, or one a user wrote.

When every address is on this machine the answers are simulated, so the whole run is a demo: its own clock,
simulated keys, marked as such. A real key never goes to a simulator.
"""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.cli.values import existing
from app.domain.errors import ConfigError
from app.domain.settings import Settings
from app.domain.units import Ns
from app.engine.ports import Clock
from app.sim import keys
from app.system.clock import MarketClock, RealClock

NAMES: Final = ("databento_live", "databento_hist", "barchart", "massive", "tradovate")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """No address at all means the real vendors. `control` is the port by which simulators are broken."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=RealClock)
    control: str = ""

    @property
    def simulated(self) -> bool:
        return bool(self.addresses) and all(_is_here(address) for address in self.addresses.values())


class WindowClock:
    """The machine's time until the simulated market has said its own."""

    def __init__(self) -> None:
        self._clock: Clock = RealClock()

    def follow(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Ns:
        return self._clock.now()

    def monotonic(self) -> Ns:
        return self._clock.monotonic()


def simulated_keys() -> dict[str, str]:
    """By the names under which the sources ask for them."""
    return {
        "databento": keys.DATABENTO,
        "massive": keys.MASSIVE,
        "tradovate_user": keys.TRADOVATE_USER,
        "tradovate_password": keys.TRADOVATE_PASSWORD,
        "tradovate_app": keys.TRADOVATE_APP,
        "tradovate_client": keys.TRADOVATE_CLIENT,
        "tradovate_secret": keys.TRADOVATE_SECRET,
    }


def chosen_addresses(settings: Settings) -> tuple[dict[str, str], str]:
    """The user's own for a real vendor, and a sentence if it cannot be used: a key goes there, so it must be
    encrypted."""
    wanted = settings.massive_address.strip().rstrip("/")
    if not wanted:
        return {}, ""
    parts = urlsplit(wanted)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        return {}, "The setting massive_address is no plain https address, so the usual one is used."
    return {"massive": wanted}, ""


def read_url_map(path: Path | None) -> Elsewhere:
    return Elsewhere() if path is None else from_map(_object(path), str(path))


def from_map(said: Mapping[str, Any], name: str) -> Elsewhere:
    """Entries that name no vendor, such as a simulator's control port, are passed over."""
    addresses = {key: value for key, value in said.items() if key in NAMES}
    wrong = sorted(key for key, value in addresses.items() if not isinstance(value, str) or not value)
    if wrong or not addresses:
        raise ConfigError(f"{name} gives no usable address for {', '.join(wrong or NAMES)}.")
    found = Elsewhere(addresses)
    if not found.simulated:
        return found
    control = str(said.get("control") or "")
    return Elsewhere(addresses, _clock(said, name), control if control and _is_here(control) else "")


def _clock(said: Mapping[str, Any], name: str) -> Clock:
    clock = said.get("clock")
    if clock is None:
        return RealClock()
    try:
        return MarketClock(int(clock["start_ns"]), int(clock["wall_ns"]), float(clock["speed"]))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as e:
        raise ConfigError(f"{name} has a clock that cannot be read.") from e


def _object(path: Path) -> Mapping[str, Any]:
    try:
        said = json.loads(existing(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ConfigError(f"{path} is not a URL map: it must be one JSON object of addresses.") from e
    if not isinstance(said, dict):
        raise ConfigError(f"{path} is not a URL map: it must be one JSON object of addresses.")
    return said


def _is_here(address: str) -> bool:
    host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
