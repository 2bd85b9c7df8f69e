"""Tradovate's chart history as minute bars: asked on a socket of its own, which ends with the answer."""

import json
import threading
from datetime import date
from itertools import count
from typing import Any, Final

from app.domain.capture import Capture, Outcome, Step
from app.domain.errors import BadPayload, SourceError, Unavailable
from app.domain.routing import Channel
from app.domain.second_opinion import Opinion
from app.domain.symbols import front_future
from app.domain.units import moment
from app.engine.feeds import SourceContext
from app.engine.poll_feed import Answered, Wanted
from app.sources.tradovate.account import account_of
from app.sources.tradovate.line import Line
from app.sources.tradovate.parse import read

_EVERY_S: Final = 60.0
_BARS: Final = 60
_ALL_WITHIN_S: Final = 10.0
_CHART: Final = {
    "underlyingType": "MinuteBar",
    "elementSize": 1,
    "elementSizeUnit": "UnderlyingUnits",
    "withHistogram": False,
}


class TradovateBars:
    """A `PollFeed`."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._account = account_of(context)
        self._line: Line | None = None
        self._numbers = count(1)

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        return (Wanted(Channel.BARS, front_future(day).raw, _EVERY_S),)

    def wait_s(self) -> float:
        return self._account.quiet_s()

    def fetch(self, channel: Channel, name: str) -> Answered:
        if channel is not Channel.BARS:
            raise BadPayload(f"Tradovate streams {channel.value}; it is not asked for.")
        began = self._context.clock.monotonic()
        charts: list[dict[str, Any]] = []
        error: SourceError | None = None
        try:
            self._gather(name, charts)
        except SourceError as e:
            error = e
        took = (self._context.clock.monotonic() - began) / 1_000_000
        now = self._context.clock.now()
        capture = Capture(
            id=f"{moment(now):%Y%m%dT%H%M%S%f}Z-{self._context.id}-{name}-{next(self._numbers)}",
            source=self._context.id,
            channel=channel,
            key=name,
            url=f"{self._account.stream}#md/getChart",
            fetched=now,
            status=200 if error is None else None,
            content_type="application/json",
            headers={},
            body=json.dumps({"symbol": name, "charts": charts}).encode(),
            steps=(Step("request", round(took, 3), error is None, str(error or "")),),
            outcome=Outcome.FAILED if error else Outcome.PENDING,
            verdict=str(error or ""),
        )
        if isinstance(error, BadPayload):
            error.capture_id = capture.id
        return Answered(capture, error)

    def parse(self, capture: Capture) -> Opinion:
        return read(capture, self._context.calendar)

    def test(self) -> str:
        self._account.tokens()
        return "Tradovate accepted the login."

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _gather(self, name: str, charts: list[dict[str, Any]]) -> None:
        over = threading.Event()

        def hear(message: dict[str, Any] | None) -> None:
            if message is None or message.get("e") != "chart":
                return
            for one in (message.get("d") or {}).get("charts", ()):
                if isinstance(one, dict) and one.get("eoh"):
                    over.set()
                elif isinstance(one, dict):
                    charts.append(one)

        line = self._line = Line(self._account, hear)
        try:
            line.open()
            asked = {"symbol": name, "chartDescription": _CHART, "timeRange": {"asMuchAsElements": _BARS}}
            line.ask("md/getChart", asked)
            if not over.wait(_ALL_WITHIN_S):
                raise line.ended or Unavailable(f"The bars were not whole within {_ALL_WITHIN_S:.0f} s.")
        finally:
            line.close()
            self._line = None
