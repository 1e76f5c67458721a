"""Knows how our tables come from their sources: derives, puts in order, and writes the manifest.

    python tools/build_blocklists.py [DATA_FOLDER]

Without the data folder only our own files are sorted and the manifest is written anew. The same input gives the same
bytes. Hand-written facts live in blocklists/{owners,trackers,cookies,parameters,never-break,redirectors,passthrough}
.json and in tools/blocklist_corrections.json; the derived files are never edited by hand.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from louver.core.tables import Tables, merge, parse_table
from louver.suffixes import sites_from_tldextract

ROOT: Final = Path(__file__).resolve().parents[1]
LISTS: Final = ROOT / "blocklists"
FIXES: Final[dict[str, Any]] = json.loads((ROOT / "tools/blocklist_corrections.json").read_text("utf-8"))
SITES: Final = sites_from_tldextract()

OWN: Final = ("owners.json", "trackers.json", "cookies.json", "parameters.json", "never-break.json")
REDIRECTORS: Final = "redirectors.json"
PASSTHROUGH: Final = "passthrough.json"

type Row = dict[str, Any]
type Document = dict[str, Any]

# --- third-party-web -------------------------------------------------------------------------------------------------

CATEGORY: Final = {
    "ad": "advertising",
    "analytics": "analytics",
    "marketing": "advertising",
    "customer-success": "customer-interaction",
    "tag-manager": "tag-manager",
}
"""third-party-web's categories that make a domain a tracker; the others only tell us an owner."""

NO_ENTITY: Final = frozenset({"Unknown", "test", "Amazon CloudFront", "Tealium"})


def derive_entities(data: Path, own: Tables) -> Document:
    """Return owners of all entities, and trackers of those whose trade it is, without what our own files say."""
    owners: dict[str, set[str]] = {}
    trackers: dict[str, Row] = {}
    for entity in json.loads((data / "entities/third_party_web_entities.json").read_text("utf-8")):
        if entity["name"] in NO_ENTITY:
            continue
        domains = sorted({name for domain in entity["domains"] if (name := _domain(domain))})
        name = _entity_owner(entity, domains, own)
        category = CATEGORY.get(entity["category"])
        for domain in domains:
            owner = own.owner(domain) or name
            if own.owner(domain) is None:
                owners.setdefault(owner, set()).add(domain)
            kind = FIXES["category"].get(domain, category)
            if kind and domain not in own.trackers and domain not in FIXES["not_trackers"]:
                trackers.setdefault(domain, _tracker(domain, owner, kind))
    owned = {domain: owner for owner in sorted(owners, reverse=True) for domain in owners[owner]}
    return {
        "owners": _grouped(owned),
        "trackers": sorted(trackers.values(), key=lambda row: row["domain"]),
    }


def _domain(text: str) -> str:
    domain = text.lower().removeprefix("*.").strip()
    whole_site = SITES.site(domain)
    is_suffix = domain == whole_site and not _registrable(domain)
    return "" if is_suffix or re.fullmatch(r"[0-9.]+", domain) or "." not in domain else domain


def _registrable(domain: str) -> bool:
    return SITES.site("www." + domain) == domain


def _entity_owner(entity: Row, domains: list[str], own: Tables) -> str:
    """Return the name that our own table has for the entity, if it has just one; else the source's."""
    known = {owner for domain in domains if (owner := own.owner(domain))}
    return known.pop() if len(known) == 1 else _repaired(entity.get("company") or entity["name"])


