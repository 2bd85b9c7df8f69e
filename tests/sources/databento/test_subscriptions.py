"""What is asked of the live gateway follows from what is wanted, known and given."""

from dataclasses import replace

from app.domain.units import Ns
from app.engine.feeds import TickWant
from app.sources.databento.subscriptions import Subscription, subscriptions

TRADES = TickWant(futures=("NQZ6", "NQH7"), option_roots=("NQ", "QN1"), quotes=False, since=Ns(7))
QUOTES = TickWant(futures=("NQZ6",), trades=False)


def test_what_is_said_once_a_day_is_asked_for_from_its_beginning_until_it_is_known() -> None:
    assert {a.start for a in subscriptions(TRADES) if a.schema in ("definition", "statistics")} == {0}
    known = subscriptions(replace(TRADES, known_from=Ns(6)))
    assert {a.start for a in known if a.schema in ("definition", "statistics")} == {6}
    assert {a.start for a in known if a.schema == "trades"} == {7}


def test_what_is_refused_is_not_asked_for() -> None:
    asked = subscriptions(replace(TRADES, without=frozenset({"definition", "status"})))
    assert {a.schema for a in asked} == {"statistics", "trades"}


def test_orders_begin_with_the_book_as_it_stands_and_other_quotes_with_the_next_change() -> None:
    assert subscriptions(replace(QUOTES, schema="mbo")) == (Subscription("mbo", ("NQZ6",), snapshot=True),)
    assert subscriptions(QUOTES) == (Subscription("mbp-1", ("NQZ6",)),)


def test_quotes_of_futures_and_options_never_share_a_request() -> None:
    asked = subscriptions(TickWant(trades=False, option_quote_symbols=("NQZ6 C25000",), schema="tbbo"))
    assert asked == (Subscription("tbbo", ("NQZ6 C25000",)),)
