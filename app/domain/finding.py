"""What a check of an answer finds, and the answer with what was known around it when it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.answer import Answer
from app.domain.chain import Chain
from app.domain.market_state import MarketState

_MOST_NAMED: Final = 3


class Finding(Enum):
    OK = "ok"
    WATCH = "watch"
    DRIFT = "drift"
    NOT_READY = "not ready"
    NO_ANSWER = "no answer"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    expected: str
    actual: str
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """An answer and the chain read from it, as far as there is one; `asked` is the series it should be.

    `state` is what the market did when it came; `quoted`: its series was being quoted then.
    """

    answer: Answer
    chain: Chain | None
    asked: str = ""
    state: MarketState | None = None
    quoted: bool = True


def named(intro: str, names: Sequence[str] | set[str]) -> str:
    """The first few by name, and how many more there are."""
    ordered = sorted(names)
    if not ordered:
        return ""
    more = f" and {len(ordered) - _MOST_NAMED} more" if len(ordered) > _MOST_NAMED else ""
    return f"{intro} {', '.join(ordered[:_MOST_NAMED])}{more}"
