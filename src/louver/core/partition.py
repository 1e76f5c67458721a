"""Knows how cookies that are kept apart go with a request: in the browser's place, and only where policy wants so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from louver.core.decision import AddCookies, Drop, Fate, Treated, Treatment
from louver.core.signals.signal import Place, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from louver.core.decision import Edit
    from louver.core.facts import Headers
    from louver.core.jar import Cookie
    from louver.core.policy import Choice
    from louver.core.signals.signal import Signal


def give(
    cookies: Sequence[Cookie], headers: Headers, treated: Sequence[Treated], choose: Callable[[Signal], Choice]
) -> tuple[list[Treated], list[Edit]]:
    """Return the signals and edits of a request that takes these cookies along.

    What the browser sent under the same names goes, whatever it was found to be: so asking twice gives the same.
    """
    chosen = [(cookie, choose(cookie.signal)) for cookie in cookies]
    given = [(cookie, choice) for cookie, choice in chosen if choice.treatment is Treatment.PARTITION]
    if not given:
        return list(treated), []
    names = {cookie.name for cookie, _ in given}
    others = [each for each in treated if each.signal.where is not Where.COOKIE or each.signal.name not in names]
    kept = [Treated(cookie.signal, choice.treatment, Fate.REWRITTEN, choice.row) for cookie, choice in given]
    text = "; ".join(f"{cookie.name}={cookie.value}" for cookie, _ in given)
    return [*others, *kept], [*_drops(headers, names), AddCookies(text)]


def _drops(headers: Headers, names: Collection[str]) -> Iterator[Edit]:
    for line, (key, value) in enumerate(headers):
        if key.lower() == "cookie":
            for piece, text in enumerate(value.split(";")):
                if text.partition("=")[0].strip() in names:
                    yield Drop(Where.COOKIE, Place(line=line, piece=piece))
