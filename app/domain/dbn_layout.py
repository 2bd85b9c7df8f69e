"""The records of DBN: what each is called and how long it is in versions 1, 2 and 3.

A header that claims another length is not to be believed: from there on nothing in the stream is certain.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

HEADER: Final = 16
LONGEST: Final = 255 * 4
TS_OUT: Final = 8

TRADES: Final = 0
MBP_1: Final = 1
MBP_10: Final = 10
STATUS: Final = 18
DEFINITION: Final = 19
ERROR: Final = 21
SYMBOL_MAPPING: Final = 22
SYSTEM: Final = 23
STATISTICS: Final = 24
MBO: Final = 160
BBO_1S: Final = 195
BBO_1M: Final = 196

# rtype: its name, and its length in each version
_RECORDS: Final[Mapping[int, tuple[str, tuple[int, int, int]]]] = {
    TRADES: ("trades", (48, 48, 48)),
    MBP_1: ("mbp-1", (80, 80, 80)),
    MBP_10: ("mbp-10", (368, 368, 368)),
    17: ("ohlcv", (56, 56, 56)),
    STATUS: ("status", (40, 40, 40)),
    DEFINITION: ("definition", (360, 400, 520)),
    20: ("imbalance", (112, 112, 112)),
    ERROR: ("error", (80, 320, 320)),
    SYMBOL_MAPPING: ("symbol-mapping", (80, 176, 176)),
    SYSTEM: ("system", (80, 320, 320)),
    STATISTICS: ("statistics", (64, 64, 80)),
    32: ("ohlcv-1s", (56, 56, 56)),
    33: ("ohlcv-1m", (56, 56, 56)),
    34: ("ohlcv-1h", (56, 56, 56)),
    35: ("ohlcv-1d", (56, 56, 56)),
    36: ("ohlcv-eod", (56, 56, 56)),
    MBO: ("mbo", (56, 56, 56)),
    177: ("cmbp-1", (80, 80, 80)),
    192: ("cbbo-1s", (80, 80, 80)),
    193: ("cbbo-1m", (80, 80, 80)),
    194: ("tcbbo", (80, 80, 80)),
    BBO_1S: ("bbo-1s", (80, 80, 80)),
    BBO_1M: ("bbo-1m", (80, 80, 80)),
}
RARE: Final = frozenset({STATUS, DEFINITION, ERROR, SYMBOL_MAPPING, SYSTEM, STATISTICS})


def record_name(rtype: int) -> str:
    return _RECORDS[rtype][0] if rtype in _RECORDS else f"rtype {rtype}"


def is_known(rtype: int) -> bool:
    return rtype in _RECORDS


def sizes(version: int) -> NDArray[np.int64]:
    """Bytes of a record by rtype; 0 where the rtype is not known."""
    table = np.zeros(256, np.int64)
    for rtype, (_, lengths) in _RECORDS.items():
        table[rtype] = lengths[version - 1]
    return table
