"""The control port: faults on command, simulators killed and revived, and the truth of any window, as JSON.

`POST /fault`, `/clear`, `/kill`, `/revive`; `GET /truth`, `/addresses`, `/clock`, `/faults`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final, Protocol

from app.domain.units import DAY, SECOND, Ns, iso, ns_from_iso, points
from app.sim.faults import ANY_ROUTE, Fault, Faults
from app.sim.http import HttpSimulator
from app.sim.http_wire import Answer, Request, json_answer
from app.sim.truth import Truth

_LONGEST: Final = 2 * DAY
_MOST_WINDOWS: Final = 5_000
# what people say, beside the names of the kinds themselves
_ALIASES: Final = {
    "reset": "rst",
    "cut": "fin",
    "close": "fin",
    "expire": "expire_login",
    "corrupt": "garbage",
    "5xx": "503",
    "slow": "slow_body",
}


class CannotDoError(Exception):
    """The command makes no sense; the sentence says why."""


class Controlled(Protocol):
    """What the control port commands."""

    faults: Faults

    def addresses(self) -> dict[str, str]: ...
    def clock_facts(self) -> dict[str, Any]: ...
    def names(self, source: str) -> tuple[str, ...]:
        """The simulators that a source has; none for a source that nobody knows."""
        ...

    def kill(self, name: str) -> None: ...
    def revive(self, name: str) -> None: ...
    def truth(self, start: Ns, end: Ns) -> Mapping[str, Truth]: ...


class ControlPort(HttpSimulator):
    source = "control"

    def __init__(self, farm: Controlled) -> None:
        super().__init__(Faults())  # nobody breaks this one
        self._farm = farm
        self._commands: dict[tuple[str, str], Callable[[Request], object]] = {
            ("POST", "/fault"): self._fault,
            ("POST", "/clear"): self._clear,
            ("POST", "/kill"): lambda request: self._each(request, farm.kill),
            ("POST", "/revive"): lambda request: self._each(request, farm.revive),
            ("GET", "/truth"): self._truth,
            ("GET", "/addresses"): lambda request: farm.addresses(),
            ("GET", "/clock"): lambda request: farm.clock_facts(),
            ("GET", "/faults"): lambda request: {"faults": [asdict(fault) for fault in farm.faults.active()]},
        }

    def route(self, request: Request) -> str:
        return "command"

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        command = self._commands.get((request.method, request.path))
        if command is None:
            known = ", ".join(f"{method} {path}" for method, path in self._commands)
            return json_answer({"error": f"No such command; there are {known}."}, 404)
        try:
            return json_answer(command(request))
        except CannotDoError as why:
            return json_answer({"error": str(why)}, 400)

    def _fault(self, request: Request) -> object:
        said, names = request.json(), self._known(request)
        kind, route = str(said.get("kind", "")), str(said.get("route") or ANY_ROUTE)
        times, seconds = said.get("times", 1), said.get("seconds")
        try:
            times = None if times is None else int(times)
            seconds = None if seconds is None else float(seconds)
            made = [
                self._farm.faults.set(name, route, _ALIASES.get(kind, kind), times, seconds) for name in names
            ]
        except (TypeError, ValueError) as why:
            raise CannotDoError(str(why)) from why
        return {"set": [asdict(fault) for fault in made]}

    def _clear(self, request: Request) -> object:
        names = self._known(request) if "source" in request.json() else (None,)
        for name in names:
            self._farm.faults.clear(name)
        return {"cleared": True}

    def _each(self, request: Request, act: Callable[[str], None]) -> object:
        names = self._known(request)
        for name in names:
            act(name)
        return {"done": list(names)}

    def _known(self, request: Request) -> tuple[str, ...]:
        source = request.json().get("source")
        names = self._farm.names(str(source))
        if not names:
            raise CannotDoError(f"{source!r} is no simulator; there are {', '.join(self._farm.addresses())}.")
        return names

    def _truth(self, request: Request) -> object:
        start, end = (_moment(request.query, name) for name in ("from", "to"))
        if not start < end <= start + _LONGEST:
            raise CannotDoError("The window must end after its beginning, and within two days of it.")
        said: dict[str, Any] = {"from_ns": start, "to_ns": end, "from": iso(start), "to": iso(end)}
        if "window_s" in request.query:
            window_s = request.query["window_s"]
            said["window_s"] = int(window_s) if window_s.isdigit() else 0
            said["bars"] = self._bars(start, end, said["window_s"])
        return {**said, "instruments": _rows(self._farm.truth(start, end))}

    def _bars(self, start: Ns, end: Ns, window_s: int) -> list[dict[str, Any]]:
        """By windows aligned to the epoch; the first and the last may be cut short."""
        if window_s < 1 or (end - start) // (window_s * SECOND) > _MOST_WINDOWS:
            raise CannotDoError(f"There may be {_MOST_WINDOWS} windows, of a second or more each.")
        step = window_s * SECOND
        bars = []
        for first in range(start // step * step, end, step):
            inside = self._farm.truth(Ns(max(first, start)), Ns(min(first + step, end)))
            bars += [{"start_ns": first, **row} for row in _rows(inside)]
        return bars


def _rows(truths: Mapping[str, Truth]) -> list[dict[str, Any]]:
    return [
        {
            "symbol": symbol,
            "bought": truth.bought,
            "sold": truth.sold,
            "unknown": truth.unknown,
            "trades": truth.trades,
            **{name: points(getattr(truth, name)) for name in ("open", "high", "low", "close")},
        }
        for symbol, truth in sorted(truths.items())
    ]


def _moment(query: Mapping[str, str], name: str) -> Ns:
    """UTC nanoseconds or ISO-8601 with a zone."""
    text = query.get(name)
    if text is None:
        raise CannotDoError(f"The query needs {name}=, in nanoseconds or as ISO time.")
    try:
        return Ns(int(text)) if text.isdigit() else ns_from_iso(text.replace(" ", "+"))
    except ValueError as why:
        raise CannotDoError(f"{name}={text} is neither nanoseconds nor an ISO time with its zone.") from why
