"""What a verification of the connections measured: a line a source and check, nothing unmeasured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from app.domain.routing import SourceId
from app.domain.units import Ns, iso

Measure = float | int | str | None


class Verdict(Enum):
    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    SKIPPED = "skipped"


class Checked(Enum):
    """In the order in which they are made."""

    KEY = "key"
    LOGIN = "authenticated"
    ENTITLED = "entitled"
    QUALITY = "data quality"
    CACHE = "cache"
    RECONNECT = "reconnect"
    RATE_LIMIT = "rate limit"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class CheckDone:
    """`measured` are figures with their units in the names; `why` is a sentence for all but a pass."""

    source: SourceId
    check: Checked
    verdict: Verdict
    measured: Mapping[str, Measure] = field(default_factory=dict)
    why: str = ""

    def document(self) -> dict[str, Any]:
        return {
            "source": str(self.source),
            "check": self.check.value,
            "result": self.verdict.value,
            "measured": dict(self.measured),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """`of` is how many checks there are in all; fewer are there while it runs, and when it was stopped."""

    at: Ns
    mode: str
    checks: tuple[CheckDone, ...]
    of: int = 0

    def count(self, verdict: Verdict) -> int:
        return sum(check.verdict is verdict for check in self.checks)

    def document(self) -> dict[str, Any]:
        return {
            "at": iso(self.at),
            "mode": self.mode,
            "checks": [check.document() for check in self.checks],
            "passed": self.count(Verdict.PASS),
            "failed": self.count(Verdict.FAIL),
            "skipped": self.count(Verdict.SKIPPED),
            "complete": len(self.checks) >= self.of,
        }


@dataclass(frozen=True, slots=True)
class VerificationChanged:
    """How far it is: what was found so far, and what is looked at now (empty when it is over)."""

    so_far: Verification
    doing: str

    @property
    def key(self) -> str:
        return "verification"
