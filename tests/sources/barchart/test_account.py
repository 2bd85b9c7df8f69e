"""A visit with an account, one whose account is refused, and one that goes on with cookies made by hand."""

import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import AuthFailed, MissingKey
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.engine.feeds import SourceContext, Visiting
from app.engine.ports import BrowserPage, SiteCookie
from app.sim import keys
from app.sim.barchart import BarchartSite
from app.sim.faults import Faults
from app.sources.barchart.fetch import BarchartFeed
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor
from tests.guards.keys import disguises
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.barchart.conftest import Desk
from tests.sources.conftest import HandClock

MONDAYS = "MC7M25"
GOOD = {"barchart_user": keys.BARCHART_EMAIL, "barchart_password": keys.BARCHART_PASSWORD}
MakeDesk = Callable[[dict[str, str]], Desk]


@pytest.fixture
def with_account(make_context: Callable[..., SourceContext]) -> Iterator[MakeDesk]:
    clock, faults = HandClock(MONDAY), Faults()
    site = BarchartSite(StillMarket(), clock.now, faults)
    site.start()
    feeds: list[BarchartFeed] = []

    def make(account: dict[str, str]) -> Desk:
        context = make_context("barchart", clock, {"barchart": site.address}, keys=account)
        feeds.append(BarchartFeed(context, clock.wait))
        return Desk(site, feeds[-1], clock, faults, context)

    yield make
    for feed in feeds:
        feed.close()
    site.stop()


def names(desk: Desk) -> list[str]:
    fetched = desk.feed.fetch_chain(MONDAYS, None)
    assert fetched.error is None
    return [step.name for step in fetched.capture.steps]


def test_an_account_of_the_keyring_is_used(with_account: MakeDesk) -> None:
    desk = with_account(GOOD)
    assert names(desk) == ["pace", "login", "pace", "login", "account", "pace", "token", "request"]
    assert [visitor.email for visitor in desk.site.visitors._known.values()] == [keys.BARCHART_EMAIL]
    assert desk.feed.allowance().note == "logged in"
    assert names(desk) == ["pace", "token", "request"]


def test_a_refused_account_is_tried_once_and_the_visit_goes_on_without(with_account: MakeDesk) -> None:
    desk = with_account(GOOD | {"barchart_password": "not-the-password"})
    assert "account" in names(desk)
    assert "refused the account" in desk.feed.allowance().note
    desk.site.visitors.forget_all()
    desk.clock.advance(600)
    assert "login" not in names(desk)


def test_a_login_is_renewed_with_the_visit(with_account: MakeDesk) -> None:
    desk = with_account(GOOD)
    names(desk)
    desk.clock.advance(111 * 60)
    assert names(desk).count("login") == 2


def test_the_login_can_be_tried_by_itself(with_account: MakeDesk) -> None:
    assert with_account(GOOD).feed.log_in() == "Barchart accepted the login."
    with pytest.raises(AuthFailed, match="check e-mail address and password"):
        with_account(GOOD | {"barchart_password": "not-the-password"}).feed.log_in()
    with pytest.raises(MissingKey):
        with_account({"barchart_user": keys.BARCHART_EMAIL}).feed.log_in()


def test_nothing_of_an_account_is_in_the_captures(with_account: MakeDesk) -> None:
    desk = with_account(GOOD)
    captures = [desk.feed.fetch_chain(MONDAYS, None).capture, desk.feed.fetch_page(MONDAYS).capture]
    secrets = [*GOOD.values(), *(v.token for v in desk.site.visitors._known.values())]
    for capture in captures:
        kept = repr(capture).encode() + capture.body
        assert not [one for one in secrets if any(look in kept for look in disguises(one))]


def test_a_visit_made_by_hand_is_taken_over(desk: Desk) -> None:
    assert isinstance(desk.feed, Visiting)
    visitor = desk.site.visitors._new()
    desk.feed.adopt(tuple(
        SiteCookie(name, value, "127.0.0.1", "/", False, None)
        for name, value in (("laravel_session", visitor.name), ("XSRF-TOKEN", visitor.token))
    ))  # fmt: skip
    assert names(desk) == ["pace", "token", "request"]
    assert "your own visit" in desk.feed.allowance().note


