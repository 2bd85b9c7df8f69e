"""What a chain was read as, kept in a few letters a field."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.chain import Quote
from app.domain.readings import read_otherwise, readings
from app.domain.units import px
from tests.domain.barchart_answers import chain


def test_the_same_chain_is_read_the_same() -> None:
    assert read_otherwise(readings(chain()), readings(chain())) == ()


@given(st.integers(min_value=0, max_value=len(chain().quotes) - 1))
def test_one_value_of_one_contract_names_its_field(number: int) -> None:
    quotes: list[Quote] = list(chain().quotes)
    quotes[number] = replace(quotes[number], volume=987_654)
    now = readings(replace(chain(), quotes=tuple(quotes)))
    assert read_otherwise(readings(chain()), now) == ("volume",)


def test_missing_is_not_zero() -> None:
    first, *rest = chain().quotes
    none = replace(chain(), quotes=(replace(first, bid=None), *rest))
    zero = replace(chain(), quotes=(replace(first, bid=px(0)), *rest))
    assert read_otherwise(readings(none), readings(zero)) == ("bid",)


def test_a_contract_more_or_less_shows() -> None:
    fewer = replace(chain(), quotes=chain().quotes[1:])
    assert "contract" in read_otherwise(readings(chain()), readings(fewer))


def test_a_field_that_was_not_kept_then_says_nothing() -> None:
    assert read_otherwise({}, readings(chain())) == ()
