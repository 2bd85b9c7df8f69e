"""What a chain was read as, kept in a few letters a field."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.chain import Chain, Quote
from app.domain.readings import Otherwise, otherwise, read_otherwise, readings, values_read
from app.domain.units import px
from tests.domain.barchart_answers import chain


def digests(of: Chain) -> Mapping[str, str]:
    return readings(values_read(of))


def test_the_same_chain_is_read_the_same() -> None:
    assert read_otherwise(digests(chain()), digests(chain())) == ()


@given(st.integers(min_value=0, max_value=len(chain().quotes) - 1))
def test_one_value_of_one_contract_names_its_field(number: int) -> None:
    quotes: list[Quote] = list(chain().quotes)
    quotes[number] = replace(quotes[number], volume=987_654)
    now = digests(replace(chain(), quotes=tuple(quotes)))
    assert read_otherwise(digests(chain()), now) == ("volume",)


def test_missing_is_not_zero() -> None:
    first, *rest = chain().quotes
    none = replace(chain(), quotes=(replace(first, bid=None), *rest))
    zero = replace(chain(), quotes=(replace(first, bid=px(0)), *rest))
    assert read_otherwise(digests(none), digests(zero)) == ("bid",)


def test_a_contract_more_or_less_shows() -> None:
    fewer = replace(chain(), quotes=chain().quotes[1:])
    assert "contract" in read_otherwise(digests(chain()), digests(fewer))


def test_a_field_that_was_not_kept_then_says_nothing() -> None:
    assert read_otherwise({}, digests(chain())) == ()


def test_what_is_read_otherwise_is_told_by_contract_with_both_values() -> None:
    first, second, *rest = chain().quotes
    now = replace(chain(), quotes=(replace(first, bid=None), replace(second, volume=9), *rest[1:]))
    told = tuple(otherwise(values_read(chain()), values_read(now)))
    assert told == (
        Otherwise(first.symbol, "bid", "139.00", None),
        Otherwise(second.symbol, "volume", "12", "9"),
        Otherwise(rest[0].symbol, "contract", "yes", None),
    )


def test_values_that_were_not_kept_then_are_not_told() -> None:
    assert tuple(otherwise({}, values_read(chain()))) == ()
    some = {name: text for name, text in values_read(chain()).items() if name != "volume"}
    assert tuple(otherwise(some, values_read(chain()))) == ()
