"""What a chain was read as, field by field: kept with every capture, so that a parser of tomorrow that makes
something else of the same answer shows by the field, the contract and both values.

The values are a line a contract; a few letters of each field are enough to see that nothing has changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from app.domain.chain import Chain
from app.domain.field_rules import RULES

_BYTES: Final = 6
_CONTRACT: Final = "contract"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A value that is read otherwise than then; None: that contract or value was not there."""

    contract: str
    field: str
    then: str | None
    now: str | None

    @property
    def words(self) -> str:
        if self.field == _CONTRACT:
            return f"{self.contract} {'read then only' if self.now is None else 'read now only'}"
        return f"{self.contract} {self.field} {self.then or '—'} → {self.now or '—'}"


def values_read(chain: Chain) -> Mapping[str, str]:
    """By field, over all contracts in the answer's order; 10 ms for 750 contracts."""
    return {rule.name: "\n".join(rule.value(quote) or "" for quote in chain.quotes) for rule in RULES} | {
        _CONTRACT: "\n".join(quote.symbol for quote in chain.quotes)
    }


def readings(values: Mapping[str, str]) -> Mapping[str, str]:
    return {name: blake2b(text.encode(), digest_size=_BYTES).hexdigest() for name, text in values.items()}


def read_otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that were kept then and are read otherwise now, by name."""
    return tuple(name for name, digest in then.items() if now.get(name) != digest)


def otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Otherwise]:
    """Contract by contract; nothing where the values of then were not kept, or of a field that is new."""
    if _CONTRACT not in then:
        return
    old, new = _by_contract(then), _by_contract(now)
    for contract in old | new:
        if contract not in old or contract not in new:
            there = ("yes", None) if contract in old else (None, "yes")
            yield Otherwise(contract, _CONTRACT, *there)
            continue
        for name, was in old[contract].items():
            is_now = new[contract].get(name, "")
            if was != is_now:
                yield Otherwise(contract, name, was or None, is_now or None)


def _by_contract(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    names = values[_CONTRACT].split("\n") if values[_CONTRACT] else []
    columns = {name: text.split("\n") for name, text in values.items() if name != _CONTRACT}
    whole = {name: column for name, column in columns.items() if len(column) == len(names)}
    return {
        contract: {name: column[place] for name, column in whole.items()}
        for place, contract in enumerate(names)
    }
