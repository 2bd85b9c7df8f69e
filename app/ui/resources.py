"""Where the files shipped beside the code lie; holds from source and in the frozen program."""

from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"
