"""Where Pitwall starts: arguments, then a command or the window."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from app.cli.outcome import (
    EXIT_BAD_INPUT,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_SOURCE_FAILED,
    complain,
    leave_quietly,
)
from app.cli.parser import parser
from app.domain.errors import AppError, SourceError


def program() -> NoReturn:
    """The whole process. What is to be kept has been written when `main` returns, so nothing is taken down:
    Python frees a million objects one by one, for 1.4 s after the window has left.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # its reader has left, or there never was one
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    child = child_of(sys.argv[1:] if argv is None else argv)
    if child is not None:
        return child()
    arguments = parser().parse_args(argv)
    if arguments.run is None:
        from app.workstation import run

        arguments.run = run
    try:
        code = int(arguments.run(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except SourceError as e:
        complain(f"{e} ({e.kind})")
        return EXIT_SOURCE_FAILED
    except AppError as e:
        complain(str(e))
        return EXIT_BAD_INPUT
    except BrokenPipeError:
        leave_quietly()
        return EXIT_DONE
    except KeyboardInterrupt:
        complain("Stopped.")
        return EXIT_INTERRUPTED


def child_of(argv: Sequence[str]) -> Callable[[], int] | None:
    """A frozen program has no `-m`: for a picture or a page it starts itself, told what to be."""
    match list(argv):
        case ["--pageshot"]:
            from app.ui.pageshot import main as be
        case ["--pagebrowser"]:
            from app.ui.pagebrowser import main as be
        case ["--sitebrowser"]:
            from app.ui.sitebrowser import main as be
        case _:
            return None
    return be


if __name__ == "__main__":
    program()
