"""What the trader draws is there again after a restart, for its own contract."""

from pathlib import Path

from app.domain.drawings import Drawing, DrawingKind, DrawingsKept
from app.domain.units import Ns, px
from tests.engine.bench import Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway


async def test_drawings_outlive_the_program_and_are_told_by_contract(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench, again = (Bench(tmp_path, clock, sources=(tick_source(gateway.make),)) for _ in range(2))
    level = Drawing(DrawingKind.LEVEL, price=px(21_500))
    moment = Drawing(DrawingKind.MOMENT, Ns(1_750_003_200_000_000_000))
    async with bench.running() as engine:
        await engine.drawings.keep("NQM5", (level, moment))
        await engine.drawings.keep("NQU5", (moment,))
        await engine.drawings.keep("NQU5", ())
        told = {one.contract: one.drawings for one in bench.screen.now(DrawingsKept)}
        assert told == {"NQM5": (level, moment), "NQU5": ()}
    async with again.running():
        await until(lambda: again.screen.now(DrawingsKept))
        assert [one.contract for one in again.screen.now(DrawingsKept)] == ["NQM5"]
        assert again.screen.now(DrawingsKept)[0].drawings == (level, moment)
