"""Sessions, halts and gaps as bands of the chart; source switches and rolls as lines."""

from collections.abc import Sequence

from app.domain.market_state import MarketState, SessionMoment
from app.domain.session import Calendar
from app.domain.units import HOUR, SECOND, Ns
from app.domain.updates import GapChanged
from app.ui import format as text
from app.ui.palettes import Colours
from app.ui.panels.pressure.model import Halt, Switch
from app.ui.widgets.plot.ornaments import Band, Upright

_LOOKS = {
    MarketState.ETH: (150, False),
    MarketState.MAINTENANCE: (120, True),
    MarketState.CLOSED: (120, True),
}
_MOST_BANDS = 60
_MOST_LINES = 20


def session_bands(
    calendar: Calendar, halts: Sequence[Halt], left: float, right: float, colours: Colours
) -> tuple[Band, ...]:
    """RTH stays light; other hours are shaded, hours without trading hatched and named."""
    bands: list[Band] = []
    at = int(left * SECOND) // HOUR * HOUR
    while at < right * SECOND and len(bands) < _MOST_BANDS:
        moment = calendar.at(Ns(at))
        look = _LOOKS.get(moment.state)
        if look is not None:
            alpha, hatched = look
            colour = colours.idle if hatched else colours.bg
            words = _why(moment)
            bands.append(Band(at / SECOND, moment.next_change / SECOND, colour, alpha, hatched, words))
        at = moment.next_change
    for halt in halts:
        until = right if halt.end is None else halt.end / SECOND
        bands.append(Band(halt.start / SECOND, until, colours.warn, 130, True, "halted by the exchange"))
    return tuple(band for band in bands if band.right > left and band.left < right)


def gap_bands(gaps: Sequence[GapChanged], now: Ns, colours: Colours) -> tuple[Band, ...]:
    """Known holes in the trades, hatched in red, with what is being done about them."""
    bands = []
    for gap in gaps:
        end = gap.end or now
        long = text.age((end - gap.start) / SECOND)
        state = "lost for good" if gap.lost else "no data" if gap.end is None else "filling…"
        words = f"gap {long} · {state}"
        bands.append(Band(gap.start / SECOND, end / SECOND, colours.down, 190, True, words))
    return tuple(bands)


def uprights(switches: Sequence[Switch], rolls: Sequence[tuple[Ns, str]]) -> tuple[Upright, ...]:
    lines = [Upright(s.at / SECOND, s.source or "no data", "info") for s in switches[-_MOST_LINES:]]
    return (*lines, *(Upright(at / SECOND, words, "warn") for at, words in rolls[-_MOST_LINES:]))


def _why(moment: SessionMoment) -> str:
    if moment.state is MarketState.ETH:
        return ""
    if moment.holiday:
        return moment.holiday
    return "maintenance" if moment.state is MarketState.MAINTENANCE else "closed"
