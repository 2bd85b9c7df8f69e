"""How a command ends: its JSON on stdout, one sentence on stderr, and its exit code."""

import json
import sys
from collections.abc import Mapping

EXIT_DONE = 0
EXIT_BAD_INPUT = 2
EXIT_SOURCE_FAILED = 3
EXIT_INTERRUPTED = 130


def print_document(document: Mapping[str, object]) -> None:
    """One JSON document, and nothing else, on stdout. Infinity and NaN are refused: they are not JSON."""
    sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    sys.stdout.flush()


def print_line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def complain(sentence: str) -> None:
    sys.stderr.write(f"pitwall: {' '.join(sentence.split())}\n")
