"""From where the chain on the board comes, in words: which level, what was tried, how long until the next."""

from typing import Final

from app.domain.units import SECOND, Ns
from app.domain.updates import AllowanceChanged, ChainArrived, ChainMissing, Served
from app.ui.format import Zone, age, clock

_LEVELS: Final = {
    Served.OWN_CALL: "by the page's own call",
    Served.TABLE: "from the page's table",
    Served.CACHE: "from the cache",
    Served.LAST_GOOD: "the last good one",
    Served.RECORDED: "from a saved file",
}


_DRIFT: Final = "Drift: "


def level(shown: ChainArrived) -> str:
    """Nothing for a live one, which needs no excuse."""
    try:
        return _LEVELS.get(Served(shown.level), "")
    except ValueError:
        return f"from {shown.level}"


def banner(shown: ChainArrived | None, where: Zone) -> str:
    """Over a saved chain: nothing in it is of now."""
    if shown is None or not shown.recorded:
        return ""
    at = where.at(shown.chain.received)
    return (
        f"REPLAY · a saved chain of {at:%a} {at.day} {at:%b %Y}, {clock(shown.chain.received, where)}, from "
        f"{shown.recorded}. Nothing here is happening now; Refresh shows the live chain."
    )


def missing(told: ChainMissing, shown: ChainArrived | None, now: Ns) -> str:
    """Why there is no fresh chain, what was tried, what is shown instead, and when the next try is."""
    parts = [f"NO DATA for {told.series}: {_reason(told.reason)}"]
    if len(told.tried) > 1:
        parts.append(f"Tried: {', then '.join(str(one.level) for one in told.tried)}.")
    if shown is not None:
        parts.append(f"Shown: the last good chain, {age((now - shown.chain.received) / SECOND)} old.")
    if told.next_try is not None:
        wait = (told.next_try - now) / SECOND
        parts.append(f"Next try in {age(wait)}." if wait >= 1 else "Trying again now.")
    elif told.tried:
        parts.append("It is not asked again by itself; Refresh asks once more.")
    return " ".join(parts)


def _reason(said: str) -> str:
    """Check by check is told by the viewer; here it would push the board off the screen."""
    reason, drift, _ = said.partition(_DRIFT)
    return f"{reason}{drift}it is built otherwise than before (see the Barchart viewer)." if drift else said


def allowance(told: AllowanceChanged | None, now: Ns) -> str:
    """What the site was asked of late, and how long it is left alone now."""
    if told is None:
        return ""
    parts = [
        f"asked {told.requests} of {told.most_requests} a minute, "
        f"pages {told.pages} of {told.most_pages} in 10 min"
    ]
    for free, what in ((told.free_at, "next read"), (told.page_free_at, "next page")):
        if free is not None and free > now and (what == "next read" or free != told.free_at):
            parts.append(f"{what} in {age((free - now) / SECOND)}")
    if told.note:
        parts.append(told.note)
    return " · ".join(parts)
