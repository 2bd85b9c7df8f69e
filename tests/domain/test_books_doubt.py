"""Books in whose stream records were left out say so at once, with the very bytes that told it."""

import databento_dbn as dbn

from app.domain.book import BID
from app.domain.books import PLAIN
from tests.domain import dbn_bytes as made
from tests.domain.order_books import clear, event, kept, seen

_SKIPPED = dbn.ErrorCode.SKIPPED_RECORDS_AFTER_SLOW_READING


def test_a_skip_is_known_before_anybody_takes_what_came_after_it() -> None:
    tape, books = kept(PLAIN)
    doubts = []
    for records in (
        clear() + event("A", BID, 1, 100, 5),
        made.error("Another thing.", code=dbn.ErrorCode.INTERNAL_ERROR),
        made.error("Skipped 12 records.", code=_SKIPPED) + event("A", BID, 2, 101, 5),
    ):
        tape.feed(records)
        doubts.append(books.doubted)
    assert doubts == [False, False, True]
    assert seen(books).synced
