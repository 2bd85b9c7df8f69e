"""Databento's historical API: what a range costs, and the range itself as a file. Asked over plain HTTP.

Prices, sizes and counts are free to ask. A file is billed by the byte that was sent, and a cut one may look
whole: so the records of each are counted against what the vendor said there would be.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from app.domain.errors import (
    AuthFailed,
    BadPayload,
    MissingKey,
    NotEntitled,
    RateLimited,
    SourceError,
    Unavailable,
)
from app.domain.history import ALL_SYMBOLS, HistoryWant, PriceTag
from app.domain.units import DAY, DOLLAR, MicroUsd, Ns, moment
from app.engine.feeds import SourceContext
from app.engine.history_feed import GoOn
from app.engine.ports import Reply
from app.sources.databento.counted import records_of

_KEY: Final = "databento"
_REFUSALS: Final[dict[int, type[SourceError]]] = {401: AuthFailed, 403: NotEntitled}
_RANGE: Final = "timeseries.get_range"


class DatabentoHistory:
    """For one worker."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._base = f"{context.addresses['databento_hist'].rstrip('/')}/v0"
        self._session = context.http.session(context.id)

    def cost(self, want: HistoryWant) -> MicroUsd | None:
        return _money(self._asked("metadata.get_cost", want))

    def price(self, want: HistoryWant) -> PriceTag:
        """Asks four questions, each free; a price that is not said is None, and nothing is bought then."""
        found, not_found = self._resolved(want)
        return PriceTag(
            want=want,
            cost=self.cost(want),
            records=_whole(self._asked("metadata.get_record_count", want, out=False)),
            bytes=_whole(self._asked("metadata.get_billable_size", want)),
            resolved=found,
            not_found=not_found,
            doubtful=self._doubtful(want),
        )

    def fetch(self, tag: PriceTag, target: str, go_on: GoOn) -> int:
        want = tag.want
        form = self._form(want) | {"encoding": "dbn", "compression": "zstd"}
        download = self._context.download
        if download is None:
            raise Unavailable("Nothing can be downloaded here.")
        came = download(f"{self._base}/{_RANGE}", form=form, basic=self._key(), target=target, go_on=go_on)
        if came.status not in (200, 206):
            raise refused(came.status, came.body, came.headers.get("retry-after"))
        try:
            got = records_of(Path(target))
        except BadPayload:
            Path(target).unlink(missing_ok=True)
            raise
        if tag.records is not None and got != tag.records:
            Path(target).unlink(missing_ok=True)
            raise BadPayload(f"Databento sent {got:,} records of {tag.records:,}.")
        return came.size

    def close(self) -> None:
        self._session.close()

    def _form(self, want: HistoryWant, *, out: bool = True) -> dict[str, str]:
        form = {
            "dataset": want.dataset,
            "schema": want.schema,
            "symbols": ",".join(want.symbols) or ALL_SYMBOLS,
            "stype_in": want.symbols_as,
            "start": str(want.span.start),
            "end": str(want.span.end),
        }
        return form | {"stype_out": "instrument_id"} if out else form

    def _asked(self, method: str, want: HistoryWant, *, out: bool = True) -> object:
        form = self._form(want, out=out)
        return self._document(self._session.post(f"{self._base}/{method}", form=form, basic=self._key()))

    def _resolved(self, want: HistoryWant) -> tuple[int | None, tuple[str, ...]]:
        """How many instruments the symbols stand for; of all of a dataset nobody says it."""
        if want.is_all:
            return None, ()
        first, last = _day(want.span.start), _day(Ns(want.span.end - 1 + DAY))
        form = {
            "dataset": want.dataset,
            "symbols": ",".join(want.symbols),
            "stype_in": want.symbols_as,
            "stype_out": "instrument_id",
            "start_date": first,
            "end_date": last,
        }
        reply = self._session.post(f"{self._base}/symbology.resolve", form=form, basic=self._key())
        said = self._document(reply)
        try:
            found = {span["s"] for spans in said["result"].values() for span in spans}
            return len(found), tuple(map(str, said["not_found"]))
        except (KeyError, TypeError, AttributeError) as e:
            raise BadPayload(
                "Databento named the symbols in a way that cannot be read.", detail=repr(e)
            ) from e

    def _doubtful(self, want: HistoryWant) -> tuple[tuple[date, str], ...]:
        first, last = _day(want.span.start), _day(Ns(want.span.end - 1))
        params = {"dataset": want.dataset, "start_date": first, "end_date": last}
        reply = self._session.get(
            f"{self._base}/metadata.get_dataset_condition", params=params, basic=self._key()
        )
        said = self._document(reply)
        try:
            days = [(date.fromisoformat(day["date"]), str(day["condition"])) for day in said]
        except (KeyError, TypeError, ValueError) as e:
            raise BadPayload("Databento told the state of its days unreadably.", detail=repr(e)) from e
        return tuple((day, state) for day, state in days if state != "available")

    def _document(self, reply: Reply) -> Any:
        if reply.status not in (200, 206):
            raise refused(reply.status, reply.body, reply.headers.get("retry-after"))
        try:
            return json.loads(reply.body)
        except ValueError as e:
            raise BadPayload("Databento sent something that is no JSON.", detail=repr(e)) from e

    def _key(self) -> str:
        key = self._context.secret(_KEY)
        if key is None:
            raise MissingKey("Databento's history needs its API key.")
        return key


def refused(status: int, body: bytes, retry_after: str | None = None) -> SourceError:
    """By status and case, never by the text, which changes; the text is what the user reads."""
    words = _words(body)
    said = f": “{words}”" if words else ""
    if status == 429:
        wait = float(retry_after) if retry_after and retry_after.isdigit() else None
        return RateLimited("Databento asks for fewer requests.", retry_after=wait)
    kind = _REFUSALS.get(status)
    if kind is not None:
        return kind(f"Databento refuses this history{said}.")
    if status >= 500:
        return Unavailable(f"Databento has a fault of its own (HTTP {status}).")
    return Unavailable(f"Databento does not give this range{said} (HTTP {status}).")


def _words(body: bytes) -> str:
    try:
        detail = json.loads(body)["detail"]
        text = detail["message"] if isinstance(detail, dict) else detail
        return " ".join(str(text).split())[:300]
    except (ValueError, KeyError, TypeError):
        return ""


def _money(said: object) -> MicroUsd | None:
    """Rounded up: what is set aside must not be less than the bill."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < 1e9:
        return None
    return MicroUsd(-int(-said * DOLLAR // 1))


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


def _day(at: Ns) -> str:
    return moment(at).date().isoformat()
