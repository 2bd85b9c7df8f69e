"""The arguments of another start of this program, when the user asked for another kind of run.

A replay runs alone: whatever pointed the program at simulators, at a moment or at other tapes is left out.
"""

from collections.abc import Sequence
from typing import Final

# how many values follow each; None: all up to the next option
_OF_A_RUN: Final[dict[str, int | None]] = {
    "--demo": 0,
    "--sources": 1,
    "--seed": 1,
    "--at": 1,
    "--speed": 1,
    "--activity": 1,
    "--replay": None,
}


def replaying(arguments: Sequence[str], files: Sequence[str]) -> tuple[str, ...]:
    return (*plain(arguments), "--replay", *files)


def plain(arguments: Sequence[str]) -> tuple[str, ...]:
    """What is live, with the user's own data: neither demo nor replay."""
    kept: list[str] = []
    left = 0  # values that still belong to what is left out
    for one in arguments:
        if one.startswith("--"):
            name, joined, _ = one.partition("=")
            takes = _OF_A_RUN.get(name, -1)
            left = 0 if joined or takes == 0 else len(arguments) if takes is None else max(takes, 0)
            if takes == -1:
                kept.append(one)
        elif left:
            left -= 1
        else:
            kept.append(one)
    return tuple(kept)
