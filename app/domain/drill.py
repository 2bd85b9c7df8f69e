"""A fault drill: what can be broken of a simulated source, and what the program did about it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.routing import SourceId
from app.domain.units import Ns


class Aim(Enum):
    """What a fault can strike: a stream, one that replays, whatever is asked, a site, an API."""

    STREAM = "stream"
    REPLAYED = "replayed stream"
    ASKED = "asked"
    SCRAPED = "scraped"
    CALLED = "called by its API"
    ACCOUNT = "stream behind an account's login"


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` is the simulators' own word; without `times` it strikes until it is taken back, which happens
    `hold_s` after it was noticed. `kills`: the simulator itself goes. `restarts`: a refused login is asked
    again only by hand, so the drill does that too. `cuts_after`: it lasts as long as the connection.
    `routed`: it strikes the route that the source names, `route` the one of this name, else whatever comes
    next. `ends_first`: how what lives is ended, so that the fault meets the next connection.
    """

    id: str
    title: str
    about: str
    aims: tuple[Aim, ...]
    kind: str = ""
    times: int | None = 1
    seconds: float | None = None
    hold_s: float = 2.0
    kills: bool = False
    restarts: bool = False
    cuts_after: bool = False
    routed: bool = False
    route: str = ""
    ends_first: str = ""


_ANY: Final = (Aim.STREAM, Aim.ASKED)
FAULTS: Final = (
    Fault("cut", "Cut the connection", "A clean end in the middle of the data.", (Aim.STREAM,), "fin", 3),
    Fault("mute", "Mute for 20 s", "Data stops while heartbeats go on.", (Aim.STREAM,), "mute", 1, 20.0,
          routed=True),
    Fault("skip", "Skip records", "Three seconds are left out, and the vendor says so.", (Aim.REPLAYED,),
          "skip", 1, 3.0, routed=True),
    Fault("corrupt", "Corrupt bytes", "Bytes that mean nothing.", (Aim.STREAM,), "garbage", 1),
    Fault("clock", "Wrong clock", "The vendor's clock is 3 s ahead.", (Aim.REPLAYED,), "clock_skew", 1, 3.0,
          hold_s=6.0, cuts_after=True, routed=True),
    Fault("login", "Refuse the login", "Every new login is refused until the drill gives way.",
          (Aim.REPLAYED,), "auth_failed", None, hold_s=3.0, restarts=True),
    Fault("login", "Refuse the login", "The login is forgotten, and the password is called wrong.",
          (Aim.ACCOUNT,), "auth_failed", None, hold_s=6.0, restarts=True, route="login",
          ends_first="expire_login"),
    Fault("expire", "Let the login expire", "The login is forgotten: another one is needed at once.",
          (Aim.ACCOUNT,), "expire_login", 2, route="stream"),
    Fault("penalty", "Hold the login back", "The login is forgotten, the next one gets a ticket: 6 s.",
          (Aim.ACCOUNT,), "time_penalty", 1, 6.0, route="login", ends_first="expire_login"),
    Fault("plan", "Take the licence away", "No symbol may be watched until the drill gives way.",
          (Aim.ACCOUNT,), "inaccessible", None, hold_s=3.0, restarts=True, route="request",
          ends_first="fin"),
    Fault("plan", "Take the licence away", "No connection may have the dataset until the drill gives way.",
          (Aim.REPLAYED,), "no_entitlement", None, hold_s=3.0, restarts=True, route="auth",
          ends_first="fin"),
    Fault("plan", "Take the plan away", "Every answer says that the plan does not include it.",
          (Aim.CALLED,), "no_entitlement", None, restarts=True),
    Fault("refuse", "Let nobody in", "The connection ends, and so does every new one, for 8 s.",
          (Aim.STREAM,), "refuse", None, hold_s=8.0),
    Fault("key", "Refuse the key", "Every answer is 401 until the drill gives way.", (Aim.CALLED,), "401",
          None, restarts=True),
    Fault("wait", "Too many requests", "429: come back in 8 s.", (Aim.ASKED,), "429", 1, 8.0),
    Fault("expire", "Let the login expire", "The session is forgotten at the next request.", (Aim.SCRAPED,),
          "expire_login", 1),
    Fault("drift", "Rename the fields", "The site calls its fields something else.", (Aim.SCRAPED,), "drift",
          None, restarts=True),
    Fault("empty", "Every quote N/A", "An answer of good form that says nothing.", (Aim.SCRAPED,), "all_na",
          None, restarts=True),
    Fault("slow", "Answer slowly", "Each answer takes 6 s.", (Aim.ASKED,), "delay", None, 6.0, hold_s=14.0),
    Fault("broken", "Server errors", "503 until the drill gives way.", (Aim.ASKED,), "503", None,
          restarts=True),
    Fault("kill", "Kill and revive", "The service is gone, and comes back after 8 s.", _ANY, kills=True,
          hold_s=8.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrillOffer:
    """What may be broken of one source."""

    source: SourceId
    title: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class DrillLine:
    """`after_s` the strike something happened; `level` is strike, seen, did, back or failed."""

    at: Ns
    after_s: float
    source: SourceId
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class DrillChanged:
    """`running` names the drill that is under way, empty when there is none; lines oldest first."""

    offers: tuple[DrillOffer, ...]
    running: str
    lines: tuple[DrillLine, ...]

    @property
    def key(self) -> str:
        return "drill"
