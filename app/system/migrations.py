"""The tables, as the steps that lead to them. A step that was once released is never changed; add one.

Times are UTC nanoseconds, money micro-dollars.
"""

from typing import Final

_FIRST: Final = (
    """CREATE TABLE capture (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL,
        url TEXT NOT NULL, fetched INTEGER NOT NULL, status INTEGER, content_type TEXT NOT NULL,
        headers TEXT NOT NULL, steps TEXT NOT NULL, outcome TEXT NOT NULL, verdict TEXT NOT NULL,
        rows INTEGER, size INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
        stored_size INTEGER NOT NULL, picture TEXT
    )""",
    "CREATE INDEX capture_by_time ON capture (fetched)",
    """CREATE TABLE cache (
        key TEXT PRIMARY KEY, capture TEXT NOT NULL REFERENCES capture (id), stored INTEGER NOT NULL,
        fresh_until INTEGER NOT NULL, keep_until INTEGER NOT NULL
    )""",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
    """CREATE TABLE charge (
        line INTEGER PRIMARY KEY, reservation TEXT NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,
        dataset TEXT NOT NULL, schema TEXT NOT NULL, kind TEXT NOT NULL, estimate INTEGER NOT NULL,
        actual INTEGER, state TEXT NOT NULL, bytes INTEGER, request_hash TEXT NOT NULL
    )""",
    "CREATE INDEX charge_by_reservation ON charge (reservation, at)",
    """CREATE TABLE audit (
        line INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, subject TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, rule TEXT NOT NULL
    )""",
)

_PINS_AND_SIZES: Final = (
    "ALTER TABLE capture ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE capture ADD COLUMN picture_size INTEGER NOT NULL DEFAULT 0",
)

_APPROVALS_AND_ALERTS: Final = (
    "ALTER TABLE charge ADD COLUMN one_off INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE charge ADD COLUMN approval TEXT",
    """CREATE TABLE cost_alert (
        line INTEGER PRIMARY KEY, at INTEGER NOT NULL, month TEXT NOT NULL, rule TEXT NOT NULL,
        budget INTEGER NOT NULL, notice INTEGER NOT NULL
    )""",
)

_CHARGES_BY_TIME: Final = ("CREATE INDEX charge_by_time ON charge (at, reservation)",)

_FACTS: Final = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
)

# of the chain, as it was read: the list says how many days were left
_EXPIRIES: Final = ("ALTER TABLE capture ADD COLUMN expiry TEXT",)

_REQUEST_HEADERS: Final = ("ALTER TABLE capture ADD COLUMN request_headers TEXT NOT NULL DEFAULT '{}'",)

# What stands of each reservation, kept beside its lines in the same transaction, so that the till need not
# read a month to know what is left: 20 ms for 1,000 lines. The lines remain the truth.
STANDING: Final = (
    """CREATE TABLE reservation (
        name TEXT PRIMARY KEY, month TEXT NOT NULL, made INTEGER NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, counted INTEGER NOT NULL, unasked INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reservation_sums ON reservation (month, kind, state, counted)",
    "CREATE INDEX reservation_unasked ON reservation (made, unasked) WHERE unasked > 0",
    """INSERT INTO reservation
        SELECT charge.reservation, strftime('%Y-%m', first.at / 1000000000, 'unixepoch'), first.at,
            charge.kind, charge.state,
            CASE charge.state WHEN 'released' THEN 0 WHEN 'settled'
                THEN coalesce(charge.actual, (charge.estimate * 11 + 9) / 10)
                ELSE (charge.estimate * 11 + 9) / 10 END,
            CASE WHEN charge.approval = 'automatic' AND charge.state <> 'released'
                THEN charge.estimate ELSE 0 END
        FROM charge
        JOIN (SELECT reservation, min(line) AS made, max(line) AS newest FROM charge GROUP BY reservation)
            AS ends ON ends.newest = charge.line
        JOIN charge AS first ON first.line = ends.made""",
)

_RANGES_AND_BILLS: Final = (
    "ALTER TABLE charge ADD COLUMN range_start INTEGER",
    "ALTER TABLE charge ADD COLUMN range_end INTEGER",
    """CREATE TABLE bill (
        line INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, month TEXT NOT NULL,
        dataset TEXT NOT NULL, schema TEXT NOT NULL, amount INTEGER NOT NULL
    ) STRICT""",
)

_HISTORY: Final = (
    """CREATE TABLE history_piece (
        file TEXT PRIMARY KEY, source TEXT NOT NULL, dataset TEXT NOT NULL, schema TEXT NOT NULL,
        symbols_as TEXT NOT NULL, symbols TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        sha256 TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX history_kind ON history_piece (source, dataset, schema, symbols_as)",
)

_ROLL_UPS: Final = (
    """CREATE TABLE roll_up (
        period TEXT NOT NULL, start INTEGER NOT NULL, source TEXT NOT NULL, channel TEXT NOT NULL,
        day TEXT NOT NULL, state TEXT NOT NULL, open_s REAL NOT NULL, good_s REAL NOT NULL,
        records INTEGER NOT NULL, calls INTEGER NOT NULL, errors INTEGER NOT NULL,
        PRIMARY KEY (period, start, source, channel, state)
    ) STRICT, WITHOUT ROWID""",
)

# of each field of the chain, as it was read then: a later parser is held against them
_READINGS: Final = ("ALTER TABLE capture ADD COLUMN readings TEXT NOT NULL DEFAULT '{}'",)

_CACHE_BY_USE: Final = (
    "ALTER TABLE cache ADD COLUMN why TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE cache ADD COLUMN used INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE cache ADD COLUMN hits INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE cache ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX cache_by_use ON cache (pinned, used, stored)",
    """CREATE TABLE tally (
        name TEXT NOT NULL, minute INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (name, minute)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX tally_by_minute ON tally (minute)",
)

# Of an attempt beside its answer: the requests before it and the values of then in a file, the page as a
# browser built it in another; of its rows what later answers are compared with, so that it need not be read.
_BESIDE_THE_ANSWER: Final = (
    "ALTER TABLE capture ADD COLUMN counted TEXT",
    "ALTER TABLE capture ADD COLUMN aside TEXT",
    "ALTER TABLE capture ADD COLUMN dom TEXT",
    "ALTER TABLE capture ADD COLUMN parser TEXT NOT NULL DEFAULT '1'",
)

# When a capture was last read; one that never was counts from its fetching.
_CAPTURES_BY_USE: Final = ("ALTER TABLE capture ADD COLUMN used INTEGER NOT NULL DEFAULT 0",)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _PINS_AND_SIZES,
    _APPROVALS_AND_ALERTS,
    _CHARGES_BY_TIME,
    _FACTS,
    _EXPIRIES,
    STANDING,
    _RANGES_AND_BILLS,
    _HISTORY,
    _REQUEST_HEADERS,
    _ROLL_UPS,
    _READINGS,
    _CACHE_BY_USE,
    _BESIDE_THE_ANSWER,
    _CAPTURES_BY_USE,
)
