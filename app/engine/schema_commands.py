"""What the user may ask about refused data: that it be asked for again."""

from collections.abc import Mapping

from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.engine.plugging import Plugged


class SchemaCommands:
    def __init__(self, plugged: Mapping[SourceId, Plugged]) -> None:
        self._plugged = plugged

    async def retry(self, source: SourceId | None = None) -> str:
        """Asks one source, or all, for everything again. A sentence on what was done."""
        if source is not None and source not in self._plugged:
            raise ConfigError(f"There is no source called {source}.")
        asked = []
        for name, one in self._plugged.items():
            if source in (None, name) and one.streamer is not None and await one.streamer.ask_again():
                asked.append(one.spec.title)
        if not asked:
            return "Nothing was refused: everything that is asked for is given."
        return f"{', '.join(asked)} is asked again for what was refused."
