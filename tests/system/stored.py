"""A store with what a morning at Barchart leaves behind: good answers, and each kind of bad one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.domain.answer import answer_of
from app.domain.capture import Capture, Outcome
from app.domain.chain import Chain, ChainPage
from app.domain.errors import BadPayload
from app.domain.quality import judge
from app.domain.readings import readings, values_read
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.symbols import parse_barchart_series
from app.domain.units import moment
from app.engine.chain_reading import unread
from app.engine.feeds import Fetched, SourceContext
from app.sim.barchart import BarchartSite
from app.sim.chain_truth import ChainTruth
from app.sim.faults import Faults
from app.sources.barchart.fetch import BarchartFeed
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.renderer import ChildRenderer
from app.system.store import SqliteStore
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.conftest import HandClock

SERIES = "MC7M25"


class Morning:
    """Visits a simulated site and keeps what comes, as the engine does."""

    def __init__(
        self,
        folder: Path,
        make_context: Callable[..., SourceContext],
        *,
        truth: ChainTruth | None = None,
        start: int = MONDAY,
        series: str = SERIES,
        pictures: bool = False,
    ) -> None:
        self.series, self._pictures = series, pictures
        self.clock, self.faults, self.redactor = HandClock(MONDAY), Faults(), SecretRedactor()
        self.clock.at = type(MONDAY)(start)
        self.store = SqliteStore(Paths(folder), self.redactor, self.clock)
        self._site = BarchartSite(truth or StillMarket(), self.clock.now, self.faults)
        self._site.start()
        context = make_context("barchart", self.clock, {"barchart": self._site.address})
        self._feed = BarchartFeed(replace(context, redactor=self.redactor), self.clock.wait)
        self._seen: ChainPage | None = None

    def page(self, fault: str | None = None) -> str:
        fetched = self._fetch("page", fault, lambda: self._feed.fetch_page(self.series))
        if fetched.error is None:
            self._seen = self._feed.parse_page(fetched.capture)
            return self._keep(
                replace(fetched.capture, outcome=Outcome.ACCEPTED, verdict="series listed"), self._seen
            )
        return self._keep(unread(fetched.capture, str(fetched.error), "page"), None)

    def chain(self, fault: str | None = None) -> str:
        fetched = self._fetch("api", fault, lambda: self._feed.fetch_chain(self.series, self._seen))
        if fetched.error is not None:
            return self._keep(unread(fetched.capture, str(fetched.error), "request"), None)
        try:
            chain = self._feed.parse_chain(fetched.capture, self._seen)
        except BadPayload as e:
            return self._keep(unread(fetched.capture, str(e), "parse"), None)
        asked = parse_barchart_series(self.series, moment(self.clock.at).date())
        verdict = judge(chain, asked, self._seen, self.clock.now(), Calendar())
        done = replace(
            fetched.capture,
            outcome=Outcome.ACCEPTED if verdict.accepted else Outcome.REJECTED,
            verdict="; ".join(verdict.reasons or verdict.warnings) or "accepted",
            rows=len(chain.quotes),
            expiry=chain.expiry,
            readings=readings(values_read(chain)),
            values=values_read(chain),
            count=answer_of(fetched.capture.body).count,
        )
        return self._keep(done, chain)

    def close(self) -> None:
        self._feed.close()
        self._site.stop()
        self.store.close()

    def _fetch(self, route: str, fault: str | None, ask: Callable[[], Fetched]) -> Fetched:
        self.clock.advance(200)
        if fault is not None:
            self.faults.set(SourceId("barchart"), route, fault)
        return ask()

    def _keep(self, capture: Capture, read: Chain | ChainPage | None) -> str:
        self.store.save_capture(capture)
        if self._pictures:
            drawn = asyncio.run(ChildRenderer().picture(capture, read))
            assert drawn is not None
            self.store.set_picture(capture.id, drawn.png, drawn.dom)
        return capture.id


__all__ = ["SERIES", "Morning"]
