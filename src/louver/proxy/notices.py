"""Knows the two pages that people see in a site's place: what was blocked and why, and that we failed.

Plain and self-contained: no script, no picture, nothing to load; everything that comes from outside is escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from louver.core.decision import Outcome

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.05rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto 4rem; padding: 0 1.2rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.2rem; margin: 1.6rem 0 }}
dt {{ opacity: .75 }}
dd {{ margin: 0; overflow-wrap: anywhere }}
code {{ font-size: .95em }}
footer {{ margin-top: 2.5rem; opacity: .75; font-size: .9rem }}
</style>
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{text}</p>
<dl>
{facts}
</dl>
{help}
</main>
<footer>Louver, the privacy proxy on this computer, made this page. The site was not contacted.</footer>
</body>
</html>
"""

LONGEST: Final = 300
"""Characters of anything from outside that are shown; addresses can be endless."""


def blocked(outcome: Outcome) -> str:
    """Return the page for a blocked document."""
    site = escape(outcome.site)
    facts = {
        "Address": _without_query(outcome.request.url),
        "Company": outcome.owner or "",
        "Category": outcome.tracker.category if outcome.tracker else "",
        "Reason": outcome.decision.reason,
        "Rule": outcome.rule.text if outcome.rule else "",
        "List": f"{outcome.rule.list}, line {outcome.rule.line}" if outcome.rule else "",
        "Policy": outcome.decision.policy,
    }
    return PAGE.format(
        title=f"Blocked: {escape(_cut(outcome.recipient))}",
        heading=f"Louver blocked {escape(_cut(outcome.recipient))}",
        text="Your policy says not to open this page.",
        facts=_facts(facts),
        help=f"<p>To open it all the same, turn Louver off for this site for an hour and reload:</p>"
        f"<p><code>louver policy off {site} --for 1h</code></p>",
    )


def fault(url: str, reason: str) -> str:
    """Return the page where Louver itself failed and policy says to block then."""
    return PAGE.format(
        title="Louver failed",
        heading="Louver could not look at this request, so it did not let it out",
        text="This is a fault in Louver, not in the site. The ledger has the details.",
        facts=_facts({"Address": _without_query(url), "Fault": reason}),
        help="<p>Your policy says <code>on_fault: block</code>; with <code>on_fault: pass</code> the request would "
        "have gone out as it was.</p>",
    )


def _facts(rows: dict[str, str]) -> str:
    return "\n".join(f"<dt>{name}</dt><dd>{escape(_cut(value))}</dd>" for name, value in rows.items() if value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _without_query(url: str) -> str:
    # The query may carry what the page was blocked for; it need not stand on the screen.
    try:
        return urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:
        return url.partition("?")[0]
