"""Knows the options that carry a value or a switch: each is one row of `VALUED`, from name to what it changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from louver.core.facts import ResourceType
from louver.core.filters.cookies import read_cookie
from louver.core.filters.expressions import read_expression
from louver.core.filters.hosts import read_names
from louver.core.filters.params import read_param
from louver.core.filters.pattern import Refusal
from louver.core.filters.rule import Effect
from louver.core.filters.situation import TYPE_BIT
from louver.core.filters.transform import read_transform
from louver.core.filters.urlskip import read_steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from louver.core.filters.draft import Draft

ABP_RESOURCES: Final = {
    "blank-text": "noop.txt",
    "blank-css": "noop.css",
    "blank-js": "noop.js",
    "blank-html": "noop.html",
    "blank-mp3": "noop-0.1s.mp3",
    "blank-mp4": "noop-1s.mp4",
    "1x1-transparent-gif": "1x1.gif",
    "2x2-transparent-png": "2x2.png",
    "3x2-transparent-png": "3x2.png",
    "32x32-transparent-png": "32x32.png",
}
"""Adblock Plus names of `rewrite=abp-resource:` to the names that everybody else uses."""

_KEPT_HEADERS = (
    "access-control-allow-credentials access-control-allow-headers access-control-allow-methods "
    "access-control-allow-origin access-control-expose-headers access-control-max-age access-control-request-headers "
    "access-control-request-method connection content-encoding content-length content-security-policy "
    "content-security-policy-report-only content-type cross-origin-embedder-policy cross-origin-opener-policy "
    "cross-origin-resource-policy host origin permissions-policy strict-transport-security te trailer "
    "transfer-encoding upgrade x-content-type-options x-frame-options"
)
KEPT_HEADERS: Final = frozenset(_KEPT_HEADERS.split())
"""A list may not take these off: without them pages lose their protection, or messages their framing."""


def _important(draft: Draft, _value: str) -> None:
    draft.important = True


def _match_case(draft: Draft, _value: str) -> None:
    draft.cased = True


def _badfilter(draft: Draft, _value: str) -> None:
    draft.cancels = True


def _names(kind: Literal["from", "to", "denyallow"]) -> Callable[[Draft, str], None]:
    def apply(draft: Draft, value: str) -> None:
        draft.conditions.append(read_names(kind, value))

    return apply


def _method(draft: Draft, value: str) -> None:
    names = [name.strip().upper() for name in value.split("|")]
    wanted = frozenset(name for name in names if name and name[0] != "~")
    unwanted = frozenset(name[1:] for name in names if name[:1] == "~")
    if not wanted and not unwanted:
        raise Refusal("option without its value: method")
    draft.conditions.append(("method", wanted, unwanted))


def _header(draft: Draft, value: str) -> None:
    name, _, wanted = value.partition(":")
    if not name.strip():
        raise Refusal("option without its value: header")
    expression = None
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        expression = read_expression(wanted[1:-1])
    draft.modify(Effect.RESPONSE, "")
    draft.conditions.append(("header", name.strip().lower(), wanted.strip().lower(), expression))


def _cname(draft: Draft, _value: str) -> None:
    if not draft.exception:
        raise Refusal("an option for exceptions only")
    draft.modify(Effect.CNAME, "")


def _redirect(draft: Draft, value: str) -> None:
    if draft.exception:
        draft.modify(Effect.REDIRECT, value)
    elif not value:
        raise Refusal("option without its value: redirect")
    elif draft.effect is not Effect.BLOCK:
        raise Refusal("options that contradict each other")
    draft.redirect = value


def _redirect_rule(draft: Draft, value: str) -> None:
    if not value and not draft.exception:
        raise Refusal("option without its value: redirect-rule")
    draft.modify(Effect.REDIRECT, value)


def _rewrite(draft: Draft, value: str) -> None:
    name = ABP_RESOURCES.get(value.removeprefix("abp-resource:"))
    if name is None:
        raise Refusal("unsupported option: rewrite")
    _redirect(draft, name)


def _empty(draft: Draft, _value: str) -> None:
    _redirect(draft, "noop.txt")


def _mp4(draft: Draft, _value: str) -> None:
    _redirect(draft, "noop-1s.mp4")
    draft.types_on |= TYPE_BIT[ResourceType.MEDIA]


def _policy(effect: Effect) -> Callable[[Draft, str], None]:
    def apply(draft: Draft, value: str) -> None:
        if not value and not draft.exception:
            raise Refusal(f"option without its value: {effect}")
        if not value.isprintable():
            raise Refusal("characters that no header may have")
        draft.modify(effect, value.replace("|", ", ") if effect is Effect.PERMISSIONS else value)

    return apply


def _inline(policy: str) -> Callable[[Draft, str], None]:
    def apply(draft: Draft, _value: str) -> None:
        draft.modify(Effect.CSP, policy)

    return apply


def _removeheader(draft: Draft, value: str) -> None:
    name = value.lower()
    if name.removeprefix("request:") in KEPT_HEADERS:
        raise Refusal("a header that no list may remove")
    if not draft.exception and not re.fullmatch(r"(request:)?[a-z0-9!#$%&'*+.^_`|~-]+", name):
        raise Refusal("option without its value: removeheader")
    draft.modify(Effect.REMOVEHEADER, name)


def _checked(effect: Effect, read: Callable[[str], object], *, bare: bool) -> Callable[[Draft, str], None]:
    """Make an option whose value must be readable; `bare` says that it may have none."""

    def apply(draft: Draft, value: str) -> None:
        if value:
            read(value)
        elif not bare and not draft.exception:
            raise Refusal(f"option without its value: {effect}")
        draft.modify(effect, value)

    return apply


VALUED: Final[dict[str, Callable[[Draft, str], None]]] = {
    "badfilter": _badfilter,
    "cname": _cname,
    "cookie": _checked(Effect.COOKIE, read_cookie, bare=True),
    "csp": _policy(Effect.CSP),
    "denyallow": _names("denyallow"),
    "domain": _names("from"),
    "empty": _empty,
    "from": _names("from"),
    "header": _header,
    "important": _important,
    "inline-font": _inline("font-src *"),
    "inline-script": _inline("script-src 'unsafe-eval' * blob: data:"),
    "match-case": _match_case,
    "method": _method,
    "mp4": _mp4,
    "permissions": _policy(Effect.PERMISSIONS),
    "queryprune": _checked(Effect.REMOVEPARAM, read_param, bare=True),
    "redirect": _redirect,
    "redirect-rule": _redirect_rule,
    "removeheader": _removeheader,
    "removeparam": _checked(Effect.REMOVEPARAM, read_param, bare=True),
    "responseheader": _header,
    "rewrite": _rewrite,
    "to": _names("to"),
    "uritransform": _checked(Effect.URLTRANSFORM, read_transform, bare=False),
    "urlskip": _checked(Effect.URLSKIP, read_steps, bare=False),
    "urltransform": _checked(Effect.URLTRANSFORM, read_transform, bare=False),
}
