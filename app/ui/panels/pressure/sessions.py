"""Sessions and gaps as bands behind the chart."""

from app.domain.market_state import MarketState
from app.domain.session import Calendar
from app.domain.units import HOUR, SECOND, Ns
from app.ui.palettes import Colours
from app.ui.widgets.chart.bands import Band

_LOOKS = {
    MarketState.ETH: (70, False),
    MarketState.MAINTENANCE: (120, True),
    MarketState.CLOSED: (120, True),
}
_MOST_BANDS = 60


def session_bands(calendar: Calendar, left: float, right: float, colours: Colours) -> tuple[Band, ...]:
    """RTH stays light; other hours are shaded, hours without trading hatched."""
    bands: list[Band] = []
    at = int(left * SECOND) // HOUR * HOUR
    while at < right * SECOND and len(bands) < _MOST_BANDS:
        moment = calendar.at(Ns(at))
        look = _LOOKS.get(moment.state)
        if look is not None:
            alpha, hatched = look
            colour = colours.idle if hatched else colours.bg
            bands.append(Band(at / SECOND, moment.next_change / SECOND, colour, alpha, hatched))
        at = moment.next_change
    return tuple(bands)


def gap_bands(
    gaps: tuple[tuple[int, int], ...], left: float, right: float, colours: Colours
) -> tuple[Band, ...]:
    """Known holes in the trades, hatched in red."""
    spans = ((start / SECOND, end / SECOND) for start, end in gaps)
    return tuple(Band(a, b, colours.down, 170, True) for a, b in spans if b > left and a < right)
