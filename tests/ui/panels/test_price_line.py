"""The price line that is kept equals the one made anew, whatever came meanwhile."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.units import SECOND, Ns, px
from app.ui.panels.pressure.columns import BarColumns
from app.ui.panels.pressure.looks import BarSize, Looks
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.price_line import KeptSteps
from app.ui.panels.pressure.scene import Scene
from app.ui.panels.pressure.session import Session

PIXELS = 100
Move = tuple[int, int, int, int, int]


def bar(start: int, price: int, side: int) -> PressureBar:
    low, high = px(price - 1), px(price + 1)
    return PressureBar(
        1, Ns(start * SECOND), 1, 3, 1, 0, 4, px(price), high, low, px(price), -1, 2, last_side=side
    )


def scene(session: Session, left: float, a_pixel: float, holes: tuple[tuple[int, int], ...]) -> Scene:
    right = left + PIXELS * a_pixel
    return Scene(
        session, PressureModel(), Looks(), BarSize(60), left, right, PIXELS, right, 0, holes, False, (4, 20)
    )


moves = st.tuples(
    st.integers(0, 900), st.integers(20_990, 21_010), st.integers(-1, 1), st.integers(0, 1), st.integers(0, 6)
)


@given(st.lists(moves, min_size=2, max_size=60), st.sampled_from([0.7, 3.0, 7.3]), st.booleans())
def test_points_kept_from_frame_to_frame_are_those_made_at_once(
    seen: list[Move], a_pixel: float, holed: bool
) -> None:
    columns = BarColumns(1)
    session, kept = Session(PressureModel(), 1, columns, Ns(0)), KeptSteps()
    holes = ((200 * SECOND, 260 * SECOND),) if holed else ()
    shift = 0
    for start, price, side, source, pixels in seen:
        columns.put(bar(start, price, side), source)
        shift += pixels
        now = scene(session, 100 + shift * a_pixel, a_pixel, holes)
        once, again = KeptSteps().of(now), kept.of(now)
        inside = 101 + (shift + 1) * a_pixel
        for field in fields(once):
            of_all, of_kept = getattr(once, field.name), getattr(again, field.name)
            # of the first one nobody who begins there can say whether a line leads to it
            assert of_kept[again.times > inside][1:].tolist() == of_all[once.times > inside][1:].tolist()
        assert (again.times > inside).sum() == (once.times > inside).sum()
