"""Commands to the simulators' control port, which is on this machine: faults, kills, and the truth."""

from collections.abc import Mapping
from typing import Any, Final

import requests

from app.domain.errors import ConfigError
from app.domain.units import Ns
from app.engine.mischief import Sold

_LIMIT_S: Final = 20.0


class FarmControl:
    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def strike(
        self,
        source: str,
        kind: str,
        *,
        route: str = "",
        times: int | None = 1,
        seconds: float | None = None,
    ) -> None:
        said = {"source": source, "kind": kind, "route": route, "times": times, "seconds": seconds}
        self._tell("/fault", said)

    def clear(self, source: str | None = None) -> None:
        self._tell("/clear", {} if source is None else {"source": source})

    def kill(self, source: str) -> None:
        self._tell("/kill", {"source": source})

    def revive(self, source: str) -> None:
        self._tell("/revive", {"source": source})

    def truth(self, start: Ns, end: Ns) -> Mapping[str, Sold]:
        said = self._answer("GET", f"/truth?from={start}&to={end}", None)
        try:
            return {
                row["symbol"]: Sold(row["bought"], row["sold"], row["unknown"], row["trades"])
                for row in said["instruments"]
            }
        except (KeyError, TypeError) as e:
            raise ConfigError("The simulators told their truth unreadably.", detail=repr(e)) from e

    def _tell(self, path: str, said: Mapping[str, object]) -> None:
        self._answer("POST", path, said)

    def _answer(self, method: str, path: str, said: Mapping[str, object] | None) -> Any:
        try:
            with requests.Session() as session:
                # a proxy meant for the internet cannot reach this machine
                session.trust_env = False
                answer = session.request(method, self._address + path, json=said, timeout=_LIMIT_S)
            document = answer.json()
        except (requests.RequestException, ValueError) as e:
            raise ConfigError("The simulators do not answer.", detail=repr(e)) from e
        if answer.status_code != 200:
            raise ConfigError(str(document.get("error", "The simulators refuse this.")))
        return document
