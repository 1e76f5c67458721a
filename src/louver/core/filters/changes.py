"""Knows what rules that change a request or response, instead of blocking it, make of a verdict: one row an effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from louver.core.filters.cookies import read_cookie
from louver.core.filters.params import read_param, remove
from louver.core.filters.rows import VALUE, Row
from louver.core.filters.rule import Effect
from louver.core.filters.transform import read_transform, transform
from louver.core.filters.urlskip import read_steps, skip
from louver.core.filters.verdict import Verdict

type Change = Callable[[Verdict, Sequence[Row], str], tuple[Verdict, Sequence[Row]]]
"""From a verdict, the rules that stand and the URL, to the new verdict and the rules that changed it."""


def _removeparam(verdict: Verdict, rows: Sequence[Row], url: str) -> tuple[Verdict, Sequence[Row]]:
    new, used = remove(verdict.url or url, [read_param(row[VALUE]) for row in rows])
    return (replace(verdict, url=new), [rows[place] for place in used]) if used else (verdict, ())


def _urltransform(verdict: Verdict, rows: Sequence[Row], url: str) -> tuple[Verdict, Sequence[Row]]:
    used, now = [], verdict.url or url
    for row in rows:
        new = transform(now, read_transform(row[VALUE]))
        if new != now:
            used.append(row)
            now = new
    return (replace(verdict, url=now), used) if used else (verdict, ())


def _urlskip(verdict: Verdict, rows: Sequence[Row], url: str) -> tuple[Verdict, Sequence[Row]]:
    for row in rows:
        if "-blocked" in row[VALUE].split() and not verdict.block:
            continue
        target = skip(url, read_steps(row[VALUE]))
        if target is not None:
            return replace(verdict, skip_to=target), [row]
    return verdict, ()


def _csp(verdict: Verdict, rows: Sequence[Row], _url: str) -> tuple[Verdict, Sequence[Row]]:
    return replace(verdict, csp=_values(rows)), rows


def _permissions(verdict: Verdict, rows: Sequence[Row], _url: str) -> tuple[Verdict, Sequence[Row]]:
    return replace(verdict, permissions=_values(rows)), rows


def _removeheader(verdict: Verdict, rows: Sequence[Row], _url: str) -> tuple[Verdict, Sequence[Row]]:
    names = _values(rows)
    of_request = tuple(name.removeprefix("request:") for name in names if name.startswith("request:"))
    of_response = tuple(name for name in names if not name.startswith("request:"))
    return replace(verdict, remove_request_headers=of_request, remove_response_headers=of_response), rows


def _cookie(verdict: Verdict, rows: Sequence[Row], _url: str) -> tuple[Verdict, Sequence[Row]]:
    return replace(verdict, cookies=tuple(map(read_cookie, _values(rows)))), rows


def _values(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[VALUE] for row in rows))


CHANGES: Final[dict[Effect, Change]] = {
    Effect.REMOVEPARAM: _removeparam,
    Effect.URLTRANSFORM: _urltransform,
    Effect.URLSKIP: _urlskip,
    Effect.CSP: _csp,
    Effect.PERMISSIONS: _permissions,
    Effect.REMOVEHEADER: _removeheader,
    Effect.COOKIE: _cookie,
}
"""In the order in which they are made."""
