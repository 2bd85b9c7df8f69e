"""How a command ends: its JSON on stdout, one sentence on stderr, and its exit code."""

import json
import os
import sys
from collections.abc import Mapping

EXIT_DONE = 0
EXIT_BAD_INPUT = 2
EXIT_SOURCE_FAILED = 3
EXIT_INTERRUPTED = 130


# What somebody pasted by mistake is not to fill their screen.
_LONGEST = 600


def print_document(document: Mapping[str, object]) -> None:
    """One JSON document, and nothing else, on stdout. Infinity and NaN are refused: they are not JSON."""
    sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    sys.stdout.flush()


def print_line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def complain(sentence: str, who: str = "pitwall") -> None:
    """One line; said to nobody where there is no stderr, as in a program without a console."""
    line = " ".join(sentence.split())
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"
    if sys.stderr is not None:
        sys.stderr.write(f"{who}: {line}\n")


def leave_quietly() -> None:
    """Whoever read our output (head, less) has left: what is still to be flushed goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
