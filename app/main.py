"""Where Pitwall starts: arguments, then a command or the window."""

import sys
from collections.abc import Sequence

from app.cli.outcome import EXIT_BAD_INPUT, EXIT_INTERRUPTED, EXIT_SOURCE_FAILED, complain
from app.cli.parser import parser
from app.domain.errors import AppError, SourceError


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    if arguments.run is None:
        from app.workstation import run

        arguments.run = run
    try:
        return int(arguments.run(arguments))
    except SourceError as e:
        complain(f"{e} ({e.kind})")
        return EXIT_SOURCE_FAILED
    except AppError as e:
        complain(str(e))
        return EXIT_BAD_INPUT
    except BrokenPipeError:
        # The reader of our output (head, less) has left: there is nobody to tell.
        sys.stderr.close()
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        complain("Stopped.")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
