"""Which options are worth a stream of quotes: around the money, of the nearest expiries and on screen."""

from collections.abc import Iterable
from typing import Final

from app.domain.contract import Series
from app.domain.units import Ns, Px
from app.engine.instruments import Instrument

# One request carries so many symbols; more would be quotes that nobody can look at.
MOST: Final = 500


def around_the_money(
    options: Iterable[Instrument],
    money: Px | None,
    now: Ns,
    each_side: int,
    expiries: int = 1,
    on_screen: Series | None = None,
) -> tuple[str, ...]:
    """Raw symbols of both rights, as many strikes of each expiry, that of the series on screen among them;
    empty until a price and a definition with an expiration are known."""
    if money is None or each_side <= 0 or expiries <= 0:
        return ()
    by_expiry: dict[int, list[tuple[Px, str]]] = {}
    looked_at: int | None = None
    for one in options:
        if one.option is not None and one.expiration is not None and one.expiration > now:
            by_expiry.setdefault(one.expiration, []).append((one.option.strike, one.raw_symbol))
            if one.option.series == on_screen:
                looked_at = one.expiration
    nearest = sorted(by_expiry)[:expiries]
    if looked_at is not None and looked_at not in nearest:
        nearest.append(looked_at)
    if not nearest:
        return ()
    each_side = min(each_side, (MOST // (2 * len(nearest)) - 1) // 2)
    found = [symbol for expiry in nearest for symbol in _around(by_expiry[expiry], money, each_side)]
    return tuple(sorted(found))


def moved_out(shown: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """A new window costs a connection: only when half of the strikes have changed."""
    return bool(wanted) and len(set(wanted) - set(shown)) * 2 >= len(wanted)


def _around(listed: list[tuple[Px, str]], money: Px, each_side: int) -> list[str]:
    strikes = sorted({strike for strike, _ in listed}, key=lambda strike: (abs(strike - money), strike))
    wanted = set(strikes[: 2 * each_side + 1])
    return [symbol for strike, symbol in listed if strike in wanted]
