"""When an option series stops trading on its expiry day: a rule of thumb, beaten by a definition record."""

from datetime import date, datetime, time
from typing import Final

from app.domain.contract import Family, Series
from app.domain.roots import family
from app.domain.session import NEW_YORK
from app.domain.units import Ns, ns

_WEEKLY_ENDS: Final = time(16)
_QUARTERLY_ENDS: Final = time(9, 30)


def trading_ends(expiry: date, series: Series) -> Ns:
    """15:00 in Chicago; a quarterly settles on the opening, at 08:30."""
    quarterly = family(series.root) is Family.QUARTERLY
    return ns(datetime.combine(expiry, _QUARTERLY_ENDS if quarterly else _WEEKLY_ENDS, NEW_YORK))
