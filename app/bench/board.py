"""The chain board with all volatilities and greeks, beside a bisection contract by contract."""

import math
from dataclasses import replace

import numpy as np

from app.bench.child import Child
from app.bench.duel import Case, Effort, Outcome, duel, rate_of
from app.bench.site import fetched
from app.domain import black76
from app.domain.chain import Chain
from app.domain.chain_metrics import board, own_future, strip, years_left
from app.domain.contract import Right
from app.domain.errors import ConfigError
from app.domain.settings import Settings
from app.domain.units import DAY, Ns, points
from app.engine.chain_reading import rule_of_thumb

_BOARDS_A_RUN = 5
_ROUNDS = 50
_AGREE = 1e-6
_MOST_MS = 8.0
_SCREEN_LIMIT_S = 90.0


def chain_board(case: Case, effort: Effort) -> Outcome:
    """Ours also works out four greeks each, and the strip of sums."""
    said = fetched()
    chain, now, rate = said.chain, said.at, Settings().option_rate
    # an answer without its page says no expiry; a week is as good as any for speed
    expiration = rule_of_thumb(chain.expiry, chain.series) or Ns(now + 7 * DAY)
    future = own_future(chain)[0]
    years = years_left(expiration, now)
    if future is None or years is None:
        raise ConfigError(f"{case.name}: the simulated chain has no future or no time left.")
    rows = len(chain.quotes)
    _check(case, chain, expiration, now, rate, _bisected(chain, future, years, rate))

    def ours() -> int:
        for _ in range(_BOARDS_A_RUN):
            strip(chain, board(chain, expiration, now, rate), expiration, now)
        return rows * _BOARDS_A_RUN

    def peers() -> int:
        _bisected(chain, future, years, rate)
        return rows

    peer = "bisection in plain Python, volatilities only"
    found = duel(case, effort, "contracts/s", peer, lambda: rate_of(ours), lambda: rate_of(peers))
    board_ms = rows / found.ours * 1_000
    return replace(
        found,
        must=f"one board in at most {_MOST_MS:g} ms",
        met=board_ms <= _MOST_MS,
        measured={**found.measured, "contracts": rows, "board_ms": round(board_ms, 3)},
    )


def chain_screen(case: Case, effort: Effort) -> Outcome:
    """20,000 contracts on the board: each update changes every cell that is seen."""
    effort.say(f"{case.name}: the board in a process of its own")
    with Child("app.bench.board_child") as child:
        told = child.heard(_SCREEN_LIMIT_S)
    whole = [update + paint for update, paint in zip(told["update"], told["paint"], strict=True)]
    p95 = {name: float(np.percentile(told[name], 95)) for name in ("update", "paint", "scroll", "peer")}
    ours = float(np.percentile(whole, 95))
    return Outcome(
        case.name, ours, "ms an update", "Qt's own table, as many texts set and painted", p95["peer"],
        len(whole), higher_is_better=False, must=f"p95 at most {_MOST_MS:g} ms", met=ours <= _MOST_MS,
        measured={"contracts": 20_000, **{f"{name}_p95_ms": round(ms, 2) for name, ms in p95.items()}},
    )  # fmt: skip


def _bisected(chain: Chain, future: float, years: float, rate: float) -> dict[str, float]:
    vols = {}
    for quote in chain.quotes:
        if quote.mid is not None:
            call = quote.contract.right is Right.CALL
            vol = _one(future, points(quote.contract.strike), years, rate, points(quote.mid), call)
            if vol is not None:
                vols[quote.symbol] = vol
    return vols


def _one(future: float, strike: float, years: float, rate: float, premium: float, call: bool) -> float | None:
    low, high = black76.LOWEST_VOL, black76.HIGHEST_VOL
    least, most = (_price(future, strike, years, rate, vol, call) for vol in (low, high))
    if not least < premium < most:
        return None
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if _price(future, strike, years, rate, middle, call) < premium:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _price(future: float, strike: float, years: float, rate: float, vol: float, call: bool) -> float:
    spread = vol * math.sqrt(years)
    up = math.log(future / strike) / spread + spread / 2
    sign = 1.0 if call else -1.0
    value = sign * (future * _normal(sign * up) - strike * _normal(sign * (up - spread)))
    return math.exp(-rate * years) * value


def _normal(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def _check(case: Case, chain: Chain, expiration: Ns, now: Ns, rate: float, peers: dict[str, float]) -> None:
    made = board(chain, expiration, now, rate)
    sides = ((made.calls, made.call_vol), (made.puts, made.put_vol))
    ours = {
        q.symbol: float(v)
        for quotes, vols in sides
        for q, v in zip(quotes, vols, strict=True)
        if q is not None
    }
    both = [(ours[symbol], vol) for symbol, vol in peers.items() if math.isfinite(ours[symbol])]
    away = [abs(a - b) for a, b in both]
    if not both or float(np.median(away)) > _AGREE:
        raise ConfigError(f"{case.name}: our volatilities and the bisected ones differ.")
