"""Knows the `match` command: what the filter lists alone say, one request in words or many as JSON Lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from louver.core.facts import ResourceType
from louver.core.filters import Effect
from louver.core.sites import host_of
from louver.explain import ALIASES
from louver.setup import Settings, load_lists
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from louver.core.decision import RuleRef
    from louver.core.filters import Filters, Match, Verdict
    from louver.core.sites import Sites

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes; a longer line of input is answered with an error."""

VERBS: Final = {
    Effect.BLOCK: "blocks",
    Effect.REDIRECT: "answers a blocked request with",
    Effect.REMOVEPARAM: "takes out parameters:",
    Effect.URLTRANSFORM: "rewrites the address:",
    Effect.URLSKIP: "goes straight to the target:",
    Effect.CSP: "adds the content security policy",
    Effect.PERMISSIONS: "adds the permissions policy",
    Effect.REMOVEHEADER: "takes off the header",
    Effect.COOKIE: "drops or shortens cookies:",
    Effect.PAGE: "the lists do on this page",
    Effect.GENERICBLOCK: "is blocked by rules that name no site",
    Effect.RESPONSE: "blocks if the response's headers are as it says",
}


class Question(msgspec.Struct):
    """One line of input; what is left out is as in the words mode."""

    url: str
    id: Any = None
    page: str | None = None
    type: str = "other"
    method: str = "GET"


class UnusableQuestionError(ValueError):
    """A question that cannot be answered; the message says why."""


class Lists:
    """The lists to ask, with the sites that they need to know."""

    def __init__(self, filters: Filters, sites: Sites) -> None:
        self._filters = filters
        self._sites = sites

    def verdict(self, question: Question) -> Verdict:
        """Ask about one request."""
        return self._filters.verdict(*self._facts(question))

    def matches(self, question: Question) -> Sequence[Match]:
        """Return every rule that matches, in order of priority."""
        return self._filters.explain(*self._facts(question))

    def _facts(self, question: Question) -> tuple[str, str | None, str, str, ResourceType, str]:
        kind, page, site = _type(question.type), question.page or None, self._sites.site
        page_site = site(host_of(page)) if page is not None else ""
        return question.url, page, page_site, site(host_of(question.url)), kind, question.method


@click.command()
@click.argument("url", required=False)
@click.option("--page", metavar="URL", help="The page that asks; for a document, the page navigated from.")
@click.option("--type", "kind", metavar="TYPE", default="other", show_default=True, help="script, image, document, …")
@click.option("--method", default="GET", show_default=True)
@click.option(
    "--lists", metavar="FILE,…", default=None, help="Files (or ids) of lists to ask; default: the enabled ones."
)
@click.option("--jsonl", is_flag=True, help="Read one JSON object a line on stdin, write one a line on stdout.")
def match(url: str | None, page: str | None, kind: str, method: str, lists: str | None, jsonl: bool) -> None:
    """Say what the filter lists alone say about a request to URL: each rule that matches, the winners first.

    A rule's list is shown as it was named to --lists. With --jsonl, a line in is
    {"id", "url", "page", "type", "method"} and a line out {"id", "block", "rule", "exception", "redirect", "url",
    "csp"}; a bad line is answered with {"id", "error"}, and the exit status is then 1.
    """
    if jsonl is (url is not None):
        raise click.UsageError("give a URL or --jsonl")
    asked = _open(lists)
    if url is None:
        sys.exit(0 if _answer_lines(asked) else 1)
    try:
        click.echo(_words(asked, Question(url=url, page=page, type=kind, method=method)))
    except UnusableQuestionError as error:
        raise click.UsageError(str(error)) from error


def _open(lists: str | None) -> Lists:
    names = None if lists is None else tuple(name.strip() for name in lists.split(",") if name.strip())
    return Lists(load_lists(Settings(lists=names)).filters, sites_from_tldextract())


def _answer_lines(lists: Lists) -> bool:
    fine, out, waiting = True, sys.stdout.buffer, sys.stdin.buffer
    for line in waiting:
        if line.strip():
            told, good = answer(lists, line)
            fine = fine and good
            out.write(told + b"\n")
            out.flush()  # whoever waits for this answer before asking again shall have it
    return fine


def answer(lists: Lists, line: bytes) -> tuple[bytes, bool]:
    """Answer one line of JSON with another; False with it where there was an error."""
    known: Any = None
    try:
        fields = _decode(line)
        known = fields.get("id") if isinstance(fields, dict) else None
        question = msgspec.convert(fields, Question)
        told = _told(question, lists.verdict(question))
    except (msgspec.MsgspecError, UnusableQuestionError, UnicodeError, RecursionError) as error:
        return msgspec.json.encode({"id": known, "error": str(error)}), False
    return told, True


def _decode(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        raise UnusableQuestionError("the line is too long")
    return msgspec.json.decode(line)


def _told(question: Question, verdict: Verdict) -> bytes:
    return msgspec.json.encode(
        {
            "id": question.id,
            "block": verdict.block,
            "rule": _rule(verdict.rule),
            "exception": _rule(verdict.exception),
            "redirect": verdict.redirect,
            "url": verdict.url,
            "csp": ", ".join(verdict.csp) or None,
        }
    )


def _rule(ref: RuleRef | None) -> dict[str, object] | None:
    return None if ref is None else {"text": ref.text, "list": ref.list, "line": ref.line}


def _type(name: str) -> ResourceType:
    try:
        return ResourceType(ALIASES.get(name, name))
    except ValueError:
        raise UnusableQuestionError(f"unknown type {name!r}; there are {', '.join(ResourceType)}") from None


def _words(lists: Lists, question: Question) -> str:
    matches, verdict = lists.matches(question), lists.verdict(question)
    lines = [_summary(verdict), *_consequences(verdict)]
    if matches:
        lines += ["", "Rules that match, the strongest first (* had its way):"]
    return "\n".join([*lines, *_table(matches)])


def _summary(verdict: Verdict) -> str:
    if verdict.block and verdict.rule is not None:
        return f"Blocked by {_place(verdict.rule)}."
    if verdict.exception is not None and verdict.rule is not None:
        return f"Let through by {_place(verdict.exception)}, though {_place(verdict.rule)} would block it."
    return "Not blocked: no rule says so."


def _consequences(verdict: Verdict) -> Iterable[str]:
    told = (
        ("Answered with", verdict.redirect),
        ("Sent as", verdict.url),
        ("Goes straight to", verdict.skip_to),
        ("Content security policy added:", ", ".join(verdict.csp)),
        ("Permissions policy added:", ", ".join(verdict.permissions)),
        ("Request headers taken off:", ", ".join(verdict.remove_request_headers)),
        ("Response headers taken off:", ", ".join(verdict.remove_response_headers)),
    )
    return (f"{words} {value}" for words, value in told if value)


def _table(matches: Sequence[Match]) -> Iterable[str]:
    for found in matches:
        mark = "*" if found.decides else " "
        strength = "important, " if found.important else ""
        verb = f"exception to what {VERBS[found.effect]}" if found.exception else VERBS[found.effect]
        words = f"{strength}{verb} {found.value}".rstrip()
        yield f"{mark} {_place(found.rule)}: {words}"
        yield f"      {found.rule.text}"


def _place(ref: RuleRef) -> str:
    return f"{ref.list} line {ref.line}"
