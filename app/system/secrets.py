"""Keys by name: from the environment, else from the system's keyring, else in memory until Pitwall closes.

Never in a file. A keyring may open a window of its own and wait for the user, so each call to it runs in a
thread that is given up after five seconds; while one is still waiting, no other is started.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from app.engine.feeds import SecretSpec
from app.system.keyring_calls import (
    SERVICE,
    KeyringState,
    delete,
    forgiven_errors,
    is_refusal,
    probe,
    read,
    write,
)

PATIENCE_SECONDS: Final = 5.0
# After a failure that nobody chose. After a refusal only the user asks again: each try may open a window.
REST_SECONDS: Final = 60.0
READY: Final = "Keys are kept in your system keyring."
WAITING: Final = (
    "Waiting for your system keyring… Answer its window; until then keys are kept only in memory."
)
LOCKED: Final = (
    "Your system keyring is locked. Unlock it and try again. "
    "Until then keys are kept only until you close Pitwall."
)
NONE: Final = (
    "No system keyring was found. On Debian or Ubuntu: sudo apt install gnome-keyring, then log in again. "
    "Until then keys are kept only until you close Pitwall, or set DATABENTO_API_KEY."
)
_SENTENCES: Final = {KeyringState.READY: READY, KeyringState.LOCKED: LOCKED, KeyringState.NONE: NONE}
_Answer = TypeVar("_Answer")

__all__ = ["PATIENCE_SECONDS", "SERVICE", "KeyringSecrets", "MemorySecrets"]


def _nobody(secret: str) -> None:
    """Nobody wants to know."""


class KeyringSecrets:
    """`learn` is told every key that passes, so that it can be kept out of logs and captures."""

    def __init__(
        self,
        specs: Sequence[SecretSpec],
        learn: Callable[[str], None] = _nobody,
        environment: Mapping[str, str] = os.environ,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._variables = {spec.name: spec.env for spec in specs}
        self._learn = learn
        self._environment = environment
        self._patience = patience
        self._memory: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()
        self._waiting: threading.Thread | None = None
        self._rests_until = 0.0

    def get(self, name: str) -> str | None:
        value = self._in_environment(name) or self._read(name) or self._memory.get(name)
        if value is not None:
            self._learn(value)
        return value

    def put(self, name: str, value: str) -> str:
        """Where it was put: keyring or memory."""
        self._learn(value)
        if self._ask(lambda: write(name, value), False):
            self._memory.pop(name, None)
            return "keyring"
        self._memory[name] = value
        return "memory"

    def forget(self, name: str) -> None:
        self._memory.pop(name, None)
        self._ask(lambda: delete(name), None)

    def where(self, name: str) -> str:
        if self._in_environment(name):
            return "environment"
        if self._read(name):
            return "keyring"
        return "memory" if name in self._memory else "missing"

    def state(self) -> tuple[str, str]:
        """It may take seconds, and a locked keyring may ask the user for its password."""
        found = self._ask(probe, None)
        if self._waiting is not None and self._waiting.is_alive():
            return KeyringState.LOCKED.value, WAITING
        if found is None:
            found = KeyringState.LOCKED if self._rests_until == math.inf else KeyringState.NONE
        return found.value, _SENTENCES[found]

    def _in_environment(self, name: str) -> str | None:
        variable = self._variables.get(name, "")
        return self._environment.get(variable, "").strip() or None if variable else None

    def _read(self, name: str) -> str | None:
        """Asked with every request of a source, so it leaves a keyring alone that has just failed."""
        return None if time.monotonic() < self._rests_until else self._ask(lambda: read(name), None)

    def _ask(self, question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """The keyring's answer; `otherwise` when it fails or still waits for the user."""
        if not self._one_at_a_time.acquire(timeout=self._patience):
            return otherwise
        try:
            if self._waiting is not None and self._waiting.is_alive():
                return otherwise
            answers: list[_Answer] = []
            self._waiting = threading.Thread(
                target=self._answer, args=(question, answers), name="keyring", daemon=True
            )
            self._waiting.start()
            self._waiting.join(self._patience)
            return answers[0] if answers else otherwise
        finally:
            self._one_at_a_time.release()

    def _answer(self, question: Callable[[], _Answer], answers: list[_Answer]) -> None:
        try:
            answers.append(question())
            self._rests_until = 0.0
        except forgiven_errors() as e:
            self._rests_until = math.inf if is_refusal(e) else time.monotonic() + REST_SECONDS


class MemorySecrets:
    """For demo and tests: no environment, no keyring; nothing outlives the program."""

    def __init__(
        self, values: Mapping[str, str] | None = None, learn: Callable[[str], None] = _nobody
    ) -> None:
        self._values = dict(values or {})
        self._learn = learn

    def get(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is not None:
            self._learn(value)
        return value

    def put(self, name: str, value: str) -> str:
        self._learn(value)
        self._values[name] = value
        return "memory"

    def forget(self, name: str) -> None:
        self._values.pop(name, None)

    def where(self, name: str) -> str:
        return "memory" if name in self._values else "missing"

    def state(self) -> tuple[str, str]:
        return KeyringState.NONE.value, "Keys are kept in memory only, until you close Pitwall."
