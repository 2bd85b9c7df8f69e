"""One pass over tops in the order in which they were said: into the seconds of `quote_seconds`.

Written so that it can be compiled as it stands and run in plain Python over the same memory. A top that says
to be older than the one before counts from that one's time: an instrument never goes back to a second.
"""

from typing import Any, Final

from app.domain.units import SECOND, UNDEF_PRICE

# an instrument: its standing top, the newest time, until when the standing one's time was counted, and where
# the second lies in which it was said
RUN_WIDTH: Final = 9
RUN_OF, STANDS, BID, ASK, BID_SIZE, ASK_SIZE, NEWEST, COUNTED, ROW = range(RUN_WIDTH)
# a second: the last prices and sizes said in it, the extremes, and sums
WIDTH: Final = 12
(
    OF, NUMBER, LAST_BID, LAST_ASK, LAST_BID_SIZE, LAST_ASK_SIZE,
    LOW_BID, HIGH_ASK, STOOD, FLOW, QUOTES, CHANGED,
) = range(WIDTH)  # fmt: skip
MARKS: Final = 2
RUNS, SECONDS = range(MARKS)


def say(  # noqa: C901
    ids: Any, events: Any, bids: Any, asks: Any, bid_sizes: Any, ask_sizes: Any, first: int, runs: Any,
    seconds: Any, leaning: Any, marks: Any,
) -> int:  # fmt: skip
    """How many are done: all, or those before the one for which there may be no room."""
    for done in range(first, len(ids)):
        if marks[SECONDS] == len(leaning) or (marks[RUNS] + 1) * RUN_WIDTH > len(runs):
            return done
        of = ids[done] + 0
        run = 0
        while run < marks[RUNS] * RUN_WIDTH and runs[run + RUN_OF] != of:
            run += RUN_WIDTH
        if run == marks[RUNS] * RUN_WIDTH:
            marks[RUNS] += 1
            runs[run + RUN_OF] = of
            runs[run + ROW] = -1
        bid, ask, bid_size, ask_size = bids[done], asks[done], bid_sizes[done] + 0, ask_sizes[done] + 0
        newest = runs[run + NEWEST]
        at = max(events[done], newest)
        number, before = at // SECOND, newest // SECOND
        stands, row = runs[run + STANDS], runs[run + ROW]
        old_bid, old_ask = runs[run + BID], runs[run + ASK]
        old_bid_size, old_ask_size = runs[run + BID_SIZE], runs[run + ASK_SIZE]
        both = old_bid_size + old_ask_size
        weighs = stands == 1 and old_bid != UNDEF_PRICE and old_ask != UNDEF_PRICE and both > 0
        until = min(at, (before + 1) * SECOND)
        if stands == 1 and until > runs[run + COUNTED]:
            seconds[row * WIDTH + CHANGED] = 1
            if weighs:
                time = until - runs[run + COUNTED]
                leaning[row] += (old_bid_size - old_ask_size) / both * time
                seconds[row * WIDTH + STOOD] += time
        if row < 0 or number != before:
            row = marks[SECONDS]
            marks[SECONDS] += 1
            runs[run + ROW] = row
            here = row * WIDTH
            for n in range(WIDTH):
                seconds[here + n] = 0
            seconds[here + OF] = of
            seconds[here + NUMBER] = number
            for n in range(LAST_BID, HIGH_ASK + 1):
                seconds[here + n] = UNDEF_PRICE
            leaning[row] = 0.0
            if stands == 1 and at > number * SECOND:
                seconds[here + LOW_BID] = old_bid
                seconds[here + HIGH_ASK] = old_ask
                if weighs:
                    time = at - number * SECOND
                    leaning[row] += (old_bid_size - old_ask_size) / both * time
                    seconds[here + STOOD] += time
        here = row * WIDTH
        if bid != UNDEF_PRICE:
            # of nothing and a price, the price: nothing is the largest number
            seconds[here + LOW_BID] = min(seconds[here + LOW_BID], bid)
            seconds[here + LAST_BID] = bid
            seconds[here + LAST_BID_SIZE] = bid_size
            if stands == 1 and old_bid != UNDEF_PRICE:
                seconds[here + FLOW] += (bid_size if bid >= old_bid else 0) - (
                    old_bid_size if bid <= old_bid else 0
                )
        if ask != UNDEF_PRICE:
            if seconds[here + HIGH_ASK] == UNDEF_PRICE or ask > seconds[here + HIGH_ASK]:
                seconds[here + HIGH_ASK] = ask
            seconds[here + LAST_ASK] = ask
            seconds[here + LAST_ASK_SIZE] = ask_size
            if stands == 1 and old_ask != UNDEF_PRICE:
                seconds[here + FLOW] += (old_ask_size if ask >= old_ask else 0) - (
                    ask_size if ask <= old_ask else 0
                )
        seconds[here + QUOTES] += 1
        seconds[here + CHANGED] = 1
        runs[run + STANDS] = 1
        runs[run + BID], runs[run + ASK] = bid, ask
        runs[run + BID_SIZE], runs[run + ASK_SIZE] = bid_size, ask_size
        runs[run + NEWEST] = at
        runs[run + COUNTED] = max(at, runs[run + COUNTED])
    return len(ids)
