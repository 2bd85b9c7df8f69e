"""Which keys are there, and where: asked on a worker, because a locked keyring may be silent for minutes."""

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from app.domain.errors import ConfigError
from app.domain.updates import KeyAbout, KeyringState
from app.engine.desk import Desk
from app.engine.feeds import SecretSpec, SourceSpec
from app.engine.ports import Secrets

_T = TypeVar("_T")
_LANE: Final = "keys"
# The system may ask the user for a password meanwhile.
_LIMIT_S: Final = 120.0
_MISSING: Final = "missing"


class Keys:
    def __init__(self, desk: Desk, secrets: Secrets, sources: Iterable[SourceSpec]) -> None:
        self._desk = desk
        self._secrets = secrets
        sources = tuple(sources)
        self._specs = {spec.name: spec for source in sources for spec in source.secrets}
        self._about = tuple(
            KeyAbout(spec.name, spec.title, source.title, spec.required)
            for source in sources
            for spec in source.secrets
        )
        self._where: dict[str, str] | None = None
        self._listeners: list[Callable[[], None]] = []

    def listen(self, heard: Callable[[], None]) -> None:
        """Called when it has become known, or has changed, which keys there are."""
        self._listeners.append(heard)

    def missing(self, spec: SourceSpec) -> str | None:
        """Why the source cannot log in, if it cannot; the empty string while that is not known yet."""
        required = [key for key in spec.secrets if key.required]
        if not required:
            return None
        if self._where is None:
            return ""
        lacking = [key.title for key in required if self._where.get(key.name, _MISSING) == _MISSING]
        return f"No key: {', '.join(lacking)}." if lacking else None

    def has(self, spec: SourceSpec) -> bool:
        return bool(spec.secrets) and self._where is not None and self.missing(spec) is None

    def is_set(self, name: str) -> bool:
        return self._where is not None and self._where.get(name, _MISSING) != _MISSING

    async def look(self) -> None:
        if self._where is None:
            self._tell("waiting", "The system's keyring is being asked.")
        try:
            state, sentence, self._where = await self._run(self._read)
        except TimeoutError:
            self._tell("locked", f"The system's keyring did not answer within {_LIMIT_S:.0f} s.")
            return
        self._tell(state, sentence)
        for heard in self._listeners:
            heard()

    async def save(self, name: str, value: str) -> str:
        """Where it is kept now."""
        spec = self._spec(name)
        if spec.pattern and not re.fullmatch(spec.pattern, value):
            raise ConfigError(f"{spec.title}: this does not have the form of such a key.")
        self._desk.redactor.learn(value)
        place = await self._run(lambda: self._secrets.put(name, value))
        await self.look()
        return place

    async def forget(self, name: str) -> None:
        self._spec(name)
        await self._run(lambda: self._secrets.forget(name))
        await self.look()

    def _spec(self, name: str) -> SecretSpec:
        if name not in self._specs:
            raise ConfigError(f"There is no key called {name}.")
        return self._specs[name]

    def _read(self) -> tuple[str, str, dict[str, str]]:
        state, sentence = self._secrets.state()
        return state, sentence, {name: self._secrets.where(name) for name in self._specs}

    def _tell(self, state: str, sentence: str) -> None:
        where = self._where or {}
        keys = tuple((name, where.get(name, "unknown")) for name in self._specs)
        self._desk.outbox.put_state(KeyringState(state, sentence, keys, self._about))

    async def _run(self, fn: Callable[[], _T]) -> _T:
        return await self._desk.workers.run("keyring", fn, _LIMIT_S, _LANE)
