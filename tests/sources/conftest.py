"""What a source gets of the program: a clock that only moves when told, plain settings, real HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.units import SECOND, Ns
from app.engine.feeds import SourceContext
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor


@dataclass
class HandClock:
    """Market time and elapsed time, both moved by hand; waiting moves them, too."""

    at: Ns
    waited: list[float] = field(default_factory=list)

    def now(self) -> Ns:
        return self.at

    def monotonic(self) -> Ns:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at = Ns(self.at + round(seconds * SECOND))

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        self.advance(seconds)
        return False


@pytest.fixture
def make_context() -> Callable[..., SourceContext]:
    def make(
        source: str,
        clock: HandClock,
        addresses: dict[str, str],
        keys: dict[str, str] | None = None,
        settings: Settings | None = None,
    ) -> SourceContext:
        redactor = SecretRedactor()
        return SourceContext(
            id=SourceId(source),
            http=RequestsHttp(redactor, timeout=(30.0, 30.0)),
            clock=clock,
            secret=(keys or {}).get,
            redactor=redactor,
            settings=lambda: settings or Settings(),
            addresses=addresses,
            simulated=True,
        )

    return make
