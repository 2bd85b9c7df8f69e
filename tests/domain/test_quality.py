"""Which chains may be shown, and what is said about them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from app.domain.chain import Chain, ChainPage, ListedSeries, Quote, Reject, Underlying, Verdict
from app.domain.contract import Contract, Right, Series
from app.domain.quality import judge, moved
from app.domain.routing import SourceId, delayed
from app.domain.session import Calendar
from app.domain.units import Px, ns_from_iso, px

MONDAY = Series("Q2A", 2025, 6)
NOON = ns_from_iso("2025-06-09T17:00:00Z")
CALENDAR = Calendar()


def leg(strike: int, right: Right, middle: float, **more: object) -> Quote:
    contract = Contract(MONDAY, px(strike), right)
    quote = Quote(contract, contract.raw, bid=px(middle - 1), ask=px(middle + 1), last=px(middle))
    return replace(quote, **more)  # type: ignore[arg-type]


def pair(strike: int, call: float, put: float) -> tuple[Quote, Quote]:
    return leg(strike, Right.CALL, call), leg(strike, Right.PUT, put)


# each pair says that the future stands at 21,745
QUOTES = (*pair(21700, 85, 40), *pair(21750, 50, 55), *pair(21800, 30, 85))


def chain(quotes: Sequence[Quote] = QUOTES, **more: object) -> Chain:
    plain = Chain(
        source=SourceId("barchart"),
        series=MONDAY,
        vendor_series="MC7M25",
        received=NOON,
        as_of=ns_from_iso("2025-06-09T16:49:00Z"),
        fidelity=delayed(10),
        quotes=tuple(quotes),
        claimed_total=len(quotes),
        expiry=date(2025, 6, 9),
        underlying=Underlying("NQM25", px(21745)),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def page(series: str | None = "MC7M25", calls: int | None = None, puts: int | None = None) -> ChainPage:
    listed = (ListedSeries("MC8M25", "Week 3: Jun 2025", "/path"),)
    source, future = SourceId("barchart"), Underlying("NQM25", px(21745))
    return ChainPage(source, series, date(2025, 6, 9), 0, 20.0, future, None, (), listed, {}, calls, puts)


def verdict(
    of: Chain, asked: Series | None = MONDAY, on: ChainPage | None = None, unmoved: int = 0
) -> Verdict:
    return judge(of, asked, on, NOON, CALENDAR, unmoved)


def test_a_whole_chain_of_the_series_asked_for_is_accepted_without_a_word() -> None:
    said = verdict(chain(), on=page())
    assert (said.accepted, said.reasons, said.warnings) == (True, (), ())


def test_shares_count_rows_with_this_sessions_volume_apart_from_older_volume() -> None:
    said = verdict(
        chain(
            [
                leg(21700, Right.CALL, 85, volume=3, open_interest=0),
                leg(21700, Right.PUT, 40, volume=9, volume_is_prior_session=True),
                leg(21750, Right.CALL, 50, bid=None),
                leg(21750, Right.PUT, 55),
            ]
        )
    )
    assert (said.with_volume, said.with_prior_volume) == (0.25, 0.25)
    assert (said.with_open_interest, said.two_sided) == (0.25, 0.75)


def test_an_empty_answer_is_refused_with_what_is_on_offer_and_without_shares() -> None:
    said = verdict(chain(()), on=page())
    assert not said.accepted
    assert said.reasons == (
        "No contracts: the series does not exist or has expired. On offer: MC8M25 (Week 3: Jun 2025).",
    )
    assert (said.with_volume, said.two_sided) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (chain(claimed_total=7), "The answer announces 7 contracts and holds 6."),
        (chain(claimed_total=None), "The answer does not say how many contracts it holds."),
        (chain(series=Series("Q3A", 2025, 6)), "Asked for Q2AM5, got Q3AM5."),
        (
            chain(rejects=(Reject("listed twice", "x"), Reject("listed twice", "y")), claimed_total=8),
            "2 of 8 rows cannot be used (listed twice).",
        ),
    ],
)
def test_what_is_not_what_it_claims_to_be_is_refused(wrong: Chain, reason: str) -> None:
    said = verdict(wrong)
    assert (said.accepted, said.reasons) == (False, (reason,))


@pytest.mark.parametrize("other", ["MC8M25", None])
def test_a_chain_is_refused_beside_another_series_page(other: str | None) -> None:
    said = verdict(chain(), on=page(other))
    assert said.reasons == ("The page is not about MC7M25. On offer: MC8M25 (Week 3: Jun 2025).",)


def test_a_few_rejects_are_counted_and_not_refused() -> None:
    many = [quote for strike in range(21000, 21500, 10) for quote in pair(strike, 21745 - strike + 1, 1)]
    said = verdict(chain(many, rejects=(Reject("strike off the grid", "x"),), claimed_total=101))
    assert (said.accepted, said.warnings) == (True, ("1 row left out (strike off the grid).",))


@pytest.mark.parametrize(
    ("odd", "warning"),
    [
        (chain(QUOTES[:5]), "3 calls stand against 2 puts."),
        (chain([replace(QUOTES[0], bid=px(99)), *QUOTES[1:]]), "1 row with a bid above the ask."),
        (chain([*QUOTES, *pair(90000, 1, 68256)]), "2 strikes lie far outside the ladder, such as 90000."),
        (
            chain(underlying=Underlying("NQM25", px(22300))),
            "Its quotes imply a future of 21,745.00, the page says 22,300.00.",
        ),
        (
            chain(expiry=date(2025, 6, 10)),
            "The source says it expires on 2025-06-10, by rule it would be 2025-06-09.",
        ),
        (chain(as_of=NOON), "Its newest trade is later than its receipt: a clock is wrong."),
    ],
)
def test_oddities_are_told_and_do_not_refuse(odd: Chain, warning: str) -> None:
    said = verdict(odd)
    assert (said.accepted, said.warnings) == (True, (warning,))


def test_an_expired_series_says_so() -> None:
    later = ns_from_iso("2025-06-10T15:00:00Z")
    assert judge(chain(), MONDAY, None, later, CALENDAR).warnings == ("The series expired on 2025-06-09.",)


def test_open_interest_must_add_up_to_the_pages_totals() -> None:
    held = [replace(QUOTES[0], open_interest=5), *QUOTES[1:]]
    assert verdict(chain(held), on=page(calls=5, puts=0)).warnings == ()
    assert verdict(chain(held), on=page(calls=6, puts=0)).warnings == (
        "Open interest of calls adds up to 5, the page says 6.",
    )


@pytest.mark.parametrize(("polls", "warned"), [(2, False), (3, True)])
def test_three_answers_without_any_change_are_suspicious_in_regular_hours(polls: int, warned: bool) -> None:
    assert bool(verdict(chain(), unmoved=polls).warnings) is warned
    night = judge(chain(), MONDAY, None, ns_from_iso("2025-06-09T05:00:00Z"), CALENDAR, polls)
    assert not night.warnings


@pytest.mark.parametrize(
    ("change", "has_moved"),
    [({}, False), ({"bid": px(84.5)}, True), ({"trade_time": NOON}, True), ({"volume": 9}, False)],
)
def test_a_changed_quote_or_trade_time_counts_as_movement(change: dict[str, Px], has_moved: bool) -> None:
    after = chain([replace(QUOTES[0], **change), *QUOTES[1:]])  # type: ignore[arg-type]
    assert moved(chain(), after) is has_moved


def test_another_expiry_than_the_one_defined_is_refused_with_what_is_on_offer() -> None:
    said = judge(chain(), MONDAY, page(), NOON, CALENDAR, defined=date(2025, 6, 10))
    assert not said.accepted
    assert said.reasons == (
        "Asked for the expiry 2025-06-10, the page says 2025-06-09. On offer: MC8M25 (Week 3: Jun 2025).",
    )
    assert judge(chain(), MONDAY, page(), NOON, CALENDAR, defined=date(2025, 6, 9)).accepted


@pytest.mark.parametrize(
    ("expiry", "accepted"),
    [(date(2025, 6, 6), True), (date(2025, 6, 13), True), (date(2025, 6, 22), False)],
)
def test_a_holiday_may_move_an_expiry_by_days_but_not_to_another_week(expiry: date, accepted: bool) -> None:
    assert verdict(chain(expiry=expiry)).accepted is accepted


SILENT = tuple(replace(quote, bid=None, ask=None) for quote in QUOTES)


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        ("2025-06-09T17:00:00Z", False),
        ("2025-06-09T05:00:00Z", False),
        ("2025-06-08T22:10:00Z", True),  # the market has just opened
        ("2025-06-09T20:00:00Z", True),  # its last minute is over
        ("2025-06-09T21:30:00Z", True),  # maintenance
    ],
)
def test_a_chain_without_any_quote_is_dead_while_its_market_trades(at: str, accepted: bool) -> None:
    said = judge(chain(SILENT), MONDAY, None, ns_from_iso(at), CALENDAR)
    assert said.accepted is accepted