def test_cookies_are_kept_as_json_for_the_owner_only(desk: Desk, tmp_path: Path) -> None:
    session = RequestsHttp(SecretRedactor(), tmp_path).session(SourceId("barchart"))
    assert session.get(f"{desk.site.address}/futures/quotes/NQM25/options").status == 200
    session.close()
    (kept,) = tmp_path.iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("barchart.json", 0o600)
    assert kept.read_text("utf-8").startswith("[")


class StoredPage:
    """An embedded browser that gives what the plain way would get; `why` says that it is not there."""

    def __init__(self, site: BarchartSite, why: str = "") -> None:
        self.site, self.why = site, why

    def missing(self) -> str:
        return self.why

    def page(self, url: str, cookies: Sequence[SiteCookie]) -> BrowserPage:
        session = RequestsHttp(SecretRedactor()).session(SourceId("browser"))
        reply = session.get(url)
        kept = session.cookies()
        session.close()
        return BrowserPage(url, reply.status, reply.body, kept, reply.ms)

    def by_hand(self, url: str, title: str) -> tuple[SiteCookie, ...]:
        return ()

    def close(self) -> None:
        return


@pytest.mark.parametrize("why", ["", "It is not installed."])
def test_pages_come_through_the_embedded_browser_or_the_plain_way_goes_on(
    desk: Desk, make_context: Callable[..., SourceContext], why: str
) -> None:
    context = make_context("barchart", desk.clock, {"barchart": desk.site.address},
                           settings=Settings(barchart_browser=True))  # fmt: skip
    feed = BarchartFeed(replace(context, browser=StoredPage(desk.site, why)), desk.clock.wait)
    fetched = feed.fetch_page(MONDAYS)
    assert feed.parse_page(fetched.capture).vendor_series == MONDAYS
    notes = " ".join(step.note for step in fetched.capture.steps)
    assert ("by the embedded browser" in notes) is not bool(why)
    assert ("not there: It is not installed. The plain way goes on." in notes) is bool(why)
    chain = feed.fetch_chain(MONDAYS, None)
    assert chain.error is None
    assert [step.name for step in chain.capture.steps] == ["pace", "token", "request"]
    feed.close()


def test_what_went_to_and_fro_before_the_answer_is_kept_without_the_account(with_account: MakeDesk) -> None:
    desk = with_account(GOOD)
    capture = desk.feed.fetch_chain(MONDAYS, None).capture
    told = [(one.method, one.url.rpartition("/")[2], one.status) for one in capture.earlier]
    assert told[:2] == [("GET", "login", 200), ("POST", "login", 302)]
    assert {capture.steps[one.step].name for one in capture.earlier} == {"login"}
    posted = capture.earlier[1]
    assert b"email=[redacted]" in posted.sent
    assert b"remember=on" in posted.sent
    for one in capture.earlier:
        for secret in (*GOOD.values(), *(visitor.token for visitor in desk.site.visitors._known.values())):
            for form in disguises(secret):
                assert form not in one.body + one.sent + repr(one).encode()
    assert desk.feed.fetch_chain(MONDAYS, None).capture.earlier == ()


def test_a_refused_try_is_kept_beside_the_good_one(with_account: MakeDesk) -> None:
    desk = with_account({})
    desk.feed.fetch_chain(MONDAYS, None)
    desk.faults.set(SourceId("barchart"), "api", "419", 1)
    capture = desk.feed.fetch_chain(MONDAYS, None).capture
    told = [(capture.steps[one.step].name, one.status) for one in capture.earlier]
    assert told == [("request", 419), ("cookies", 200)]
    assert capture.status == 200
    assert capture.last_request is not None
    assert capture.steps[capture.last_request].name == "request"
    assert capture.begun(0) <= capture.begun(capture.last_request) <= capture.fetched
