"""Knows how to show detectors one exchange: an engine that changes nothing, and a small table of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from louver.core.facts import Page, Request, ResourceType, Response
from louver.core.sites import host_of
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine
    from louver.core.facts import Headers
    from louver.core.signals.signal import Signal

NOW = 1.7e9
ID = "8f14e45fceea167a5a36dedd4bea2543"
SHOP = "https://shop.example/"
TABLE = """
owners: {Shop: [shop.example, shop-cdn.example]}
trackers:
  - {domain: ads.example, owner: Ads, category: advertising}
  - {domain: social.example, owner: Social, category: social, mixed: true}
cookies:
  - {name: "_xid*", owner: Ads, purpose: advertising}
  - {name: cart, owner: Shop, purpose: necessary}
parameters:
  - {name: xclid, owner: Ads, kind: click-id}
"""


@cache
def engine(policy: str = "observe") -> Engine:
    """Return an engine for a preset, or for a policy given as text."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "table.yaml").write_text(TABLE, "utf-8")
        if "\n" in policy or ":" in policy:
            (folder / "policy.yaml").write_text(policy, "utf-8")
            policy = str(folder / "policy.yaml")
        return load_engine(Settings(policy, (str(folder / "table.yaml"),), False, folder, folder, folder), NOW)


def request(
    url: str,
    *,
    page: str | None = SHOP,
    kind: ResourceType = ResourceType.IMAGE,
    headers: Headers = (),
    body: str | None = None,
    method: str = "GET",
) -> Request:
    """Return a request; for a document, `page` is the one that the person comes from."""
    site = engine().knowledge.sites.site
    asker = Page(1, page, site(host_of(page)), "test", 1.0) if page is not None else None
    if kind is not ResourceType.DOCUMENT:
        return Request(url, method, headers, kind, asker, body)
    own = Page(2, url, site(host_of(url)), "test", 1.0)
    return Request(url, method, headers, kind, own, body, initiator=asker)


def found(asked: Request) -> list[Signal]:
    """Return what detectors find in a request."""
    return [each.signal for each in engine().request(asked).treated]


def answered(asked: Request, *headers: tuple[str, str]) -> list[Signal]:
    """Return what detectors find in the head of an answer."""
    outcome = engine().request(asked)
    before = len(outcome.treated)
    return [each.signal for each in engine().response(outcome, Response(200, headers)).treated[before:]]


def told(signals: list[Signal]) -> list[tuple[str, str, str]]:
    """Return kind, place and name of each."""
    return [(str(signal.kind), str(signal.where), signal.name) for signal in signals]
