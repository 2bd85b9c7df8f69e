"""Chains and pages that were saved: captures of earlier days, files, a browser's HAR. Never of now.

Nothing here is ever chosen by itself: a saved chain comes on the board by the user's own click, in the dress
of a recording, with its true age, and goes with “Back to the live chain”.
"""

from typing import Final

from app.domain.routing import RECORDED, Channel, Offer, SourceId
from app.engine.feeds import SourceSpec

ID: Final = SourceId("saved")

SOURCE: Final = SourceSpec(
    id=ID,
    title="Saved data",
    tier=90,
    about="Answers kept on disk, opened by hand: “Open a saved chain…”. Recorded, never taken by itself.",
    offers=(Offer(Channel.OPT_CHAIN, RECORDED),),
    addresses={},
)
