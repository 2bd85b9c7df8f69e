from app.domain.contract import Contract, Future, Right, Series, strike_text
from app.domain.units import Px, px


def test_a_future_has_the_exchange_name_and_the_traders_name() -> None:
    assert (Future(2026, 12).raw, Future(2026, 12).code) == ("NQZ6", "NQZ26")
    assert (Future(2030, 3).raw, Future(2030, 3).code) == ("NQH0", "NQH30")


def test_futures_and_series_sort_by_time() -> None:
    assert sorted([Future(2027, 3), Future(2026, 12), Future(2026, 3)])[0] == Future(2026, 3)
    assert sorted([Series("NQ", 2027, 3), Series("NQ", 2026, 12)])[0] == Series("NQ", 2026, 12)


def test_an_option_is_named_as_the_exchange_does() -> None:
    assert Contract(Series("Q2A", 2025, 6), px(21500), Right.CALL).raw == "Q2AM5 C21500"
    assert Contract(Series("QNE", 2026, 12), px("22350.5"), Right.PUT).raw == "QNEZ6 P22350.5"


def test_no_digit_of_a_strike_is_lost_or_added() -> None:
    assert strike_text(px("22712.25")) == "22712.25"
    assert strike_text(px(500)) == "500"
    assert strike_text(Px(1)) == "0.000000001"
    assert strike_text(px(1_234_567)) == "1234567"
