"""The cross-check on screen: who agrees with whom, how late each is, and a proxy that says it is one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.domain.chain_updates import Served
from app.domain.contract import Right
from app.domain.cross_check import Agreement, BarsApart, CrossCheck, Said, compared
from app.domain.routing import SNAPSHOT, TICK, Fidelity, Provenance, SourceId, delayed
from app.domain.second_opinion import FuturePrice, PriceBar, PriceBars, ProxyChain, ProxyQuote
from app.domain.symbols import front_future
from app.domain.units import SECOND, Ns, px
from app.domain.updates import CrossChecked, FuturePriced, PriceBarsArrived, ProxyChainArrived
from app.ui.format import DASH
from app.ui.panels.cross import proxy
from app.ui.panels.cross.model import CrossModel
from app.ui.panels.cross.view import CrossPanel
from app.ui.widgets.cells import Cell
from tests.ui.conftest import Room
from tests.ui.feed import OPENING

FUTURE = front_future(date(2026, 11, 20))
MASSIVE = SourceId("massive")
NOW = Ns(OPENING + 60 * SECOND)


def said(source: str, *told: tuple[float, float], fidelity: Fidelity = TICK) -> Said:
    """Seconds before now, and points."""
    one = Said(SourceId(source), fidelity)
    for ago, points in told:
        one.add(Ns(NOW - round(ago * SECOND)), px(points))
    return one


def check(*sources: Said) -> CrossCheck:
    first, *others = sources
    return CrossCheck(FUTURE, NOW, tuple(compared(first, other, NOW) for other in others))


def chain() -> ProxyChain:
    quotes = (
        ProxyQuote("O:A", date(2026, 11, 20), px(23_100), Right.CALL, bid=px(5), ask=px(6)),
        ProxyQuote("O:B", date(2026, 11, 20), px(23_100), Right.PUT, open_interest=0),
    )
    return ProxyChain(
        SourceId("massive"), "NDX", date(2026, 11, 20), NOW, delayed(15), quotes,
        underlying_price=px(23_110), as_of=NOW,
    )  # fmt: skip


def test_a_pair_says_how_the_closes_of_its_minutes_compare() -> None:
    model = CrossModel()
    (pair,) = check(said("databento", (1, 23_400)), said("tradovate", (1, 23_400))).pairs

    def words(bars: BarsApart | None) -> str:
        model.put(CrossCheck(FUTURE, NOW, (replace(pair, bars=bars),)))
        return model.rows()[0].cells[-1].text

    assert words(BarsApart(58, px(-0.75), NOW)).endswith("58 minute bars: closes at most −0.75 apart")
    assert words(BarsApart(1, px(0), NOW)).endswith("1 minute bar: the same closes")
    assert "minute" not in words(None)


def test_a_pair_says_how_far_it_is_apart_and_why_it_differs() -> None:
    model = CrossModel()
    model.put(
        check(
            said("databento", (1, 23_400), (0.5, 23_400.25)),
            said("tradovate", (0.5, 23_400)),
            said("massive", (3, 23_420)),
            said("other"),
        )
    )
    rows = {row.key: [cell.text for cell in row.cells] for row in model.rows()}
    assert rows["databento – tradovate"][1:3] == ["+0.25", "AGREE"]
    assert rows["databento – massive"][2] == "NO DATA"
    assert rows["databento – other"][-1] == "other has said nothing"
    assert model.summary().endswith("1 AGREE, 2 NO DATA")


def test_differences_of_another_future_begin_anew() -> None:
    model, first = CrossModel(), check(said("a", (0, 5)), said("b", (0, 4)))
    model.put(first)
    assert list(model.lines()) == ["a – b"]
    model.put(replace(first, future=front_future(date(2027, 2, 1)), pairs=()))
    assert not model.lines()


def test_a_proxy_is_called_one_and_what_it_does_not_say_is_a_dash() -> None:
    assert proxy.headline(chain(), NOW).startswith("PROXY, not NQ: NDX 23,110.00")
    assert "DELAYED(15)" in proxy.headline(chain(), NOW)
    (row,) = proxy.rows(chain())
    assert [cell.text for cell in row.cells] == ["5.00", "6.00", DASH, DASH, "23,100", "0", DASH, DASH, DASH]


def _priced(served: Served, points: float = 23_390, ago: float = 190) -> FuturePriced:
    at = Ns(NOW - round(ago * SECOND))
    price = FuturePrice(MASSIVE, FUTURE, at, SNAPSHOT, last=px(points), traded=at)
    return FuturePriced(price, Provenance(MASSIVE, SNAPSHOT, at, at, NOW, "c"), served)


def _barred(served: Served, ago: float = 40) -> PriceBarsArrived:
    at = Ns(NOW - round(ago * SECOND))
    bar = PriceBar(Ns(at - 60 * SECOND), 60, px(1), px(2), px(1), px(2))
    bars = PriceBars(MASSIVE, FUTURE, at, SNAPSHOT, (bar,))
    return PriceBarsArrived(bars, Provenance(MASSIVE, SNAPSHOT, at, at, NOW, "c"), served)


def test_a_price_and_bars_that_nothing_newer_replaced_say_so_with_their_age() -> None:
    model = CrossModel()
    model.put(check(said("databento", (1, 23_400)), said("massive", (1, 23_400))))

    def why() -> Cell:
        return model.rows()[0].cells[-1]

    model.marks.put(_priced(Served.LIVE))
    assert "massive" not in why().text
    model.marks.put(_priced(Served.LAST_GOOD))
    assert why().text.startswith(
        "STALE: last good massive price 23,390.00, 3 m 10 s old, nothing newer came · "
    )
    assert why().colour == "warn"
    assert "STALE" in model.rows()[0].cells[5].tip
    model.marks.put(_barred(Served.LAST_GOOD))
    assert "STALE: last good massive bars, read 40 s ago, nothing newer came" in why().text
    model.marks.put(_priced(Served.CACHE))
    model.marks.put(_barred(Served.CACHE))
    assert "massive price 23,390.00 from the cache, 3 m 10 s old" in why().text
    assert "massive bars from the cache, read 40 s ago" in why().text
    assert why().colour == "dim"
    model.marks.put(_priced(Served.LIVE))
    model.marks.put(_barred(Served.LIVE))
    assert "massive" not in why().text


def test_a_kept_price_of_another_future_marks_nothing() -> None:
    model = CrossModel()
    model.put(check(said("databento", (1, 23_400)), said("massive", (1, 23_400))))
    stale = _priced(Served.LAST_GOOD)
    model.marks.put(replace(stale, price=replace(stale.price, future=front_future(date(2027, 2, 1)))))
    assert "STALE" not in model.rows()[0].cells[-1].text


def test_the_panel_says_that_a_price_is_the_last_good_one(room: Room, shots: Path) -> None:
    room.open_market()
    panel = CrossPanel(room.window.desk)
    panel.dress()
    panel.resize(1_240, 300)
    panel.show()
    pairs = check(
        said("databento", (0, 23_400)), said("massive", (190, 23_390)), said("tradovate", (0, 23_400))
    )
    panel.receive(CrossChecked(pairs))
    panel.receive(_priced(Served.LAST_GOOD))
    panel.receive(_barred(Served.CACHE))
    for _ in range(2):
        panel.refresh_texts(NOW)
        QApplication.processEvents()
    panel.grab().save(str(shots / "cross-stale.png"))
    assert "STALE: last good massive price" in panel.model.rows()[0].cells[-1].text
    panel.close()


def test_the_panel_shows_both(room: Room) -> None:
    room.open_market()
    room.window.show_panel("cross")
    panel = room.window.findChild(CrossPanel)
    assert panel is not None
    room.frames()
    assert not panel.side.isVisible()
    pairs = check(said("databento", (0, 23_400)), said("massive", (0, 23_412), fidelity=SNAPSHOT))
    assert pairs.pairs[0].agreement is Agreement.DIFFER
    room.outbox.put_state(CrossChecked(pairs))
    origin = Provenance(SourceId("massive"), delayed(15), NOW, NOW, NOW, "c")
    room.outbox.put_state(ProxyChainArrived(chain(), "c", origin))
    room.frames(20)
    assert panel.chart.accessibleName().endswith("databento – massive -12.00 points")
    assert "PROXY" in panel.headline.text()
    panel.side.setCurrentIndex(1)
    room.frames(2)
    assert panel.proxy.isVisible()
