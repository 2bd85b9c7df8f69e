"""Where Pitwall starts: arguments, then a command or the window."""

import sys
from collections.abc import Sequence

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


def main(argv: Sequence[str] | None = None) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