def _repaired(text: str) -> str:
    """Undo UTF-8 that was once read as Latin-1."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _tracker(domain: str, owner: str, category: str) -> Row:
    row: Row = {"domain": domain, "owner": owner, "category": category}
    if domain in FIXES["mixed"] or category == "customer-interaction":
        row["mixed"] = True
    return row


def _grouped(owned: dict[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for domain in sorted(owned):
        groups.setdefault(owned[domain], []).append(domain)
    return dict(sorted(groups.items(), key=lambda item: (item[0].lower(), item[0])))


# --- CNAME targets ---------------------------------------------------------------------------------------------------


def derive_cnames(data: Path, own: Tables) -> Document:
    """Return the domains that cloaked hosts point at, without shared hosting, which also serves others."""
    cloaked = json.loads(gzip.decompress((data / "cname/adguard_disguised_trackers.json.gz").read_bytes()))
    counts = Counter(SITES.site(target) for target in cloaked.values())
    trackers: list[Row] = []
    names: dict[str, str] = {}
    for domain in sorted(counts):
        tracker = own.tracker(domain)
        owner = FIXES["cname_owners"].get(domain)
        if tracker is None and owner:
            trackers.append({"domain": domain, "owner": owner, "category": "analytics"})
        if owner or (tracker and tracker.category in {"advertising", "affiliate", "analytics", "tag-manager"}):
            names[domain] = tracker.domain if tracker else domain
    owned = {row["domain"]: row["owner"] for row in trackers}
    return {"owners": _grouped(owned), "trackers": trackers, "cnames": names}


# --- Open Cookie Database --------------------------------------------------------------------------------------------

PURPOSE: Final = {
    "Functional": "functional",
    "Marketing": "advertising",
    "Analytics": "analytics",
    "Security": "necessary",
    "Necessary": "necessary",
    "Personalization": "functional",
}
CONSENT: Final = re.compile(
    r"consent|cmplz|cookie-?_?law|cookieyes|cky-|^__cmp|gdpr|opt_?out|ckies_|cookiefirst|hu-consent|TC_PRIVACY|_iub_cs"
    r"|COOKIELAW|privacypillar|cookies?-(?:analytics|functional|marketing|preferences)|^complianz|^cc_cookie",
    re.IGNORECASE,
)
SESSION: Final = re.compile(
    r"csrf|xsrf|session|sess(?:id|io)?_?$|auth|login|logged|token|cart|^bb(?:user|pass|sess)|^BIGip|^NSC_|affinity"
    r"|antibot|^incap_|^nlbi_|^visid_|secure|_sid$|^xf_(?:user|session|tfa)|^cf_|^esctx|^x-ms-c|^PLESKSESS|^sb-$",
    re.IGNORECASE,
)
STAR: Final = "*"


def derive_cookies(data: Path, own: Tables) -> Document:
    """Return the cookies that our own file does not name, with purposes in our words."""
    with (data / "cookies/open-cookie-database.csv").open(encoding="utf-8", newline="") as file:
        source = list(csv.DictReader(file))
    named = {fact.name for fact in own.cookies}
    platforms = {owner.lower(): owner for owner in own.owners.values()}
    rows: dict[tuple[str, str, tuple[str, ...]], Row] = {}
    for entry in source:
        row = _cookie(entry, own, platforms)
        if row and row["name"] not in named and row["name"].rstrip(STAR) not in named:
            rows.setdefault((row["name"], row["owner"], tuple(row.get("hosts", ()))), row)
    return {"cookies": [rows[key] for key in sorted(rows)]}


def _cookie(entry: Row, own: Tables, platforms: dict[str, str]) -> Row | None:
    name = entry["Cookie / Data Key name"].strip()
    if not re.fullmatch(r"[!-~]+", name) or "%" in name:
        return None
    hosts = [host for host in re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", entry["Domain"].lower()) if _domain(host)]
    owner = next((o for host in hosts if (o := own.owner(host))), None) or _platform(entry["Platform"], platforms)
    if entry["Wildcard match"] == "1" and STAR not in name:
        name += STAR
    row: Row = {"name": name, "owner": owner, **_purpose(entry["Category"], name, hosts, own)}
    if _is_generic(name):
        if not hosts:
            return None
        row["hosts"] = sorted(set(hosts))
    return row


def _platform(name: str, platforms: dict[str, str]) -> str:
    plain = name.strip()
    low = plain.lower()
    return FIXES["platforms"].get(low) or platforms.get(low) or platforms.get(low.partition(" ")[0]) or plain


def _purpose(category: str, name: str, hosts: list[str], own: Tables) -> Row:
    purpose = PURPOSE[category]
    if purpose not in {"functional", "necessary"}:
        return {"purpose": purpose}
    if CONSENT.search(name):
        return {"purpose": "necessary", "kind": "consent"}
    if category == "Security":
        return {"purpose": "necessary", "kind": "security-cookie"}
    if SESSION.search(name):
        return {"purpose": "necessary"}
    trackers = [tracker for host in hosts if (tracker := own.tracker(host)) and not tracker.mixed]
    return {"purpose": "advertising" if any(t.category == "advertising" for t in trackers) else purpose}


def _is_generic(name: str) -> bool:
    """Tell a name that many sites use for their own ends, so that it may only be believed on its owner's hosts."""
    stem = name.rstrip(STAR)
    short = len(stem) <= (4 if name.endswith(STAR) else 3)
    word = len(stem) <= 8 and stem.isalpha() and stem in {stem.lower(), stem.upper(), stem.capitalize()}
    return short or word or name in FIXES["generic_names"]


