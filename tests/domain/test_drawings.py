import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.drawings import MOST, Drawing, DrawingKind, drawings_of, drawings_text
from app.domain.units import Ns, Px

times = st.integers(0, 2**62).map(Ns)
prices = st.integers(-(2**62), 2**62).map(Px)
drawings = st.one_of(
    st.builds(lambda price: Drawing(DrawingKind.LEVEL, price=price), prices),
    st.builds(lambda at: Drawing(DrawingKind.MOMENT, at), times),
    st.builds(lambda at: Drawing(DrawingKind.AVERAGE, at), times),
    st.builds(lambda a, b, c, d: Drawing(DrawingKind.RANGE, a, b, c, d), times, prices, times, prices),
)


@given(st.lists(drawings, max_size=MOST))
def test_what_is_written_is_read_again(made: list[Drawing]) -> None:
    assert drawings_of(drawings_text(made)) == tuple(made)


def test_of_too_many_the_oldest_make_room() -> None:
    many = [Drawing(DrawingKind.LEVEL, price=Px(n)) for n in range(MOST + 5)]
    assert drawings_of(drawings_text(many)) == tuple(many[5:])


@pytest.mark.parametrize(
    "text",
    [
        *("", "nonsense", "{}", "[1]", '[["LEVEL", 1, null, null, null]]'),
        *('[["LEVEL", null, 1.5, null, null]]', '[["OTHER", 1, 2, 3, 4]]'),
    ],
)
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert drawings_of(text) == ()


def test_a_damaged_drawing_costs_no_other() -> None:
    assert drawings_of('[["LEVEL", null, 7, null, null], ["MOMENT", true, null, null, null]]') == (
        Drawing(DrawingKind.LEVEL, price=Px(7)),
    )
