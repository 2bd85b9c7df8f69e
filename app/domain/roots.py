"""The roots of NQ option series: which family each names, and what Barchart calls it.

A root only means something together with its vendor. Barchart's MQ1 is the E-mini of the first Friday,
CME's MQ1 is the Micro of that day, a tenth of the money. Inside the program a root is always CME's.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain.contract import Family

_WEEKS: Final = "12345"

ROOTS: Final[Mapping[Family, tuple[str, ...]]] = MappingProxyType(
    {
        Family.QUARTERLY: ("NQ",),
        Family.MONDAY: tuple(f"Q{n}A" for n in _WEEKS),
        Family.TUESDAY: tuple(f"Q{n}B" for n in _WEEKS),
        Family.WEDNESDAY: tuple(f"Q{n}C" for n in _WEEKS),
        Family.THURSDAY: tuple(f"Q{n}D" for n in _WEEKS),
        # a fifth Friday is always the last business day, hence the end of month
        Family.FRIDAY: tuple(f"QN{n}" for n in _WEEKS[:4]),
        Family.END_OF_MONTH: ("QNE",),
    }
)
MICRO_ROOTS: Final = frozenset({"MNQ", "MQ1", "MQ2", "MQ3", "MQ4", "MQE"})

_FAMILY: Final = {root: family for family, roots in ROOTS.items() for root in roots}

# Fifth Monday and fifth Thursday were never seen at Barchart: they are unknown here, not guessed.
_CME_OF_BARCHART: Final = MappingProxyType(
    {"NQ": "NQ", "MQ6": "QNE"}
    | {f"MC{n}": f"Q{n}C" for n in range(1, 6)}
    | {f"MC{n + 5}": f"Q{n}A" for n in range(1, 5)}
    | {f"MM{n}": f"Q{n}B" for n in range(1, 6)}
    | {f"MM{n + 5}": f"Q{n}D" for n in range(1, 5)}
    | {f"MQ{n}": f"QN{n}" for n in range(1, 5)}
)
_BARCHART_OF_CME: Final = {cme: barchart for barchart, cme in _CME_OF_BARCHART.items()}


def family(root: str) -> Family:
    """Of a CME root; a root of another product is refused with the reason."""
    refuse_micro(root)
    known = _FAMILY.get(root)
    if known is None:
        raise ValueError(f"{root} is no root of NQ options")
    return known


def week_of_month(root: str) -> int | None:
    """The n of the n-th weekday in the month; None for quarterly and end of month."""
    if family(root) in (Family.QUARTERLY, Family.END_OF_MONTH):
        return None
    return int(root[2] if root.startswith("QN") else root[1])


def barchart_root(cme_root: str) -> str | None:
    """None where Barchart's name is not known: find the series in the page's own list."""
    refuse_micro(cme_root)
    return _BARCHART_OF_CME.get(cme_root)


def cme_root(barchart_root: str) -> str | None:
    """None where the root is unknown. MQ1 to MQ4 and MQ6 are Barchart's E-mini here, not CME's Micro."""
    return _CME_OF_BARCHART.get(barchart_root)


def refuse_micro(cme_root: str) -> None:
    if cme_root in MICRO_ROOTS:
        raise ValueError(f"{cme_root} is a Micro root at CME ($2 a point), not an E-mini NQ option")
