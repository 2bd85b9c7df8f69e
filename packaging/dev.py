#!/usr/bin/env python3
"""The two commands of the README: `run` starts Pitwall, `test` checks it; both set up what is missing first.

Only this file must be readable by any Python, however old: it gives the sentence that names the right one.
"""

import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def version_sentence(version: "tuple[int, ...]") -> "str | None":
    """What is wrong with this Python, or None."""
    if OLDEST <= version <= NEWEST:
        return None
    word = "too old" if version < OLDEST else "too new, its libraries are not ready"
    return "This is Python %d.%d, which is %s: Pitwall needs Python 3.11, 3.12 or 3.13.%s" % (
        version[0],
        version[1],
        word,
        _other_python(),
    )


def _other_python() -> str:
    try:
        from shutil import which
    except ImportError:
        return ""
    for name in ("python3.13", "python3.12", "python3.11"):
        if which(name):
            return " This machine has one: start again with %s." % name
    return ""


def main() -> int:
    sentence = version_sentence(sys.version_info[:2])
    if sentence:
        sys.stderr.write(sentence + "\n")
        return 1
    from bootstrap.commands import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
