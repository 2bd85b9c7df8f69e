"""The official client is loaded without what it does not need here."""

import subprocess
import sys
from typing import Final

LOADED: Final = """
import sys, threading
from app.sources.databento import lean
loaders = [threading.Thread(target=lean.load) for _ in range(3)]
for one in loaders: one.start()
for one in loaders: one.join()
assert not [name for name in sys.modules if name.startswith("pyarrow")]
from app.sources.databento.connection import LiveConnection
from databento.common import dbnstore
assert dbnstore.pq.ParquetWriter.__module__.startswith("pyarrow")
import pyarrow.parquet
assert pyarrow.parquet.ParquetWriter is dbnstore.pq.ParquetWriter
assert dbnstore.pa.Schema is pyarrow.Schema
"""


def test_pyarrow_comes_only_when_it_is_asked_for_and_is_then_the_real_one() -> None:
    order = [sys.executable, "-c", LOADED]
    done = subprocess.run(order, capture_output=True, text=True, check=False, timeout=100)
    assert done.stderr == ""
    assert done.returncode == 0


def test_bindings_that_inspect_each_module_as_it_is_loaded_disturb_nothing() -> None:
    behind_qt = (
        "import PySide6.QtCore\nfrom app.sources.databento import lean\nlean.load()\nimport databento\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", behind_qt], capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, "")
