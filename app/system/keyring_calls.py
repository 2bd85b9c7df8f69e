"""The system's keyring itself. It is imported by the first call, which takes 150 ms; every call may block."""

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "pitwall"
_PROBE: Final = "probe"


class KeyringState(Enum):
    READY = "ready"
    LOCKED = "locked"
    NONE = "none"


def read(name: str) -> str | None:
    return _backend().get_password(SERVICE, name) or None


def write(name: str, value: str) -> bool:
    """Whether it can really be read back: some backends accept anything and keep nothing."""
    backend = _backend()
    backend.set_password(SERVICE, name, value)
    return backend.get_password(SERVICE, name) == value


def delete(name: str) -> None:
    backend = _backend()
    if backend.get_password(SERVICE, name) is not None:
        backend.delete_password(SERVICE, name)


def probe() -> KeyringState:
    from keyring.backends import fail

    if isinstance(_backend(), fail.Keyring):
        return KeyringState.NONE
    works = write(_PROBE, _PROBE)
    delete(_PROBE)
    return KeyringState.READY if works else KeyringState.NONE


def is_refusal(error: Exception) -> bool:
    """Whether somebody said no: a keyring that stays locked, or a window that was dismissed."""
    import keyring.errors

    return isinstance(error, keyring.errors.KeyringLocked) or "dismissed" in str(error).lower()


def _backend() -> "KeyringBackend":
    import keyring
    import keyring.errors

    try:
        return keyring.get_keyring()
    except (ImportError, ValueError, AttributeError, TypeError) as e:
        # a backend that the user's environment or keyringrc.cfg names and that is not there
        raise keyring.errors.InitError(f"no keyring could be chosen: {e}") from e


def forgiven_errors() -> tuple[type[Exception], ...]:
    """What a missing, locked or dying keyring raises; anything else is a bug of ours."""
    import keyring.errors

    forgiven: list[type[Exception]] = [keyring.errors.KeyringError, OSError, RuntimeError]
    try:
        import jeepney
        import secretstorage
    except ImportError:  # only Linux has them
        return tuple(forgiven)
    return (*forgiven, jeepney.DBusErrorResponse, secretstorage.SecretStorageException)
