"""The integers everything is counted in: UTC nanoseconds, prices of 1e-9 points, micro-dollars."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NewType

Ns = NewType("Ns", int)
Px = NewType("Px", int)
MicroUsd = NewType("MicroUsd", int)

SECOND: Final = Ns(1_000_000_000)
MINUTE: Final = Ns(60 * SECOND)
HOUR: Final = Ns(60 * MINUTE)
DAY: Final = Ns(24 * HOUR)
POINT: Final = Px(1_000_000_000)
FUTURE_TICK: Final = Px(250_000_000)
DOLLARS_PER_POINT: Final = 20
DOLLAR: Final = MicroUsd(1_000_000)

# What DBN sends where there is no value.
UNDEF_PRICE: Final = 2**63 - 1
UNDEF_TIMESTAMP: Final = 2**64 - 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def px(points: float | int | str | Decimal) -> Px:
    """Points to a price, exact for every decimal text."""
    return Px(round(Decimal(str(points)) * POINT))


def points(price: Px) -> float:
    return price / POINT


def points_or_none(price: Px | None) -> float | None:
    return None if price is None else price / POINT


def ns(moment: datetime) -> Ns:
    """A zoned moment as nanoseconds; a naive one is refused, because its zone would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be placed")
    gone = moment.astimezone(UTC) - _EPOCH
    return Ns(((gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds) * 1_000)


def moment(at: Ns) -> datetime:
    """Nanoseconds as a UTC datetime, cut to microseconds."""
    seconds, rest = divmod(at, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1_000)


def iso(at: Ns) -> str:
    """ISO-8601 UTC with `Z`; as many decimals as the value has."""
    seconds, rest = divmod(at, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if rest:
        text += f".{rest:09d}".rstrip("0")
    return text + "Z"


def ns_from_iso(text: str) -> Ns:
    """The reverse of `iso`; any offset is converted, none is refused with ValueError."""
    whole, dot, tail = text.strip().partition(".")
    if not dot:
        return ns(datetime.fromisoformat(whole.replace("Z", "+00:00")))
    digits = tail[: next((i for i, c in enumerate(tail) if not c.isdigit()), len(tail))]
    zone = tail[len(digits) :]
    if not digits or len(digits) > 9:
        raise ValueError(f"not a time: {text!r}")
    base = ns(datetime.fromisoformat((whole + zone).replace("Z", "+00:00")))
    return Ns(base + int(digits.ljust(9, "0")))


def usd(amount: MicroUsd) -> float:
    return amount / DOLLAR
