"""What the set-up tells while it works: on stderr, because stdout belongs to the program it starts."""

import sys


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Counter:
    """`12 packages  numpy`: one line that renews itself on a terminal, a line every ten elsewhere."""

    def __init__(self) -> None:
        self._done = 0
        self._terminal = sys.stderr.isatty()

    def step(self, name: str) -> None:
        self._done += 1
        text = f"  {self._done} packages  {name}"
        if self._terminal:
            sys.stderr.write("\r\x1b[K" + text)
            sys.stderr.flush()
        elif self._done % 10 == 0:
            say(text)

    def end(self, text: str) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
        say(text)
