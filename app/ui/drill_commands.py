"""What the screen may ask of the fault drill, in a demo. Each call returns at once with a future."""

from concurrent.futures import Future
from typing import Any, Protocol

from app.domain.routing import SourceId


class DrillCommands(Protocol):
    def run_drill(self, source: SourceId, fault: str) -> "Future[Any]": ...
    def run_all_drills(self, source: SourceId) -> "Future[Any]": ...
    def stop_drill(self) -> "Future[Any]":
        """Everything that is broken is whole again."""
        ...

    def verify_plan(self) -> "Future[Any]":
        """Answers a `VerifyPlan`: what `verify` is going to ask, and what that may cost."""
        ...

    def stop_verifying(self) -> "Future[Any]": ...
    def verify(self) -> "Future[Any]":
        """Answers a `Verification`; how far it is comes as updates."""
        ...
