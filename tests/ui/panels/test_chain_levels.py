"""From where a chain on the board comes: said in words for every level, with ages and countdowns."""

from dataclasses import replace
from pathlib import Path

from app.domain.routing import RECORDED
from app.domain.units import SECOND, Ns
from app.domain.updates import AllowanceChanged, ChainMissing, Served, Tried
from app.ui.format import zone
from app.ui.panels.chain import levels
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART
from tests.ui.panels.samples import arrived

WHERE = zone("America/Chicago")


def test_each_level_but_the_live_one_is_said() -> None:
    shown = arrived()
    said = {level: levels.level(replace(shown, level=level)) for level in Served}
    assert said[Served.LIVE] == ""
    assert said[Served.OWN_CALL] == "by the page's own call"
    assert said[Served.CACHE] == "from the cache"
    assert said[Served.RECORDED] == "from a saved file"


def test_a_failure_says_what_was_tried_what_is_shown_and_when_the_next_try_is() -> None:
    shown = arrived()
    now = Ns(shown.chain.received + 90 * SECOND)
    tried = (Tried(Served.LIVE, "no"), Tried(Served.OWN_CALL, "no"))
    told = ChainMissing(BARCHART, "MC7M25", "No contracts.", Ns(now + 30 * SECOND), tried)
    said = levels.missing(told, shown, now)
    assert said.startswith("NO DATA for MC7M25: No contracts. Tried: live, then the page's own call.")
    assert "Shown: the last good chain, " in said
    assert said.endswith("Next try in 30 s.")
    assert levels.missing(told, shown, Ns(now + 30 * SECOND)).endswith("Trying again now.")
    stopped = levels.missing(replace(told, next_try=None), shown, now)
    assert stopped.endswith("It is not asked again by itself; Refresh asks once more.")
    not_yet = levels.missing(replace(told, next_try=None, tried=()), None, now)
    assert not_yet == "NO DATA for MC7M25: No contracts."


def test_what_drifted_check_by_check_is_left_to_the_viewer() -> None:
    why = "5 of 5 rows cannot be used. Drift: structure: 120 paths, expected 121; bidPrice given: 0%."
    said = levels.missing(ChainMissing(BARCHART, "MC7M25", why, None), None, Ns(0))
    assert said == (
        "NO DATA for MC7M25: 5 of 5 rows cannot be used. "
        "Drift: it is built otherwise than before (see the Barchart viewer)."
    )


def test_what_may_be_asked_counts_down() -> None:
    told = AllowanceChanged(BARCHART, 10, 10, 4, 4, Ns(12 * SECOND), Ns(300 * SECOND), "logged in")
    said = levels.allowance(told, Ns(0))
    assert said.startswith(
        "asked 10 of 10 a minute, pages 4 of 4 in 10 min · next read in 12 s · next page in"
    )
    assert said.endswith("logged in")
    assert "next read" not in levels.allowance(told, Ns(13 * SECOND))
    assert levels.allowance(None, Ns(0)) == ""


def test_a_saved_chain_wears_the_dress_of_a_replay(room: Room, shots: Path) -> None:
    room.open_market()
    shown = arrived()
    saved = replace(
        shown, recorded="MC7M25.json", level=Served.RECORDED, chain=replace(shown.chain, fidelity=RECORDED)
    )
    room.feed.put(saved)
    room.window.show_panel("chain")
    room.frames(3)
    panel = room.window.panels["chain"]
    panel.grab().save(str(shots / "recorded.png"))
    banner = panel._banner  # type: ignore[attr-defined]
    assert banner.isVisible()
    assert banner.text().startswith("REPLAY · a saved chain of")
    room.feed.put(shown)
    room.frames(3)
    assert not banner.isVisible()