# --- order, and the manifest -----------------------------------------------------------------------------------------


def write(path: Path, document: Document) -> None:
    """Write one entry a line, so that a change shows as the line that it is."""
    sections = []
    for section, rows in document.items():
        if isinstance(rows, dict):
            lines = [f"{_json(key)}: {_json(value)}" for key, value in rows.items()]
            sections.append(f"{_json(section)}: {{\n" + ",\n".join(lines) + "\n}")
        else:
            sections.append(f"{_json(section)}: [\n" + ",\n".join(map(_json, rows)) + "\n]")
    path.write_text("{\n" + ",\n".join(sections) + "\n}\n", "utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def sort_own(name: str) -> None:
    """Put the rows of one of our own files in order."""
    document: Document = json.loads((LISTS / name).read_text("utf-8"))
    for section, rows in document.items():
        if isinstance(rows, list):
            document[section] = sorted(rows, key=row_key)
        else:
            pairs = sorted(rows.items(), key=lambda item: (item[0].lower(), item[0]))
            document[section] = {key: sorted(value) if isinstance(value, list) else value for key, value in pairs}
    write(LISTS / name, document)


def row_key(row: Row) -> tuple[str, ...]:
    """Return what rows are ordered by: what they are about."""
    about = row.get("domain") or row.get("name") or row.get("host") or ""
    return (about, row.get("owner", ""), row.get("path", ""), " ".join(row.get("hosts", ())))


def write_manifest() -> None:
    """Bring hashes and counts of the manifest up to date; sources, licences and dates are written by hand."""
    path = LISTS / "manifest.json"
    manifest: list[Row] = json.loads(path.read_text("utf-8"))["files"]
    for entry in manifest:
        text = (LISTS / entry["file"]).read_bytes()
        entry["sha256"] = hashlib.sha256(text).hexdigest()
        entry["bytes"] = len(text)
        sections = json.loads(text).items()
        entry["rows"] = {section: len(rows) for section, rows in sections if isinstance(rows, list | dict)}
    write(path, {"files": manifest})


def load_own() -> Tables:
    """Read our own files alone."""
    return merge([parse_table((LISTS / name).read_text("utf-8"), name) for name in OWN[:-1]])


def main(arguments: list[str]) -> None:
    """Build what can be built."""
    for name in (*OWN, REDIRECTORS, PASSTHROUGH):
        sort_own(name)
    if arguments:
        data, own = Path(arguments[0]), load_own()
        write(LISTS / "third-party-web.json", derive_entities(data, own))
        entities = parse_table((LISTS / "third-party-web.json").read_text("utf-8"), "third-party-web.json")
        known = merge([entities, own])
        write(LISTS / "cname-targets.json", derive_cnames(data, known))
        write(LISTS / "open-cookie-database.json", derive_cookies(data, known))
    write_manifest()


if __name__ == "__main__":
    main(sys.argv[1:])
