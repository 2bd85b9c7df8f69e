"""A vendor in memory who is asked for prices, bars and proxy chains; what he says is told by the test."""

import json
from datetime import date

from app.domain.capture import Capture, Outcome
from app.domain.contract import Future, Right
from app.domain.errors import BadPayload, SourceError, Unavailable
from app.domain.routing import SNAPSHOT, Channel, Offer, SourceId
from app.domain.second_opinion import FuturePrice, Opinion, PriceBar, PriceBars, ProxyChain, ProxyQuote
from app.domain.symbols import front_future
from app.domain.units import MINUTE, Ns, px
from app.engine.feeds import SourceContext, SourceSpec
from app.engine.poll_feed import Answered, PollFeed, Wanted

TELLER = SourceId("teller")
PROXY = "NDX"


class Teller:
    """A `PollFeed`. `errors` are what the next requests bring instead of an answer; `silent` channels bring
    none at all."""

    def __init__(self) -> None:
        self.asked: list[tuple[Channel, str]] = []
        self.errors: list[SourceError] = []
        self.silent: set[Channel] = set()
        self.wait = 0.0
        self.price = 21_745.0
        self._context: SourceContext | None = None

    def make(self, context: SourceContext) -> PollFeed:
        self._context = context
        return self

    def times(self, channel: Channel) -> int:
        return sum(one is channel for one, _ in self.asked)

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        front = front_future(day).raw
        return (
            Wanted(Channel.NQ_QUOTES, front, 15),
            Wanted(Channel.BARS, front, 60),
            Wanted(Channel.PROXY_CHAIN, PROXY, 60),
        )

    def wait_s(self) -> float:
        return self.wait

    def fetch(self, channel: Channel, name: str) -> Answered:
        assert self._context is not None
        self.asked.append((channel, name))
        now = self._context.clock.now()
        error = self.errors.pop(0) if self.errors else None
        if channel in self.silent:
            error = Unavailable("Nobody answers.")
        body = b"" if error else json.dumps({"price": self.price}).encode()
        capture = Capture(
            f"{now}-{channel.value}-{len(self.asked)}", TELLER, channel, name, "", now,
            None if error else 200, "application/json", {}, body,
            outcome=Outcome.FAILED if error else Outcome.PENDING,
        )  # fmt: skip
        return Answered(capture, error)

    def parse(self, capture: Capture) -> Opinion:
        try:
            price = px(json.loads(capture.body)["price"])
        except (ValueError, KeyError) as e:
            raise BadPayload("That is no price.") from e
        at, future = capture.fetched, Future(2025, 6)
        match capture.channel:
            case Channel.NQ_QUOTES:
                return FuturePrice(TELLER, future, at, SNAPSHOT, bid=price, ask=price, quoted=at)
            case Channel.BARS:
                bar = PriceBar(Ns(at - MINUTE), 60, price, price, price, price)
                return PriceBars(TELLER, future, at, SNAPSHOT, (bar,))
            case _:
                quote = ProxyQuote("N", date(2025, 6, 13), price, Right.CALL)
                return ProxyChain(TELLER, capture.key, quote.expiry, at, SNAPSHOT, (quote,), as_of=at)

    def test(self) -> str:
        return "Accepted."

    def close(self) -> None:
        return


def teller_source(teller: Teller) -> SourceSpec:
    return SourceSpec(
        id=TELLER,
        title="Teller",
        tier=20,
        about="A vendor in memory.",
        offers=tuple(Offer(c, SNAPSHOT) for c in (Channel.NQ_QUOTES, Channel.BARS, Channel.PROXY_CHAIN)),
        addresses={"teller": "http://127.0.0.1:1"},
        poll_feed=teller.make,
    )
