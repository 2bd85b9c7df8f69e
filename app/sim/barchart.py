"""The Barchart site: pages that set cookies and list series, and the endpoint that wants the cookies back.

Everything is 10 to 15 minutes late. Routes for faults: "page", "api", "login".
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.session import Calendar
from app.domain.units import MINUTE, SECOND, Ns
from app.sim import keys
from app.sim.barchart_api import chain_answer, months_answer, quotes_answer
from app.sim.barchart_listing import Listing, path_of
from app.sim.barchart_mischief import ROW_FAULTS, Rows, renamed, renamed_page
from app.sim.barchart_pages import (
    BLOCK_PAGE,
    NO_SUCH_PAGE,
    Scene,
    legacy_page,
    login_page,
    member_page,
    not_found_page,
    options_page,
    quote_page,
)
from app.sim.barchart_sessions import LIFE_MINUTES, Visitor, Visitors
from app.sim.chain_truth import ChainTruth, ListedExpiry
from app.sim.chance import chance
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.http import HttpSimulator, retry_after
from app.sim.http_wire import Answer, Request, html_answer, json_answer

_LEAST_DELAY: Final = Ns(10 * MINUTE + 12 * SECOND)
_MORE_DELAY: Final = 78  # seconds; real chains were 10.2 to 11.5 minutes behind in active hours
_QUOTE: Final = re.compile(r"/futures/quotes/(NQ[HMUZ]\d\d|NQ\*0)(?:/(overview|futures-prices))?")
_OPTIONS: Final = re.compile(r"/futures/quotes/(NQ[HMUZ]\d\d|NQ\*0)/options(?:/([A-Z0-9]+))?")
_API: Final = "/proxies/core-api/v1/quotes/get"


class BarchartSite(HttpSimulator):
    """`refuse_with` is the status for a missing, wrong or expired token."""

    source = "barchart"

    def __init__(
        self,
        truth: ChainTruth,
        now: Callable[[], Ns],
        faults: Faults,
        *,
        calendar: Calendar | None = None,
        seed: int = 1,
        life_minutes: float = LIFE_MINUTES,
        life_clock: Callable[[], Ns] | None = None,
        refuse_with: int = 419,
    ) -> None:
        super().__init__(faults)
        self.visitors = Visitors(seed, life_clock or now, life_minutes)
        self.refuse_with = refuse_with
        self._truth = truth
        self._now = now
        self._calendar = calendar or Calendar()
        self._frozen_at: Ns | None = None

    def route(self, request: Request) -> str:
        if request.path.startswith("/proxies/"):
            return "api"
        return "login" if request.path in ("/login", "/my/watchlist") else "page"

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind is FaultKind.EXPIRE_LOGIN:
            self.visitors.forget_all()
        if request.path.startswith("/proxies/"):
            return self._api(request, fault)
        if request.path == "/login":
            return self._login(request)
        visitor = self.visitors.welcome(request)
        if request.path == "/my/watchlist":
            return self._page(visitor, member_page(visitor.email or "visitor"))
        return self._content(request, visitor, fault)

    def refusal(self, status: int, fault: Fault) -> Answer:
        if status == 403:
            return html_answer(BLOCK_PAGE, 403)
        return json_answer({"error": {"code": status}}, status, retry_after(status, fault))

    def page_instead(self, fault: Fault) -> Answer:
        return html_answer(BLOCK_PAGE if fault.kind is FaultKind.BLOCK_PAGE else login_page("none"))

    def listing(self) -> Listing:
        """The market as the site sees it now."""
        now = self._now()
        late = _LEAST_DELAY + int(chance("delay", now // MINUTE) * _MORE_DELAY) * SECOND
        return Listing(self._truth, self._calendar, Ns(now - late))

    def _frozen(self, listing: Listing) -> Listing:
        """The same moment until an answer comes that is not frozen."""
        if self._frozen_at is None:
            self._frozen_at = listing.as_of
        return replace(listing, as_of=self._frozen_at)

    def _api(self, request: Request, fault: Fault | None) -> Answer:
        if not self.visitors.may_fetch(request):
            return json_answer({"error": {"code": self.refuse_with}}, self.refuse_with)
        if request.path != _API:
            return json_answer({"error": {"code": 404}}, 404)
        listing, query = self.listing(), request.query
        if fault is not None and fault.kind is FaultKind.FROZEN:
            listing = self._frozen(listing)
        else:
            self._frozen_at = None
        if query.get("list") == "futures.options":
            return self._chain(listing, request, fault)
        if query.get("list") == "futures.contractInRoot" or query.get("symbol") == "NQ^F":
            known = [listing.truth.future(f, listing.as_of) for f in listing.futures()]
            return json_answer(months_answer(known))
        asked = query.get("symbols", query.get("symbol", "")).split(",")
        found = [quote for code in asked if (quote := listing.future(code)) is not None]
        return json_answer(quotes_answer(found, query))

    def _chain(self, listing: Listing, request: Request, fault: Fault | None) -> Answer:
        listed = listing.find(request.query.get("symbol", ""))
        rows: Rows = []
        if listed is not None:
            if fault is not None and fault.kind is FaultKind.WRONG_SERIES:
                listed = self._another(listing, listed)
            rows = listing.rows(listed)
        if fault is not None and fault.kind in ROW_FAULTS:
            rows = ROW_FAULTS[fault.kind](rows)
        said = chain_answer(rows, request.query)
        return json_answer(renamed(said) if fault is not None and fault.kind is FaultKind.DRIFT else said)

    def _content(self, request: Request, visitor: Visitor, fault: Fault | None) -> Answer:
        listing = self.listing()
        found = _OPTIONS.fullmatch(request.path) or _QUOTE.fullmatch(request.path)
        quote = listing.future(found[1]) if found else None
        if found is None or quote is None:
            return self._page(visitor, NO_SUCH_PAGE, 404)
        scene = Scene(quote, visitor.token[:40], visitor.email, listing.closed)
        if found.re is _QUOTE:
            return self._page(visitor, quote_page(scene))
        return self._page(visitor, self._options(listing, found[2] or quote.future.code, scene, fault))

    def _options(self, listing: Listing, key: str, scene: Scene, fault: Fault | None) -> str:
        listed, kind = listing.find(key), None if fault is None else fault.kind
        if listed is None or kind is FaultKind.EMPTY:
            return not_found_page(scene, key, listing.offered())
        if kind is FaultKind.WRONG_SERIES:
            listed = self._another(listing, listed)
        facts = listing.facts(listed)
        if kind is FaultKind.LEGACY_PAGE:
            return legacy_page(scene, facts)
        page = options_page(scene, facts)
        return renamed_page(page) if kind is FaultKind.DRIFT else page

    def _another(self, listing: Listing, listed: ListedExpiry) -> ListedExpiry:
        others = (choice for choice in listing.offered() if choice.path != path_of(listed))
        return listing.find(next(others).key) or listed

    def _login(self, request: Request) -> Answer:
        visitor = self.visitors.welcome(request)
        if request.method != "POST":
            return self._page(visitor, login_page(visitor.token[:40]))
        form = request.form()
        said = (form.get("email"), form.get("password"), form.get("_token"))
        if said == (keys.BARCHART_EMAIL, keys.BARCHART_PASSWORD, visitor.token[:40]):
            visitor.email = keys.BARCHART_EMAIL
            return Answer(302, headers=(("Location", "/my/watchlist"), *self.visitors.cookies(visitor)))
        return Answer(302, headers=(("Location", "/login"), *self.visitors.cookies(visitor)))

    def _page(self, visitor: Visitor, page: str, status: int = 200) -> Answer:
        return html_answer(page, status, self.visitors.cookies(visitor))
