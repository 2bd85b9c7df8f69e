"""What becomes of captures after they were stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureForgotten:
    """The user deleted it; it is no longer on disk."""

    capture_id: str

    @property
    def key(self) -> str:
        """The same as of its last state, which is thereby never shown again."""
        return f"capture/{self.capture_id}"
