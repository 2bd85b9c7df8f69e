"""The order books of every instrument along a tape: one pass over orders and over records of ten levels.

Written so that it can be compiled as it stands and run in plain Python over the same memory. In one piece,
because numba counts references around each function that is called with arrays.
"""

from typing import Any, Final

from app.domain import books_state as at
from app.domain import dbn_layout as layout
from app.domain import top_rows
from app.domain.units import UNDEF_PRICE

_A, _B, _C, _M, _R = (ord(letter) for letter in "ABCMR")
_MBO: Final = layout.MBO
_UNDEF_SIZE: Final = 2**32 - 1
_LAST_BIT: Final = 7
_MAYBE_BAD: Final = 4
_AHEAD: Final = 256
# says what is so anyhow: without it each access is first tried for an index from the end
_INSIDE: Final = 2**40 - 1
_ROW_MASK: Final = (1 << at.ROW_BITS) - 1


def walk(  # noqa: C901
    u8: Any, u32: Any, i64: Any, places: Any, first: int, index: Any, index_shift: int, orders: Any,
    order_shift: int, heads: Any, levels: Any, touched: Any, said: Any,
    marks: Any,
) -> int:  # fmt: skip
    """`places` are the offsets of the records. How many of them are done: all, or those before the one for
    which there is no room (`marks` say why).
    """
    index_mask = len(index) - 1
    order_end = len(orders)
    says = marks[at.SAYS]
    known = -1
    head = 0
    row = 0
    ready, near = first, 0
    for done in range(first, len(places)):
        if done == ready:
            # where the orders of the next records lie, in no cache after a pause, is fetched side by side:
            # one by one a third of a busy feed's time went into waiting for them
            ready = min(len(places), done + _AHEAD)
            for ahead in range(done, ready):
                here = places[ahead] & _INSIDE
                key = ((u32[(here >> 2) + 1] + 0) << 1) + at.OF_ORDERS
                spot = (key * at.HASH & at.LOW_HALF) >> index_shift
                owner = heads[(index[spot] & _ROW_MASK) * at.HEAD_WIDTH + at.OWNER]
                order = i64[(here >> 3) + 2]
                mixed = (order ^ order >> 32 ^ owner * at.SPREAD) & at.LOW_HALF
                slot = ((mixed * at.HASH & at.LOW_HALF) >> order_shift) * at.ORDER_WIDTH & _INSIDE
                near ^= orders[slot + at.ORDER_REST]
            marks[at.NEAR] = near
        here = places[done] & _INSIDE
        word, long = here >> 2, here >> 3
        rtype = u8[here + 1]
        key = ((u32[word + 1] + 0) << 1) + (at.OF_ORDERS if rtype == _MBO else at.OF_RECORDS)
        if key != known:
            spot = (key * at.HASH & at.LOW_HALF) >> index_shift
            found = index[spot]
            while found != 0 and found >> at.ROW_BITS != key:
                spot = (spot + 1) & index_mask
                found = index[spot]
            if found == 0:
                marks[at.REASON] = at.NEW
                marks[at.WHO] = key
                return done
            known = key
            row = found & _ROW_MASK
            head = row * at.HEAD_WIDTH
        if rtype != _MBO:
            to = heads[head + at.LADDER]
            for n in range(at.RECORD_LONGS):
                levels[to + n] = i64[long + 6 + n]
            heads[head + at.EVENT] = i64[long + 1]
            heads[head + at.RECV] = i64[long + 4]
            continue
        room = heads[head + at.FAR_ROOM]
        if heads[head + at.FAR_BIDS] == room or heads[head + at.FAR_ASKS] == room:
            marks[at.REASON] = at.FULL
            marks[at.WHO] = row
            return done
        if heads[head + at.FAR_OPS] >= heads[head + at.FAR_LIMIT]:
            marks[at.REASON] = at.FAR
            marks[at.WHO] = row
            return done
        if (marks[at.SAID] + 1) * top_rows.WIDTH > len(said):
            marks[at.REASON] = at.UNSAID
            return done
        marks[at.RECORDS] += 1
        action = u8[here + 38]
        flags = u8[here + 36]
        if action == _R:
            if heads[head + at.ORDERS] != 0:
                to = heads[head + at.LADDER]
                for n in range(2 * heads[head + at.WIDTH]):
                    levels[to + n] = 0
            marks[at.OWNERS] += 1
            heads[head + at.OWNER] = marks[at.OWNERS]
            heads[head + at.ORDERS] = 0
            heads[head + at.BEST_BID] = -1
            heads[head + at.BEST_ASK] = -1
            heads[head + at.FAR_BIDS] = 0
            heads[head + at.FAR_ASKS] = 0
            heads[head + at.SYNCED] = at.BEGUN
        elif action in (_A, _C, _M):
            order = i64[long + 2]
            owner = heads[head + at.OWNER]
            mixed = (order ^ order >> 32 ^ owner * at.SPREAD) & at.LOW_HALF
            slot = ((mixed * at.HASH & at.LOW_HALF) >> order_shift) * at.ORDER_WIDTH & _INSIDE
            rest = orders[slot + at.ORDER_REST]
            while rest != 0 and (orders[slot + at.ORDER_ID] != order or rest >> at.OWNER_BIT != owner):
                slot += at.ORDER_WIDTH
                if slot == order_end:
                    slot = 0
                rest = orders[slot + at.ORDER_REST]
            held = rest & at.LOW_HALF
            # what leaves a level and what joins one
            out_side, out_key, out_size, out_count = 0, 0, 0, 0
            in_side, in_key, in_size = 0, 0, 0
            if held != 0:
                out_side, out_key = rest >> at.SIDE_BIT & 1, orders[slot + at.ORDER_KEY]
                out_size, out_count = held, 1
            elif action != _A:
                heads[head + at.UNKNOWN] += 1
            size = u32[word + 8] + 0
            if action != _C:
                letter = u8[here + 39]
                price = i64[long + 3]
                if (
                    (letter != _A and letter != _B)
                    or price == UNDEF_PRICE
                    or size == 0
                    or size == _UNDEF_SIZE
                ):
                    heads[head + at.IGNORED] += 1
                else:
                    in_side = 1 if letter == _A else 0
                    in_key = ~price if in_side == 1 else price
                    in_size = size
            elif size < held:
                out_size, out_count = size, 0
            if in_size != 0:
                if held == 0:
                    heads[head + at.ORDERS] += 1
                    marks[at.SLOTS] += 1
                    orders[slot + at.ORDER_ID] = order
                orders[slot + at.ORDER_KEY] = in_key
                orders[slot + at.ORDER_REST] = owner << at.OWNER_BIT | in_side << at.SIDE_BIT | in_size
            elif out_count != 0:
                heads[head + at.ORDERS] -= 1
                marks[at.SLOTS] -= 1
                # close the hole, so that every search still ends at an empty place
                hole, probe = slot, slot + at.ORDER_WIDTH
                if probe == order_end:
                    probe = 0
                rest = orders[probe + at.ORDER_REST]
                while rest != 0:
                    other = orders[probe + at.ORDER_ID]
                    mixed = (other ^ other >> 32 ^ (rest >> at.OWNER_BIT) * at.SPREAD) & at.LOW_HALF
                    home = ((mixed * at.HASH & at.LOW_HALF) >> order_shift) * at.ORDER_WIDTH
                    # how far it lies from its home, and from the hole, going round the table's end
                    from_home, from_hole = probe - home, probe - hole
                    if from_home < 0:
                        from_home += order_end
                    if from_hole < 0:
                        from_hole += order_end
                    if from_home >= from_hole:
                        for n in range(at.ORDER_WIDTH):
                            orders[hole + n] = orders[probe + n]
                        hole = probe
                    probe += at.ORDER_WIDTH
                    if probe == order_end:
                        probe = 0
                    rest = orders[probe + at.ORDER_REST]
                orders[hole + at.ORDER_REST] = 0
            elif out_size != 0:
                orders[slot + at.ORDER_REST] -= out_size
            # where nothing leaves or joins, nothing is added to a level at hand: that is no branch to guess
            if held == 0:
                out_side, out_key = in_side, in_key
            in_count = 1
            if in_size == 0:
                in_side, in_key, in_count = out_side, out_key, 0
            for step in range(2):
                if step == 0:
                    side, level, lots, one = out_side, out_key, -out_size, -out_count
                else:
                    side, level, lots, one = in_side, in_key, in_size, in_count
                low = heads[head + at.LOW_BID + side]
                if level >= low and level <= heads[head + at.HIGH_BID + side]:
                    # divided by the tick; what lies between two steps is found out by the product
                    above = ((level - low) * heads[head + at.INVERSE] >> at.INVERSE_BITS) & _INSIDE
                    if above * heads[head + at.TICK] == level - low:
                        base = (heads[head + at.LADDER] + side * heads[head + at.WIDTH]) & _INSIDE
                        levels[base + above] += (lots << at.COUNT_BITS) + one
                        if above > heads[head + at.BEST_BID + side]:
                            heads[head + at.BEST_BID + side] = above
                        continue
                if lots == 0:
                    continue
                heads[head + at.FAR_OPS] += 1
                base = heads[head + at.FAR_AT] + side * room * at.LEVEL_WIDTH
                low, high = 0, heads[head + at.FAR_BIDS + side]
                while low < high:
                    middle = (low + high) >> 1
                    if levels[base + middle * at.LEVEL_WIDTH + at.LEVEL_KEY] > level:
                        high = middle
                    else:
                        low = middle + 1
                spot = base + low * at.LEVEL_WIDTH
                top = base + heads[head + at.FAR_BIDS + side] * at.LEVEL_WIDTH
                if low > 0 and levels[spot - at.LEVEL_WIDTH + at.LEVEL_KEY] == level:
                    spot -= at.LEVEL_WIDTH
                    levels[spot + at.LEVEL_SIZE] += lots
                    levels[spot + at.LEVEL_COUNT] += one
                    if levels[spot + at.LEVEL_COUNT] == 0:
                        for n in range(spot, top - at.LEVEL_WIDTH):
                            levels[n] = levels[n + at.LEVEL_WIDTH]
                        heads[head + at.FAR_BIDS + side] -= 1
                else:
                    for n in range(top - 1, spot - 1, -1):
                        levels[n + at.LEVEL_WIDTH] = levels[n]
                    levels[spot + at.LEVEL_KEY] = level
                    levels[spot + at.LEVEL_SIZE] = lots
                    levels[spot + at.LEVEL_COUNT] = one
                    heads[head + at.FAR_BIDS + side] += 1
        if flags & _MAYBE_BAD != 0:
            heads[head + at.SYNCED] = at.NEVER
        last = flags >> _LAST_BIT & 1
        heads[head + at.OPEN] = 1 - last
        if heads[head + at.SYNCED] == at.BEGUN and last == 1:
            heads[head + at.SYNCED] = at.WHOLE
        heads[head + at.EVENT] = i64[long + 1]
        heads[head + at.RECV] = i64[long + 5]
        marks[at.EVENTS] += last
        if says != 0 and last == 1 and (says == at.ALL or heads[head + at.SYNCED] == at.WHOLE):
            differs = 0
            for side in range(2):
                base = heads[head + at.LADDER] + side * heads[head + at.WIDTH]
                best = heads[head + at.BEST_BID + side]
                while best >= 0 and levels[base + best] == 0:
                    best -= 1
                heads[head + at.BEST_BID + side] = best
                key, size, count = ~UNDEF_PRICE if side == 1 else UNDEF_PRICE, 0, 0
                if best >= 0:
                    key = heads[head + at.LOW_BID + side] + best * heads[head + at.TICK]
                    size = levels[base + best] >> at.COUNT_BITS
                    count = levels[base + best] & at.COUNT_MASK
                many = heads[head + at.FAR_BIDS + side]
                if many != 0:
                    spot = (side * heads[head + at.FAR_ROOM] + many - 1) * at.LEVEL_WIDTH
                    spot += heads[head + at.FAR_AT]
                    if best < 0 or levels[spot + at.LEVEL_KEY] > key:
                        key, size = levels[spot + at.LEVEL_KEY], levels[spot + at.LEVEL_SIZE]
                        count = levels[spot + at.LEVEL_COUNT]
                if heads[head + at.SAID_BID + side] != key or heads[head + at.SAID_BID_SIZE + side] != size:
                    differs = 1
                if heads[head + at.SAID_BID_COUNT + side] != count and says == at.ALL:
                    differs = 1
                heads[head + at.SAID_BID + side] = key
                heads[head + at.SAID_BID_SIZE + side] = size
                heads[head + at.SAID_BID_COUNT + side] = count
            bid, ask = heads[head + at.SAID_BID], ~heads[head + at.SAID_ASK]
            if bid != UNDEF_PRICE and ask != UNDEF_PRICE and bid >= ask:
                heads[head + (at.LOCKED if bid == ask else at.CROSSED)] += 1
            if differs == 1:
                spot = marks[at.SAID] * top_rows.WIDTH
                marks[at.SAID] += 1
                said[spot + top_rows.INSTRUMENT] = heads[head + at.INSTRUMENT]
                said[spot + top_rows.EVENT] = i64[long + 1]
                said[spot + top_rows.RECV] = i64[long + 5]
                said[spot + top_rows.BID] = bid
                said[spot + top_rows.ASK] = ask
                said[spot + top_rows.BID_SIZE] = heads[head + at.SAID_BID_SIZE]
                said[spot + top_rows.ASK_SIZE] = heads[head + at.SAID_ASK_SIZE]
                said[spot + top_rows.BID_COUNT] = heads[head + at.SAID_BID_COUNT]
                said[spot + top_rows.ASK_COUNT] = heads[head + at.SAID_ASK_COUNT]
                said[spot + top_rows.SEQUENCE] = u32[word + 13]
        if heads[head + at.TAKEN] != marks[at.TAKE]:
            heads[head + at.TAKEN] = marks[at.TAKE]
            touched[marks[at.TOUCHED]] = row
            marks[at.TOUCHED] += 1
    return len(places)
