"""The layout kept in an ini file. What cannot be read counts as not there, and the default is used."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSettings


class IniLayout:
    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Mapping[str, str]:
        file = QSettings(str(self._path), QSettings.Format.IniFormat)
        if file.status() is not QSettings.Status.NoError:
            return {}
        return {key: value for key in file.allKeys() if isinstance(value := file.value(key), str)}

    def save(self, layout: Mapping[str, str]) -> None:
        """Replaces the file as a whole; a folder that cannot be written loses the layout, nothing else."""
        file = QSettings(str(self._path), QSettings.Format.IniFormat)
        file.clear()
        for key, value in layout.items():
            file.setValue(key, value)
        file.sync()


class MemoryLayout:
    """For tests and for a start that shall leave no trace."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def load(self) -> Mapping[str, str]:
        return dict(self.kept)

    def save(self, layout: Mapping[str, str]) -> None:
        self.kept = dict(layout)
