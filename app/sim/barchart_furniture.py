"""What fills a page of the Barchart site around its content: menus, scripts, texts; 550 KB, always the same.

Some of it looks like what a careless parser searches for: numbers the size of strikes, `init(` calls,
elements with `data-options`, a reCAPTCHA script.
"""

import json
from functools import cache
from html import escape
from itertools import product
from typing import Any, Final

_SECTIONS: Final = (
    "Stocks", "Options", "ETFs", "Futures", "Currencies", "Investing", "News", "Tools", "Learn",
)  # fmt: skip
_TOPICS: Final = (
    "Overview", "Performance", "Leaders", "Sectors", "Screener", "Gaps", "Calendar", "Commitment",
    "Spreads", "Volatility", "Heatmap", "Volumes", "Seasonals", "Movers", "Unusual",
)  # fmt: skip
_MEASURES: Final = (
    "Price", "Change", "Volume", "Open Interest", "Moving Average", "Average Volume", "Relative Strength",
    "Stochastic", "True Range", "Historic Volatility", "Standard Deviation", "Weighted Alpha", "Rank",
)  # fmt: skip
_SPANS: Final = (
    "1-Day", "5-Day", "9-Day", "14-Day", "20-Day", "50-Day", "100-Day", "200-Day", "52-Week", "YTD",
)  # fmt: skip
_FIRST_SCREENER: Final = 15_874  # ids of screeners run through the range of real strikes
_OVERLAYS: Final = """
<div id="onetrust-banner-sdk" role="region" aria-label="Cookie banner">
  <p>We use cookies. This page is simulated and sets its own.</p><button>Accept Cookies</button>
</div>
<div class="bc-webinar ng-scope" data-ng-controller="webinarCtrl"
  data-ng-init="init({&quot;id&quot;:247,&quot;title&quot;:&quot;Simulated webinar&quot;})"></div>
<div class="bc-video-ad" data-options="datatableOptions[key]"></div>
"""


def escaped_json(document: object) -> str:
    """JSON as the site writes it into a page: slashes and apostrophes escaped."""
    return json.dumps(document, separators=(",", ":")).replace("/", "\\/").replace("'", "\\u0027")


def attribute(document: object) -> str:
    """JSON inside an attribute."""
    return escape(escaped_json(document))


def document(title: str, head: str, body: str, config: dict[str, Any]) -> str:
    """A whole page around its content."""
    return f"""<!DOCTYPE html>
<html lang="en" class="no-js">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<base href="/">
<title>{escape(title)} - Barchart.com</title>
{head}
{_scripts()}
</head>
<body class="bc-page ng-scope" data-ng-controller="layoutCtrl">
{_menus()}
<main id="bc-main-content-wrapper"><div class="row"><div id="main-content-column">
{body}
</div></div></main>
{_OVERLAYS}
<script type="application/json" id="bc-dynamic-config">{_config_text(config)}</script>
</body>
</html>
"""


def _config_text(config: dict[str, Any]) -> str:
    return f"{escaped_json(config)[:-1]},{_settings()[1:]}"


@cache
def _menus() -> str:
    return "".join(
        f'<ul class="dropdown bc-menu__list"><li><a href="/{_slug(section)}">{section}</a></li>\n'
        + "".join(_menu_item(section, topic, span) for topic, span in product(_TOPICS, _SPANS))
        + "</ul>\n"
        for section in _SECTIONS
    )


def _menu_item(section: str, topic: str, span: str) -> str:
    path = f"{_slug(section)}/{_slug(topic)}/{_slug(span)}"
    return (
        f'<li class="{_slug(topic)}"><a href="/{path}" class="ng-scope" data-ng-click="track(\'{path}\')">'
        f"{section} {topic} {span}</a></li>\n"
    )


@cache
def _scripts() -> str:
    """Trackers, and the reCAPTCHA that is on every page without blocking anybody."""
    steps = "".join(
        f"window.bcQueue.push({{step:{n},sector:'{_slug(section)}',topic:'{_slug(topic)}'}});\n"
        for n, (section, topic) in enumerate(product(_SECTIONS, _TOPICS))
    )
    return f"""<script src="/assets/recaptcha/api.js?render=explicit" async defer></script>
<script>window.dataLayer = window.dataLayer || []; window.bcQueue = [];
{steps}</script>"""


@cache
def _settings() -> str:
    """The part of the dynamic configuration that is the same on every page, as JSON."""
    screeners = {
        f"SCREEN{n}": {
            "title": f"{section} {topic} {span}",
            "id": _FIRST_SCREENER + n,
            "route": f"{_slug(section)}.{_slug(topic)}",
            "filters": {"lastPrice": {"value": ["5", str(_FIRST_SCREENER + 2 * n)]}, "volume": ["1000"]},
        }
        for n, (section, topic, span) in enumerate(product(_SECTIONS, _TOPICS, _SPANS))
    }
    titles = {f"{_slug(span)}-{_slug(what)}": f"{span} {what}" for span, what in product(_SPANS, _MEASURES)}
    helps = {
        f"help-{name}": f"{title} compares the latest price with that of the period named. It is updated "
        "during the session, at least ten minutes late, and is no recommendation to buy or to sell."
        for name, title in titles.items()
    }
    return escaped_json(
        {
            "sector": "futures",
            "screenersCodes": screeners,
            "fieldsTitle": titles,
            "customHelp": helps,
            "limits": {"downloads": 1, "watchlists": 1, "portfolios": 1, "alerts": 50},
            "lifetime": 120,
            "bcPageViewsLimitFirst": 5,
            "bcPageViewsLimitSecond": 10,
            "autoRefresh": True,
            "environment": "production",
        }
    )


def _slug(words: str) -> str:
    return words.lower().replace(" ", "-")
