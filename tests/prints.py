"""Trades as the engine tells them to the screen."""

import numpy as np

from app.domain.tick_updates import Prints, TapePrint
from app.domain.ticks import TradeColumns


def told(*trades: TapePrint) -> Prints:
    columns = (
        np.array([t.instrument for t in trades], dtype=np.uint32),
        np.array([t.at for t in trades], dtype=np.int64),
        np.array([t.provenance.ts_recv for t in trades], dtype=np.int64),
        np.array([t.price for t in trades], dtype=np.int64),
        np.array([t.size for t in trades], dtype=np.uint32),
        np.array([t.side for t in trades], dtype=np.int8),
        np.arange(len(trades), dtype=np.uint32),
    )
    return Prints(TradeColumns(*columns), {t.instrument: t.raw_symbol for t in trades}, trades[-1].provenance)
