"""The pages of the Barchart site: what they say in HTML, while the rows of a chain come by the endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from app.sim.barchart_furniture import document
from app.sim.barchart_parts import (
    PRODUCT,
    ChainFacts,
    Choice,
    config,
    grid,
    header,
    month_name,
    toolbar,
    totals,
)
from app.sim.barchart_table import rendered_table
from app.sim.chain_truth import FutureQuote

BLOCK_PAGE: Final = """<!DOCTYPE html>
<html><head><title>Just a moment...</title></head><body><div id="challenge"><h1>Access denied</h1>
<p>We noticed unusual traffic from your network. Please solve the captcha to go on.</p></div></body></html>
"""
NO_SUCH_PAGE: Final = "<!DOCTYPE html>\n<html><body><h1>Page Not Found</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Scene:
    """For whom a page is made, under which future, and whether the market is closed."""

    quote: FutureQuote
    csrf: str
    email: str | None
    closed: bool

    def page(self, title: str, path: str, body: str, key: str | None = None) -> str:
        head = (
            f'<link rel="canonical" href="https://www.barchart.com{escape(path)}">\n'
            f'<meta name="csrf-token" content="{self.csrf}">'
        )
        top = header(self.quote, closed=self.closed)
        named = f"{PRODUCT} {month_name(self.quote)} Futures {title}"
        return document(named, head, f"{top}\n{body}", config(self.quote, key, self.email))


def quote_page(scene: Scene) -> str:
    """The overview of a future: no chain, but the cookies of a visit."""
    return scene.page("Overview", f"/futures/quotes/{scene.quote.future.code}/overview", "")


def options_page(scene: Scene, facts: ChainFacts) -> str:
    """The page of a chain as it is without JavaScript: a grid element and no row."""
    body = toolbar(scene.quote, facts) + grid(scene.quote, facts) + totals(facts.rows)
    return scene.page("Options Prices", facts.path, body, facts.key)


def legacy_page(scene: Scene, facts: ChainFacts) -> str:
    """The same with its rows in a table, as saved from a browser or served years ago."""
    body = toolbar(scene.quote, facts) + rendered_table(facts.rows) + totals(facts.rows)
    return scene.page("Options Prices", facts.path, body, facts.key)


def not_found_page(scene: Scene, asked: str, offered: Iterable[Choice]) -> str:
    """The page of a series that is not listed, with those that are."""
    lines = "\n".join(f'<li><a href="{c.path}">{escape(c.title)}: {c.key}</a></li>' for c in offered)
    body = f"""<div class="bc-options-not-found">
<p>No options were found for {escape(asked)}. Please choose one of the following:</p>
<ul>{lines}</ul></div>"""
    return scene.page("Options Prices", f"/futures/quotes/{scene.quote.future.code}/options", body)


def login_page(form_token: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><title>Log In - Barchart.com</title><meta name="csrf-token" content="{form_token}"></head>
<body><form method="POST" action="/login" class="bc-login-form">
<input type="hidden" name="_token" value="{form_token}">
<input type="email" name="email"> <input type="password" name="password">
<input type="checkbox" name="remember"> <button type="submit">Log In</button>
</form></body></html>
"""


def member_page(email: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><title>Watchlist - Barchart.com</title></head>
<body><div class="bc-user">{escape(email)}</div><a href="/logout">Log Out</a></body></html>
"""
