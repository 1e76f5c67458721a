"""Knows how to tell every rule that matches a request, in the order in which they take precedence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.filters.resolve import ALLOW, Resolver, resource
from louver.core.filters.rows import BLOCK, EFFECT, FLAGS, IMPORTANT, NUMBER, VALUE
from louver.core.filters.rule import Effect, Family
from louver.core.filters.verdict import Match, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.filters.ask import Ask
    from louver.core.filters.rows import Lane
    from louver.core.filters.source import Lines

ORDER: Final[tuple[tuple[Lane, bool], ...]] = (
    (ALLOW, True),
    (BLOCK, True),
    ((Family.PAGE, True), False),
    (ALLOW, False),
    ((Family.GENERICBLOCK, True), False),
    (BLOCK, False),
    *(
        ((of, exception), important)
        for of in (Family.REDIRECT, Family.CHANGE, Family.RESPONSE)
        for important, exception in ((True, False), (False, True), (False, False))
    ),
)
"""Lanes, each with whether its important rules are meant; what comes first beats what comes later."""


def explain(resolver: Resolver, lines: Lines, ask: Ask, verdict: Verdict) -> Sequence[Match]:
    """Return the rules that match, in order of priority, each with whether the verdict rests on it."""
    deciding = {ref for ref in (verdict.rule, verdict.exception, *verdict.applied) if ref is not None}
    found = []
    for (of, exception), important in ORDER:
        for row in resolver.of_lane((of, exception), ask):
            if bool(row[FLAGS] & IMPORTANT) is important:
                ref, effect = lines.ref(row[NUMBER]), Effect(row[EFFECT])
                decides = ref in deciding or _is_stand_in(effect, row[VALUE], verdict)
                found.append(Match(ref, effect, exception, important, row[VALUE], decides))
    return found


def _is_stand_in(effect: Effect, value: str, verdict: Verdict) -> bool:
    return effect is Effect.REDIRECT and verdict.redirect is not None and resource(value)[0] == verdict.redirect
