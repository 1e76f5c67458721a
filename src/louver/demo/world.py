"""Knows which host of the little internet answers what; the pages lie in `www/` as files that anyone can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from louver.demo.places import Accounts, Diary, News, Payment, Shop
from louver.demo.watchers import (
    AdBazaar,
    Chirper,
    Consentio,
    DataSwap,
    FastShelf,
    Footprint,
    MouseTrail,
    TagDepot,
    Typecase,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from louver.demo.exchange import Handler


class Place(Protocol):
    """Whoever answers for a host."""

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by path; `""` stands for every other path."""


class World:
    """The demo's three sites with what they need and who watches there.

    One instance remembers the visitors of one internet.
    """

    def __init__(self) -> None:
        accounts, payment = Accounts(), Payment()
        self._hosts: dict[str, Place] = {
            "daily-news.test": News(),
            "travel-diary.test": Diary(),
            "corner-shop.test": Shop(accounts, payment),
            "accounts.test": accounts,
            "tillpay.test": payment,
            "consentio.test": Consentio(),
            "fastshelf.test": FastShelf(),
            "typecase.test": Typecase(),
            "tagdepot.test": TagDepot(),
            "footprint-metrics.test": Footprint(),
            "adbazaar.test": AdBazaar(),
            "dataswap.test": DataSwap(),
            "chirper.test": Chirper(),
            "mousetrail.test": MouseTrail(),
        }

    def routes(self) -> Mapping[str, Mapping[str, Handler]]:
        """Return each host's handlers by path."""
        return {host: place.routes() for host, place in self._hosts.items()}
