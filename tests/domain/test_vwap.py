from fractions import Fraction
from math import isclose, sqrt

from hypothesis import given

from app.domain.price_volume import PriceVolumeBook
from app.domain.units import POINT, px
from app.domain.vwap import vwap
from tests.domain.prints import T0, of, sessions
from tests.domain.trade_columns import Print, columns


def test_one_price_is_its_own_mean_without_deviation() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0 + n, 999_983, price=px("21500.25")) for n in range(9)]))
    found = vwap(book.of(1))

    assert found is not None
    assert (found.price, found.sigma, found.volume) == (21_500.25, 0.0, 9 * 999_983)


def test_without_a_trade_there_is_none() -> None:
    assert vwap(()) is None


@given(sessions)
def test_mean_and_deviation_are_those_of_every_contract(prints: list[Print]) -> None:
    book = PriceVolumeBook()
    book.add(columns(prints))
    for instrument in (1, 2):
        mine = of(prints, instrument)
        found = vwap(book.of(instrument))
        if not mine:
            assert found is None
            continue
        volume = sum(p.size for p in mine)
        mean = sum(Fraction(p.price, POINT) * p.size for p in mine) / volume
        square = sum((Fraction(p.price, POINT) - mean) ** 2 * p.size for p in mine) / volume
        assert found is not None
        assert (found.price, found.volume) == (float(mean), volume)
        assert isclose(found.sigma, sqrt(square), rel_tol=1e-14)
