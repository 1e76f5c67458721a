"""Knows what addresses give away: click numbers, the page read, words searched for, contents of forms, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from louver.audit.finding import MINIMISE, REFERRER, SECURE, Check, Found, Severity, carried, found, row
from louver.audit.visit import group
from louver.core.facts import Party, ResourceType
from louver.core.signals.signal import Grade, Kind, Where
from louver.ledger.masking import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from louver.audit.visit import Exchange, Sighting, Visit

SEARCH: Final = frozenset(
    [
        "q",
        "query",
        "search",
        "search_query",
        "searchterm",
        "s",
        "keyword",
        "keywords",
        "kw",
        "suche",
        "suchbegriff",
        "recherche",
        "buscar",
        "wd",
        "text",
        "term",
    ]
)
FORM: Final = frozenset(
    [
        "email",
        "e-mail",
        "mail",
        "firstname",
        "first_name",
        "lastname",
        "last_name",
        "surname",
        "fullname",
        "phone",
        "telephone",
        "mobile",
        "street",
        "address",
        "zip",
        "zipcode",
        "postcode",
        "birthday",
        "birthdate",
        "dob",
        "password",
        "passwd",
        "pwd",
        "iban",
        "ssn",
    ]
)
TOKENS: Final = frozenset(
    {
        "access_token",
        "id_token",
        "auth_token",
        "authtoken",
        "refresh_token",
        "jwt",
        "jsessionid",
        "phpsessid",
        "sessionid",
    }
)
TOKEN: Final = 16
SHORTEST: Final = 3
ADDRESS: Final = frozenset({Where.QUERY, Where.FRAGMENT})


def click_ids(visit: Visit) -> Iterator[Found]:
    """Find numbers of clicks that others get, and those that the page's own address carries."""
    seen = (pair for pair in visit.seen(Kind.CLICK_ID, Kind.LINKER) if pair[1].is_sure and pair[1].where in ADDRESS)
    # A collector that gets the site's own number under a linker's name got no click.
    pairs = ((each, one) for each, one in seen if one.kind is Kind.CLICK_ID or each.type is ResourceType.DOCUMENT)
    for name, rows in group(pairs, lambda pair: masked_name(pair[1].name)).items():
        told = sorted({each.who for each, _ in rows if each.is_third})
        owner = next((one.owner for _, one in rows if one.owner), None)
        ending = f" and is passed on to {', '.join(told[:4])}" if told else " in the page's address"
        title = f"The click number {name}{f' of {owner}' if owner else ''} ties the visit to a click{ending}"
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(name, title, Severity.MEDIUM if told else Severity.LOW, evidence)


def page_told(visit: Visit) -> Iterator[Found]:
    """Find recipients who learn which page is read, not only which site."""
    pairs = (pair for pair in visit.told(Kind.PAGE_URL, Kind.REFERRER) if pair[0].is_third)
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        severity = Severity.LOW if any(each.tracks for each, _ in rows) else Severity.INFO
        title = f"{who} learns which page is read"
        yield found(who, title, severity, (row(each, f"{_plain(one)} names the page") for each, one in rows))


def searches(visit: Visit) -> Iterator[Found]:
    """Find words that the visitor searched for in what others get."""
    yield from _passed_on(visit, SEARCH, "what the visitor searched for", Severity.MEDIUM)


def forms(visit: Visit) -> Iterator[Found]:
    """Find contents of forms in the addresses of pages, and in what others get."""
    for each in visit.exchanges:
        if each.type is not ResourceType.DOCUMENT:
            continue
        for name, _ in _values(each.url, FORM):
            title = f"The page's address carries the form field {name}"
            rows = (row(each, f"{name} in the query of a page"),)
            yield found(f"{each.recipient} {name}", title, Severity.MEDIUM, rows)
    yield from _passed_on(visit, FORM, "what the visitor typed into a form", Severity.HIGH)


