"""What was saved: captures of earlier days, files, a browser's HAR, recorded tapes. Never of now.

Nothing here is ever chosen by itself: a saved chain comes on the board by the user's own click, in the dress
of a recording, with its true age, and goes with “Back to the live chain”. Tapes are played in a run of their
own, in which nothing is live.
"""

from typing import Final

from app.domain.routing import RECORDED, Channel, Offer, SourceId
from app.engine.feeds import SourceSpec

ID: Final = SourceId("saved")

SOURCE: Final = SourceSpec(
    id=ID,
    title="Saved data",
    tier=90,
    about="Kept on disk, opened by hand: “Open a saved chain…”, “Replay saved tapes…”. Never used by itself.",
    offers=tuple(
        Offer(channel, RECORDED)
        for channel in (Channel.OPT_CHAIN, Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES)
    ),
    addresses={},
)
