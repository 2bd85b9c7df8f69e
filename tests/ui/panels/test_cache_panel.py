"""The cache on screen: nothing is shown that was not counted."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.domain.cache_updates import NEVER, CacheListed, CacheRow, CacheWindow, Window
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, MicroUsd, Ns
from app.domain.updates import CacheCounted
from app.ui.panels.cache.model import CacheModel
from app.ui.panels.cache.view import CachePanel
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO

MASSIVE = SourceId("massive")


def counted(hits: int, misses: tuple[tuple[str, int], ...] = (), entries: int = 1) -> CacheCounted:
    return CacheCounted(BARCHART, Channel.OPT_CHAIN, hits, misses, 0, 0, entries, 10, 100)


def test_the_cache_adds_up_all_sources_and_names_the_misses() -> None:
    model = CacheModel()
    model.put(counted(10, (("expired", 3), ("first time", 1))))
    model.put(CacheCounted(DATABENTO, Channel.REFERENCE, 5, (("first time", 4),), 1, 2, 3, 20, 100))
    sums = model.sums()
    assert sums is not None
    assert sums.requests == 23
    assert sums.hit_rate == pytest.approx(15 / 23)
    assert sums.misses == (("first time", 5), ("expired", 3))
    assert (sums.entries, sums.bytes_used, sums.bytes_allowed, sums.stale_served) == (4, 30, 100, 2)


def test_a_cache_nobody_asked_has_no_hit_rate(room: Room) -> None:
    assert CacheModel().sums() is None
    room.feed.put(counted(0, entries=0))
    room.frames()
    panel = room.window.panels["cache"]
    assert isinstance(panel, CachePanel)
    assert panel.model.parts() == ()
    assert not panel.ring.isVisible()


def test_the_ring_says_its_rate_to_a_screen_reader(room: Room) -> None:
    room.open_market()
    panel = room.window.panels["cache"]
    assert isinstance(panel, CachePanel)
    assert panel.ring.accessibleName() == "Cache hit rate: 87% hit rate"
    assert panel.words.lines[0].right == "87%"


def _entry(number: int, age_s: int, life_s: int, now: Ns, pinned: bool = False) -> CacheRow:
    stored = Ns(now - age_s * SECOND)
    fresh, keep = Ns(stored + life_s * SECOND // 5), Ns(stored + life_s * SECOND)
    return CacheRow(
        f"barchart/opt.chain/1/MQ3X2{number}", BARCHART, Channel.OPT_CHAIN, f"c{number}", stored, fresh, keep,
        stored, number, 90_000 + number, f"{number:064x}", pinned,
        "RTH: fresh 60 s, usable 5 min; ends with RTH, which becomes ETH",
    )  # fmt: skip


def test_a_warm_cache_shows_spans_entries_and_why_they_live_so_long(room: Room, shots: Path) -> None:
    room.open_market()
    now = room.clock.now()
    panel = CachePanel(room.window.desk)
    panel.dress()
    panel.resize(980, 560)
    panel.show()
    windows = (
        CacheWindow(Window.RECENT, 4, (("expired", 1),)),
        CacheWindow(Window.SESSION, 90, (("cold", 5),), 8_000_000, 8_400_000),
        CacheWindow(Window.LONG, 268, (("expired", 231), ("cold", 9)), 24_000_000, 44_000_000),
    )
    recent = tuple((Ns(now - n * SECOND), n % 3 > 0) for n in range(90, 0, -1))
    panel.receive(
        CacheCounted(
            BARCHART, Channel.OPT_CHAIN, 268, (("expired", 231), ("cold", 9)), 3, 2, 5, 450_000, 500_000_000,
            recent, windows, MicroUsd(4_200_000), 7, 0.4, 812.0,
        )
    )  # fmt: skip
    held = tuple(_entry(n, 40 * n, 300, now, pinned=n == 2) for n in range(1, 9))
    panel.receive(CacheListed(BARCHART, Channel.OPT_CHAIN, held))
    for _ in range(2):
        panel.refresh_texts(now)
        QApplication.processEvents()
    panel.grab().save(str(shots / "cache-warm.png"))
    said = {line.words: (line.right, line.colour) for line in panel.words.lines}
    assert said["Hit rate, 5 min"] == ("80%", "faint")
    assert said["Hit rate, session"] == ("95%", "up")
    assert said["Hit rate, 30 d"] == ("53%", "warn")
    assert said["Saved"][0] == "$4.20"
    first = panel.table.grid.row(0)
    assert first.key == "barchart/opt.chain/1/MQ3X21"
    assert [row.cells[4].text for row in panel.table.grid.rows()][1:3] == ["over", "over"]
    assert panel.table.grid.row(1).cells[0].text == "pinned · MQ3X22"
    panel.table.selectRow(1)
    for action in panel.actions()[:4]:
        action.trigger()
    asked = [one for one in room.commands.asked if "entry" in one[0]]
    name = "barchart/opt.chain/1/MQ3X22"
    assert asked == [("refresh_entry", name), ("pin_entry", name, False), ("purge_entry", name)]
    panel.close()


def _panel(room: Room, shots: Path, name: str, *told: CacheCounted | CacheListed) -> CachePanel:
    panel = CachePanel(room.window.desk)
    panel.dress()
    panel.resize(760, 640)
    panel.show()
    for one in told:
        panel.receive(one)
    for _ in range(2):
        panel.refresh_texts(room.clock.now())
        QApplication.processEvents()
    panel.grab().save(str(shots / f"{name}.png"))
    return panel


def test_an_empty_cache_says_what_will_fill_it(room: Room, shots: Path) -> None:
    room.open_market()
    panel = _panel(room, shots, "cache-empty", counted(0, entries=0))
    assert not panel.ring.isVisible()
    panel.close()


def test_every_source_has_its_row_and_what_is_stale_says_so(room: Room, shots: Path) -> None:
    room.open_market()
    now = room.clock.now()
    session = CacheWindow(Window.SESSION, 3, (("expired", 40), ("error", 9)), 2_000, 90_000)
    stale = CacheCounted(
        MASSIVE, Channel.PROXY_CHAIN, 3, (("expired", 40), ("error", 9)), 0, 9, 1, 210_000, 500_000_000,
        ((now, False),), (session,), lookup_p95_ms=0.6, origin_p95_ms=1_900.0,
    )  # fmt: skip
    shelf = CacheCounted(
        DATABENTO, Channel.BARS, 7, (("cold", 2),), 0, 0, 2, 88_000_000, 0,
        windows=(CacheWindow(Window.LONG, 7, (("cold", 2),)),), saved=MicroUsd(3_140_000), shelf=True,
    )  # fmt: skip
    old = _entry(1, 2 * 3_600, 300, now)
    bought = CacheRow(
        "databento/history/GLBX.MDP3/trades NQ.FUT 10 Nov 2026 15:00 – 10 Nov 17:00 UTC", DATABENTO,
        Channel.BARS, "", Ns(now - 3_600 * SECOND), NEVER, NEVER, now, 0, 44_000_000, "ab" * 32, True,
        "a closed range never changes: bought once, kept for good",
    )  # fmt: skip
    panel = _panel(
        room, shots, "cache-stale", counted(80, (("cold", 20),)), stale, shelf,
        CacheListed(MASSIVE, Channel.PROXY_CHAIN, (old,)),
        CacheListed(DATABENTO, Channel.BARS, (bought,), shelf=True),
    )  # fmt: skip
    rows = {row.cells[0].text: row.cells for row in panel.by_source.grid.rows()}
    assert list(rows) == ["barchart · opt.chain", "databento · bought history", "massive · proxy.chain"]
    massive = rows["massive · proxy.chain"]
    assert [cell.text for cell in massive[1:4]] == ["—", "6%", "—"]
    assert massive[2].colour == "down"
    assert (massive[6].text, massive[6].colour) == ("9", "warn")
    assert rows["databento · bought history"][7].text == "$3.14"
    said = {line.words: (line.right, line.middle) for line in panel.words.lines}
    assert said["Stale served, badged"][0] == "9"
    assert said["Mean age of what is held"] == ("2 h 00 m", "1 past their life")
    kept = {row.cells[0].text: row for row in panel.table.grid.rows()}
    assert (
        kept["pinned · GLBX.MDP3/trades NQ.FUT 10 Nov 2026 15:00 – 10 Nov 17:00 UTC"].cells[4].text
        == "for good"
    )
    panel.close()


def test_the_whole_cache_is_purged_only_after_a_question(room: Room) -> None:
    room.open_market()
    panel = room.window.panels["cache"]
    assert isinstance(panel, CachePanel)
    panel.actions()[-1].trigger()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "Captures stay" in box.text()
    box.button(QMessageBox.StandardButton.Yes).click()
    room.frames(2)
    assert ("purge_cache",) in room.commands.asked
