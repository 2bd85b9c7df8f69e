"""The audit: on what grounds something was decided, and how past decisions are looked up."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.desk_updates import AuditLine
from app.domain.units import Ns

_MOST: int = 1_000


@dataclass(frozen=True, slots=True)
class Grounds:
    """What goes with a decision: channel and source, evidence in words, the clock that never jumps."""

    channel: str = ""
    source: str = ""
    profile: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    monotonic: Ns = Ns(0)


NO_GROUNDS = Grounds()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Whatever is not empty must agree; `words` are sought in all texts. The newest `most` are found."""

    since: Ns | None = None
    until: Ns | None = None
    actor: str = ""
    channel: str = ""
    source: str = ""
    words: str = ""
    most: int = _MOST

    def takes(self, line: AuditLine) -> bool:
        if (self.since is not None and line.at < self.since) or (
            self.until is not None and line.at >= self.until
        ):
            return False
        if self.actor and line.actor != self.actor:
            return False
        if not (_named(self.channel, line.channel, line) and _named(self.source, line.source, line)):
            return False
        texts = (line.actor, line.subject, line.before, line.after, line.rule, line.profile)
        evidence = tuple(text for pair in line.evidence for text in pair)
        return all(word in " ".join((*texts, *evidence)).lower() for word in self.words.lower().split())


def found(lines: Iterable[AuditLine], wanted: AuditFilter) -> tuple[AuditLine, ...]:
    """The newest last."""
    return tuple(line for line in lines if wanted.takes(line))[-wanted.most :]


def _named(wanted: str, said: str, line: AuditLine) -> bool:
    return not wanted or wanted == said or (not said and wanted in line.subject)