def _passed_on(visit: Visit, names: frozenset[str], what: str, severity: Severity) -> Iterator[Found]:
    met = [(each, name) for each in visit.third() for name in _met(each, names)]
    for who, rows in group(met, lambda pair: pair[0].who).items():
        evidence = (row(each, f"the value of {name} from the page's address") for each, name in rows)
        yield found(who, f"{who} gets {what}", severity, evidence)


def _met(each: Exchange, names: frozenset[str]) -> Iterator[str]:
    values = _values(each.page_url, names)
    if not values or each.request is None:
        return
    sent = [each.url, each.sent_header("referer") or "", each.request.body or ""]
    for name, value in values:
        spelled = {quote(value, safe=""), quote_plus(value), quote(quote(value, safe=""), safe=""), value}
        if any(
            text and f"={form}" in text.replace("%3D", "=").replace("%3d", "=") for text in sent for form in spelled
        ):
            yield name


def _spelled_out(text: str) -> str:
    return text.replace("%3D", "=").replace("%3d", "=")


def _values(url: str, names: frozenset[str]) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return []
    return [(name, value) for name, value in pairs if name.lower() in names and len(value) >= SHORTEST]


def keys(visit: Visit) -> Iterator[Found]:
    """Find keys to accounts in addresses that trackers get, their own or the page's."""
    met = [(each, name) for each in visit.third() if each.tracks for name in _keys(each)]
    for who, rows in group(met, lambda pair: pair[0].who).items():
        evidence = (row(each, f"{name} in an address that is sent") for each, name in rows)
        yield found(who, f"{who} gets what looks like a key to an account", Severity.MEDIUM, evidence)


def _keys(each: Exchange) -> list[str]:
    urls = (each.url, each.sent_header("referer") or "")
    return [name for url in urls for name, value in _values(url, TOKENS) if len(value) >= TOKEN]


def decorated(visit: Visit) -> Iterator[Found]:
    """Find redirects that carry an identifier from one site to the next in the address."""
    pairs = (
        (each, one)
        for each in visit.exchanges
        for one in each.signals
        if "redirect" in one.links and one.party is not Party.UNKNOWN and one.grade is not Grade.POSSIBLE
    )
    for who, rows in group(pairs, lambda pair: pair[0].who).items():
        title = f"{who} gets an identifier handed over by a redirect from another site"
        evidence = (row(each, carried(one)) for each, one in rows)
        yield found(who, title, Severity.MEDIUM, evidence)


def _plain(one: Sighting) -> str:
    return "the Referer header" if one.kind is Kind.REFERRER else carried(one)


CLICKS: Final = Check(
    "click-id",
    "Click numbers tie visits to advertisements",
    "Remove click numbers from addresses on arrival, and do not pass them on.",
    click_ids,
    (MINIMISE,),
)
PAGES: Final = Check(
    "page-url-leak",
    "Others learn which page is read",
    "Set `Referrer-Policy: strict-origin-when-cross-origin` or stricter, and send partners the section, not the page.",
    page_told,
    (MINIMISE, REFERRER),
)
SEARCHES: Final = Check(
    "search-term-leak",
    "Searches are passed on",
    "Keep search words out of addresses (use POST), or out of what tags report.",
    searches,
    (MINIMISE, REFERRER),
    needs="facts",
)
FORMS: Final = Check(
    "form-content-leak",
    "Contents of forms stand in addresses",
    "Send forms with POST, and keep their contents out of addresses, titles and tags.",
    forms,
    (MINIMISE, SECURE),
    needs="facts",
)
KEYS: Final = Check(
    "key-leak",
    "Keys to accounts reach trackers",
    "Keep tokens in headers or cookies of your own, never in addresses of pages that load others' code.",
    keys,
    (SECURE,),
    needs="facts",
)
DECORATED: Final = Check(
    "link-decoration",
    "Redirects carry identifiers across sites",
    "Link directly; do without redirects that add identifiers to the address.",
    decorated,
    (MINIMISE,),
)
