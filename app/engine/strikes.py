"""Which options' quotes are worth a stream: the strikes around the money of the nearest expiry."""

from collections.abc import Iterable

from app.domain.units import Ns, Px
from app.engine.instruments import Instrument


def around_the_money(
    options: Iterable[Instrument], money: Px | None, now: Ns, each_side: int
) -> tuple[str, ...]:
    """Raw symbols of both rights; empty until a price and a definition with an expiration are known."""
    if money is None or each_side <= 0:
        return ()
    living = [i for i in options if i.option is not None and i.expiration is not None and i.expiration > now]
    if not living:
        return ()
    nearest = min(i.expiration for i in living if i.expiration is not None)
    these = [(i.option.strike, i.raw_symbol) for i in living if i.option and i.expiration == nearest]
    strikes = sorted({strike for strike, _ in these}, key=lambda strike: (abs(strike - money), strike))
    wanted = set(strikes[: 2 * each_side + 1])
    return tuple(sorted(symbol for strike, symbol in these if strike in wanted))


def moved_out(shown: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """A new window costs a connection: only when half of the strikes have changed."""
    return bool(wanted) and len(set(wanted) - set(shown)) * 2 >= len(wanted)
