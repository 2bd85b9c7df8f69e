"""What the user does about a site that is read: saved chains, logins, visits by hand, a new measure."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import BadPayload, ConfigError
from app.domain.health import Freshness
from app.domain.routing import RECORDED
from app.domain.updates import AllowanceChanged, CaptureStored, SeriesOffered, Served
from app.engine.feeds import Allowance
from app.engine.parts import EngineParts
from app.engine.ports import BrowserPage, SiteCookie
from app.sources import barchart
from app.system.har_answers import open_answers
from tests.engine.bench import CHAINS, Bench, chain_source, until
from tests.engine.chains import chain_missing, chain_shown, with_chains
from tests.engine.clocks import ManualClock
from tests.engine.site import ID, NEAREST, Site, SiteFeed
from tests.sources.barchart.answers import answer, row, settled

COOKIE = SiteCookie("laravel_session", "a-cookie-of-a-visit", "127.0.0.1", "/", False, None)


class HandBrowser:
    """An embedded browser in which somebody logs in at once."""

    def __init__(self, cookies: tuple[SiteCookie, ...] = (COOKIE,), why: str = "") -> None:
        self.cookies, self.why = cookies, why
        self.opened: list[str] = []
        self.closed = False

    def missing(self) -> str:
        return self.why

    def page(self, url: str, cookies: object) -> BrowserPage:
        raise AssertionError("nobody asked for a page")

    def by_hand(self, url: str, title: str) -> tuple[SiteCookie, ...]:
        self.opened.append(url)
        return self.cookies

    def close(self) -> None:
        self.closed = True


class WithBrowser(Bench):
    browser: HandBrowser | None = None

    def parts(self) -> EngineParts:
        return replace(super().parts(), browser=self.browser, open_saved=open_answers)


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, site: Site) -> WithBrowser:
    def read_stored(capture: object, calendar: object) -> object:
        try:
            return SiteFeed(site).parse_chain(capture, None)  # type: ignore[arg-type]
        except ValueError as e:
            raise BadPayload("Not one of ours.") from e

    spec = chain_source(site.make, read_stored=read_stored)
    return WithBrowser(tmp_path, clock, sources=(spec,))


async def test_a_stored_capture_on_the_board_is_a_recording_and_stays_until_live_is_asked_for(
    bench: WithBrowser, site: Site
) -> None:
    async with with_chains(bench) as engine:
        lines = [u.line for u in bench.screen.now(CaptureStored)]
        line = next(line for line in lines if line.key == NEAREST)
        said = await engine.scraping.show_capture(line.id)
        assert "a recording, not the market" in said
        shown = chain_shown(bench)
        assert shown is not None
        assert (shown.level, shown.chain.fidelity, shown.freshness) == (
            Served.RECORDED, RECORDED, Freshness.STALE,
        )  # fmt: skip
        assert shown.provenance.fidelity is RECORDED
        assert line.id in shown.recorded
        asked = site.asked.count(NEAREST)
        bench.clock.advance(200)
        await until(lambda: site.asked.count("MC2M25") > 1)
        assert site.asked.count(NEAREST) == asked
        assert chain_shown(bench) == shown
        assert await engine.scraping.back_to_live() == "The board is live again."
        await until(lambda: (c := chain_shown(bench)) is not None and c.level == Served.LIVE)
        assert await engine.scraping.back_to_live() == "No saved chain is on the board."


async def test_refresh_leaves_the_recording(bench: WithBrowser) -> None:
    async with with_chains(bench) as engine:
        line = next(u.line for u in bench.screen.now(CaptureStored) if u.line.key == NEAREST)
        await engine.scraping.show_capture(line.id)
        assert "Refresh shows the live one" in await engine.choose_series(NEAREST)
        assert await engine.refresh(NEAREST) == "Read."
        shown = chain_shown(bench)
        assert shown is not None
        assert shown.level == Served.LIVE


async def test_a_saved_file_is_shown_by_the_source_that_can_read_it(
    bench: WithBrowser, tmp_path: Path
) -> None:
    plain = chain_source(Site(bench.clock).make, read_stored=barchart.SOURCE.read_stored)
    bench.sources = (plain,)
    saved = tmp_path / "MC7M25_20250609T053218Z.json"
    saved.write_bytes(answer(row("21500C"), row("21500P"), settled("20640P")))
    page = tmp_path / "page.html"
    page.write_text("<html>nothing</html>")
    async with bench.running() as engine:
        await until(lambda: bench.screen.one(SeriesOffered))
        said = await engine.scraping.show_file(str(saved))
        assert said.startswith("3 contracts of MC7M25 as saved in MC7M25_20250609T053218Z.json")
        shown = chain_shown(bench, "MC7M25")
        assert shown is not None
        assert shown.recorded == saved.name
        offered = bench.screen.one(SeriesOffered)
        assert offered is not None
        assert offered.chosen == "MC7M25"
        with pytest.raises(ConfigError, match="There is no chain in it"):
            await engine.scraping.show_file(str(page))
        with pytest.raises(ConfigError, match="cannot be read"):
            await engine.scraping.show_file(str(tmp_path / "gone.json"))


async def test_a_visit_by_hand_gives_its_cookies_to_the_feed(bench: WithBrowser, site: Site) -> None:
    bench.browser = browser = HandBrowser()
    async with with_chains(bench) as engine:
        assert "cookies of your visit" in await engine.scraping.log_in_by_hand(ID)
        assert site.adopted == [COOKIE]
        assert browser.opened == ["http://127.0.0.1:1/login"]
        browser.cookies = ()
        assert "nothing has changed" in await engine.scraping.log_in_by_hand(ID)
        browser.why = "It is not installed."
        with pytest.raises(ConfigError, match="It is not installed"):
            await engine.scraping.log_in_by_hand(ID)
    assert browser.closed


async def test_the_account_of_the_keyring_can_be_tried(bench: WithBrowser) -> None:
    async with with_chains(bench) as engine:
        assert await engine.scraping.log_in(CHAINS) == "Logged in."


async def test_what_a_site_may_still_be_asked_is_on_the_screen(bench: WithBrowser, site: Site) -> None:
    async with with_chains(bench) as engine:
        engine.watch()
        told = bench.screen.one(AllowanceChanged)
        assert told is not None
        assert (told.requests, told.most_requests, told.pages, told.most_pages) == (
            len(site.asked),
            10,
            len(site.pages),
            4,
        )
        site.allowed = Allowance(10, 10, 12.0, 4, 4, 300.0, "logged in")
        engine.watch()
        told = bench.screen.one(AllowanceChanged)
        assert told is not None
        assert told.free_at == bench.clock.now() + 12_000_000_000
        assert told.page_free_at == bench.clock.now() + 300_000_000_000
        assert told.note == "logged in"
        before = len(bench.screen.ever(AllowanceChanged))
        engine.watch()
        assert len(bench.screen.ever(AllowanceChanged)) == before


async def test_comparing_anew_forgets_the_earlier_answers(bench: WithBrowser, site: Site) -> None:
    async with with_chains(bench) as engine:
        site.quoted = False
        await engine.refresh(NEAREST)
        assert chain_missing(bench) is not None
        said = await engine.scraping.compare_anew(ID)
        assert "from now on" in said
