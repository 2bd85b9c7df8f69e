"""What every panel gets: colours, zone, settings, the engine's ear, and a way to point at another panel."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.updates import Mode
from app.ui.bulletin import Bulletin
from app.ui.format import Zone
from app.ui.outside import Clock, Commands
from app.ui.palettes import Colours
from app.ui.pending import Pending
from app.ui.watch import Watch


@dataclass(slots=True)
class Desk:
    """The window changes `colours`, `zone`, `settings` and `mode`, then calls `Panel.recolour`."""

    commands: Commands
    clock: Clock
    calendar: Calendar
    watch: Watch
    pending: Pending
    colours: Colours
    zone: Zone
    settings: Settings
    mode: Mode | None
    say: Callable[[str], None]
    show: Callable[[str, str], None]
    """`show(panel_id, subject)` raises that panel and calls its `focus_on(subject)`."""
    bulletin: Bulletin = field(default_factory=Bulletin)
    """Of what open dialogs follow: the keyring, the profile, a test that runs."""
    silent: bool = False
    """The engine has not spoken for seconds: nothing on screen is fresh, whatever it said last."""
