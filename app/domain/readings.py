"""What a chain was read as, field by field, in a few letters each: enough to see what is read otherwise.

Kept with every capture. A parser of tomorrow that makes something else of a field of the same answer shows by
the name of the field, without that every value of every answer were kept twice.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from app.domain.chain import Chain
from app.domain.field_rules import RULES

_BYTES: Final = 6


def readings(chain: Chain) -> Mapping[str, str]:
    """By field, over all contracts in the answer's order; 10 ms for 750 contracts."""
    return {rule.name: _digest([rule.value(quote) or "" for quote in chain.quotes]) for rule in RULES} | {
        "contract": _digest([quote.symbol for quote in chain.quotes])
    }


def read_otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that were kept then and are read otherwise now, by name."""
    return tuple(name for name, digest in then.items() if now.get(name) != digest)


def _digest(values: list[str]) -> str:
    return blake2b("\n".join(values).encode(), digest_size=_BYTES).hexdigest()
