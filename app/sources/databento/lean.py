"""Loads the official client without pyarrow, which only its own exports to Parquet need: 38 MB, 0.2 s.

pandas is told that there is none; the client gets stand-ins that fetch the real one if it is ever asked for.
"""

import importlib
import sys
import threading
from types import ModuleType
from typing import Any, Final

_ARROW: Final = "pyarrow"
_PARQUET: Final = "pyarrow.parquet"
_loading: Final = threading.Lock()


def load() -> None:
    """Before anything imports the client. From any thread."""
    with _loading:
        if "databento" in sys.modules or _ARROW in sys.modules:
            return
        sys.modules[_ARROW] = None  # type: ignore[assignment]  # Python's own way to say that it is not there
        try:
            importlib.import_module("pandas")
        finally:
            del sys.modules[_ARROW]
        arrow, parquet = _stand_in(_ARROW), _stand_in(_PARQUET)
        vars(arrow)["parquet"] = parquet
        sys.modules |= {_ARROW: arrow, _PARQUET: parquet}
        try:
            importlib.import_module("databento")
        finally:
            del sys.modules[_ARROW], sys.modules[_PARQUET]


def _stand_in(name: str) -> ModuleType:
    def fetch(attribute: str) -> Any:
        if attribute.startswith("__"):
            # whoever inspects modules as they are loaded, as Qt's bindings do, must not be sent in a circle
            raise AttributeError(attribute)
        return getattr(importlib.import_module(name), attribute)

    made = ModuleType(name)
    vars(made)["__getattr__"] = fetch
    return made
