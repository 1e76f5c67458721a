"""Knows how to tell what a cookie is for: by names that pages need, by tables, by names we know, and by a model.

The names and the weights are data that the caller hands in (`read_purposes`); nothing is read here. The model is linear
over the words of `cookie_features`, so that every verdict can be added up by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING, Any, Final

from louver.core.facts import Party
from louver.core.names import Names
from louver.core.signals.cookie_features import features
from louver.core.signals.signal import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from louver.core.tables import CookieFact

VERSION: Final = 1
CACHED: Final = 8192
HALF: Final = 0.5
TRACKING: Final = frozenset({Purpose.ANALYTICS, Purpose.ADVERTISING})
SCOPES: Final = {
    "any": frozenset(Party),
    "own": frozenset({Party.FIRST, Party.UNKNOWN}),
    "third": frozenset({Party.THIRD}),
}
"""Where a name means what it says: everywhere, or only in a cookie of the page's own site, or of another."""


class PurposeDataError(ValueError):
    """The purpose data is not of the form that this version reads."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"cookie purposes: {detail}")


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model: per word one weight for each purpose, in units of 1/`scale`; below `surest` it abstains."""

    purposes: tuple[Purpose, ...]
    bias: tuple[int, ...]
    weights: Mapping[str, tuple[int, ...]]
    scale: float
    surest: float

    def tell(self, words: Sequence[str]) -> Purpose:
        """Decide first whether it tracks, then for what; a side is judged by all its purposes together."""
        shares = self.probabilities(words)
        tracks = sum(share for purpose, share in shares.items() if purpose in TRACKING) >= HALF
        best = max((purpose for purpose in shares if (purpose in TRACKING) is tracks), key=shares.__getitem__)
        return best if shares[best] >= self.surest else Purpose.UNKNOWN

    def probabilities(self, words: Sequence[str]) -> dict[Purpose, float]:
        """Return how likely each purpose is."""
        get = self.weights.get
        rows = [row for row in map(get, words) if row is not None]
        totals = [sum(column) for column in zip(self.bias, *rows, strict=True)]
        top = max(totals)
        shares = [exp((total - top) / self.scale) for total in totals]
        whole = sum(shares)
        return {purpose: share / whole for purpose, share in zip(self.purposes, shares, strict=True)}


@dataclass(frozen=True, slots=True)
class KnownName:
    """What a name (with `*` for any text) is for, and for which parties it is known to be so."""

    purpose: Purpose
    parties: frozenset[Party]


class Purposes:
    """Tells the purpose of cookies. Hold one; it remembers what it was asked last."""

    def __init__(self, names: Sequence[tuple[str, KnownName]], model: Model) -> None:
        """Take the known names in order of preference, and the model for the rest."""
        self._names = Names(names)
        self._model = model
        self._known = lru_cache(CACHED)(self._find)
        self._modelled = lru_cache(CACHED)(self._model_says)  # a page sends the same cookies with every request

    def purpose(
        self,
        name: str,
        *,
        host: str,
        party: Party,
        value: str = "",
        lifetime: float | None = None,
        http_only: bool = False,
        fact: CookieFact | None = None,
        category: str = "",
    ) -> tuple[Purpose, str]:
        """Return what a cookie is for and who says so: `name`, `table`, `model`, or `nobody` (then it is unknown).

        `lifetime` is in seconds, None where it is not known; `fact` is what the tables say of the name and host, and
        `category` what they say the recipient does. Sessions, carts, sign-in, forgery protection and bot defence are
        necessary whatever a table says; else a fact for these very hosts comes before our names, and they before the
        other facts.
        """
        known = self._known(name, party)
        told = Purpose.UNKNOWN if fact is None else fact.purpose
        if known is not None and (known is Purpose.NECESSARY or fact is None or not fact.hosts):
            return known, "name"
        if told is not Purpose.UNKNOWN:
            return told, "table"
        return self._modelled(name, host, party, value, lifetime, http_only, category)

    def guess(self, words: Sequence[str]) -> tuple[Purpose, str]:
        """Return what the model makes of a cookie's features."""
        told = self._model.tell(words)
        return told, "nobody" if told is Purpose.UNKNOWN else "model"

    def _model_says(
        self, name: str, host: str, party: Party, value: str, lifetime: float | None, http_only: bool, category: str
    ) -> tuple[Purpose, str]:
        words = features(name, host=host, party=party, value=value, lifetime=lifetime, http_only=http_only)
        return self.guess([*words, f"category={category}"] if category else words)

    def _find(self, name: str, party: Party) -> Purpose | None:
        for tier in self._names.find(name):
            for known in tier:
                if party in known.parties:
                    return known.purpose
        return None


def read_purposes(document: Mapping[str, Any]) -> Purposes:
    """Read the parsed text of `blocklists/cookie-purpose.json`. Raises PurposeDataError."""
    if document.get("version") != VERSION:
        raise PurposeDataError(f"version {document.get('version')!r} is not {VERSION}")
    try:
        return Purposes(_read_names(document["names"]), _read_model(document["model"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PurposeDataError(f"{type(error).__name__}: {error}") from error


def _read_names(sections: Mapping[str, Mapping[str, str]]) -> Sequence[tuple[str, KnownName]]:
    """Read purpose → scope → names apart by spaces."""
    return [
        (name, KnownName(Purpose(purpose), SCOPES[scope]))
        for purpose, scopes in sections.items()
        for scope, names in scopes.items()
        for name in names.split()
    ]


def _read_model(model: Mapping[str, Any]) -> Model:
    purposes = tuple(Purpose(word) for word in model["purposes"])
    weights = {word: tuple(map(int, row)) for word, row in model["weights"].items()}
    bias = tuple(map(int, model["bias"]))
    if any(len(row) != len(purposes) for row in (bias, *weights.values())):
        raise PurposeDataError("a row of weights is not as long as the list of purposes")
    return Model(purposes, bias, weights, float(model["scale"]), float(model["surest"]))
