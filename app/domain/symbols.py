"""Names of NQ futures, option series and contracts: CME's and Barchart's, read and written.

Years in names have one or two digits; the decade (or century) is the one that puts the expiry nearest to
the day given as `near`.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from app.domain.contract import MONTH_LETTERS, Contract, Future, Right, Series, strike_text
from app.domain.expiry import (
    front_future,
    next_future,
    rule_expiry,
    rule_underlying,
    third_friday,
)
from app.domain.roots import MICRO_ROOTS, ROOTS, barchart_root, cme_root, family, refuse_micro
from app.domain.units import POINT, Px, px

__all__ = [
    "MICRO_ROOTS",
    "ROOTS",
    "barchart_leg",
    "barchart_root",
    "barchart_series",
    "cme_root",
    "family",
    "front_future",
    "next_future",
    "option_tick",
    "parse_barchart_leg",
    "parse_barchart_series",
    "parse_raw",
    "rule_expiry",
    "rule_underlying",
    "third_friday",
]

_MONTH: Final = f"([{MONTH_LETTERS}])"
_STRIKE: Final = r"([0-9]{1,7}(?:\.[0-9]{1,9})?)"
_FUTURE: Final = re.compile(r"NQ([HMUZ])([0-9])")
_OPTION: Final = re.compile(rf"(NQ|QN[1-4E]|Q[1-5][A-D]){_MONTH}([0-9]) ([CP]){_STRIKE}")
_MICRO: Final = re.compile(rf"(MNQ|MQ[1-4E]){_MONTH}[0-9](?: .*)?")
_LEG: Final = re.compile(rf"([A-Z]{{2}}[0-9]{{0,2}}){_MONTH}([0-9])\|{_STRIKE}([CP])")
_SERIES: Final = re.compile(rf"([A-Z]{{2}}[0-9]?){_MONTH}([0-9]{{1,2}})")

_TICK_ABOVE: Final = px(5)
_SMALL_TICK: Final = Px(POINT // 20)
_TICK: Final = Px(POINT // 4)


def parse_raw(symbol: str, near: date) -> Future | Contract | None:
    """A CME or Databento raw symbol. None: a spread, a user-defined strategy or another product.

    A Micro is refused with ValueError: taken for an E-mini it would be wrong by a factor of ten.
    """
    if found := _FUTURE.fullmatch(symbol):
        month = _month(found[1])
        return Future(_year(found[2], near, lambda year: third_friday(year, month)), month)
    if micro := _MICRO.fullmatch(symbol):
        refuse_micro(micro[1])
    if not (found := _OPTION.fullmatch(symbol)):
        return None
    root, letter, digit, right, strike = found.groups()
    return Contract(_series(root, letter, digit, near), px(strike), Right(right))


def parse_barchart_leg(symbol: str, near: date) -> Contract:
    """E.g. `MC7M5|15000C`; ValueError says what is wrong with it."""
    found = _LEG.fullmatch(symbol)
    if not found:
        raise ValueError(f"{symbol!r} is no option leg")
    root, letter, digit, strike, right = found.groups()
    return Contract(_series(_known(root), letter, digit, near), px(strike), Right(right))


def barchart_leg(contract: Contract) -> str:
    series = contract.series
    head = f"{_named(series)}{MONTH_LETTERS[series.month - 1]}{series.year % 10}"
    return f"{head}|{strike_text(contract.strike)}{contract.right.value}"


def parse_barchart_series(key: str, near: date) -> Series:
    """E.g. `MC7M25` or `MC7M5`; `NQM25` is the quarterly."""
    found = _SERIES.fullmatch(key)
    if not found:
        raise ValueError(f"{key!r} is no option series")
    root, letter, digits = found.groups()
    return _series(_known(root), letter, digits, near)


def barchart_series(series: Series) -> str:
    return f"{_named(series)}{MONTH_LETTERS[series.month - 1]}{series.year % 100:02d}"


def option_tick(price: Px) -> Px:
    """The grid a premium lies on: 0.05 up to 5.00, 0.25 above."""
    return _SMALL_TICK if price <= _TICK_ABOVE else _TICK


# twenty-five thousand definitions come at once, of a hundred series: worked out each time it took 14 us of 24
@lru_cache(maxsize=1024)
def _series(root: str, letter: str, digits: str, near: date) -> Series:
    month = _month(letter)

    def expiry(year: int) -> date:
        return rule_expiry(Series(root, year, month)) or date(year, month, 15)

    return Series(root, _year(digits, near, expiry), month)


def _year(digits: str, near: date, expiry: Callable[[int], date]) -> int:
    cycle = 10 if len(digits) == 1 else 100
    base = near.year - near.year % cycle + int(digits)
    # of two equally near ones the later: what trades now expires in the future
    return min((base + cycle, base, base - cycle), key=lambda year: abs(expiry(year) - near))


def _month(letter: str) -> int:
    return MONTH_LETTERS.index(letter) + 1


def _known(root: str) -> str:
    cme = cme_root(root)
    if cme is None:
        raise ValueError(f"{root} is no root of NQ options at Barchart")
    return cme


def _named(series: Series) -> str:
    root = barchart_root(series.root)
    if root is None:
        raise ValueError(f"Barchart's name of {series.root} is not known; find it in the page's list")
    return root
