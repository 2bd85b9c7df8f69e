"""One source tried from its key to a live record: what was found at each step, and what mends a failure."""

from dataclasses import dataclass
from enum import Enum

from app.domain.routing import SourceId
from app.domain.units import Ns
from app.domain.verification import Verdict


class Step(Enum):
    """In the order in which they are tried."""

    KEY = "key is there"
    LOGIN = "key is accepted"
    LISTED = "dataset is listed"
    ENTITLED = "data is entitled"
    RECORD = "a live record"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class StepDone:
    """`words` say what was found; `fix` says in plain words what mends a failure."""

    step: Step
    verdict: Verdict
    words: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionTested:
    """How far the test of a source is; `doing` is None when it is over.

    `opens_at` is when the market opens next, where no record can come because it is closed.
    """

    source: SourceId
    title: str
    steps: tuple[StepDone, ...]
    doing: Step | None
    at: Ns
    opens_at: Ns | None = None

    @property
    def key(self) -> str:
        return f"connection/{self.source}"

    @property
    def failure(self) -> StepDone | None:
        return next((one for one in self.steps if one.verdict is Verdict.FAIL), None)

    @property
    def proved(self) -> bool:
        """A record came: nothing else shows that the data is the user's to have."""
        return any(one.step is Step.RECORD and one.verdict is Verdict.PASS for one in self.steps)
