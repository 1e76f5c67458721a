"""Knows the decision interface: one JSON object in, one out, by the same engine that decides live.

The form is stable: people and test suites depend on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from louver.core.facts import Page, Request, ResourceType, Response, resource_type
from louver.core.policy_text import unknown_word
from louver.core.signals.signal import Where
from louver.core.sites import host_of

if TYPE_CHECKING:
    from louver.core.decision import Outcome, RuleRef, Treated
    from louver.core.engine import Engine
    from louver.core.facts import Headers

type Pairs = list[tuple[str, str]]

ALIASES: Final = {
    "main_frame": "document",
    "sub_frame": "subdocument",
    "xhr": "xmlhttprequest",
    "fetch": "xmlhttprequest",
    "css": "stylesheet",
    "frame": "subdocument",
    "beacon": "ping",
}
"""Names that browsers and other engines use for the same types."""


class AskedResponse(msgspec.Struct):
    """The response part of a question."""

    status: int
    headers: Pairs = []


class Question(msgspec.Struct):
    """One line of input. A `type` that is left out is read from the headers and the URL, as the proxy does."""

    url: str
    id: Any = None
    page: str | None = None
    type: str | None = None
    method: str = "GET"
    headers: Pairs = []
    body: str | None = None
    response: AskedResponse | None = None


class UnusableQuestionError(ValueError):
    """A line that cannot be answered; the message says why."""


_DECODER: Final = msgspec.json.Decoder(Question)
_ENCODER: Final = msgspec.json.Encoder()


def answer_line(engine: Engine, line: bytes) -> tuple[bytes, bool]:
    """Answer one line of JSON with one line of JSON (without its end); False says that the answer is an error."""
    try:
        question = _DECODER.decode(line)
        return _ENCODER.encode(answer(engine, question)), True
    except (msgspec.MsgspecError, UnusableQuestionError, UnicodeError, RecursionError) as error:
        return _ENCODER.encode({"id": _id_of(line), "error": str(error)}), False


def answer(engine: Engine, question: Question) -> dict[str, Any]:
    """Return the answer as plain JSON values. Raises UnusableQuestionError."""
    request = read(question, engine)
    outcome = engine.request(request)
    response = question.response
    if response is not None:
        outcome = engine.response(outcome, Response(response.status, _headers(response.headers)))
    return {"id": question.id, **told(outcome)}


def read(question: Question, engine: Engine) -> Request:
    """Turn a question into facts. Raises UnusableQuestionError."""
    if not host_of(question.url):
        raise UnusableQuestionError(f"url: {question.url[:200]!r} has no host")
    headers = _headers(question.headers)
    kind = _type(question.type) if question.type is not None else resource_type(question.url, headers)
    page = _page(question.page, engine)
    if kind is not ResourceType.DOCUMENT:
        return Request(question.url, question.method, headers, kind, page, question.body)
    own = _page(question.url, engine)
    return Request(question.url, question.method, headers, kind, own, question.body, initiator=page)


def told(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome in the words of the interface."""
    tracker, sent = outcome.tracker, outcome.sent
    told: dict[str, Any] = {
        "action": outcome.decision.action,
        "location": outcome.decision.location and _writable(outcome.decision.location),
        "party": {
            "by_site": outcome.parties.by_site,
            "by_owner": outcome.parties.by_owner,
            "by_cname": outcome.parties.by_cname,
        },
        "tracker": tracker and {"domain": tracker.domain, "owner": tracker.owner, "category": tracker.category},
        "rule": _rule(outcome.rule),
        "exception": _rule(outcome.exception),
        "signals": [_signal(treated) for treated in outcome.treated],
        "request": {"url": sent.url, "headers": sent.headers, "body": sent.body},
    }
    if outcome.received is not None:
        told["response"] = {"status": outcome.received.status, "headers": outcome.received.headers}
    return told


def _signal(treated: Treated) -> dict[str, Any]:
    signal = treated.signal
    told: dict[str, Any] = {
        "kind": signal.kind,
        "where": signal.where,
        "name": _writable(signal.name),
        "grade": signal.grade,
        "treatment": treated.treatment,
        "outcome": treated.outcome,
    }
    if signal.where in (Where.COOKIE, Where.SET_COOKIE):
        told["purpose"] = signal.purpose
    return told


def _writable(text: str) -> str:
    """Return text as JSON can hold it: a byte of a name that is no UTF-8 becomes a visible escape."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") if not text.isascii() else text


def _rule(rule: RuleRef | None) -> dict[str, Any] | None:
    return {"text": rule.text, "list": rule.list, "line": rule.line} if rule is not None else None


def _page(url: str | None, engine: Engine) -> Page | None:
    host = host_of(url) if url is not None else ""
    return Page(0, url, engine.knowledge.sites.site(host), "given", 1.0) if url is not None and host else None


def _type(name: str) -> ResourceType:
    try:
        return ResourceType(ALIASES.get(name, name))
    except ValueError:
        raise UnusableQuestionError(f"type: {unknown_word(name, [str(known) for known in ResourceType])}") from None


def _headers(pairs: Pairs) -> Headers:
    return tuple((name, value) for name, value in pairs)


def _id_of(line: bytes) -> Any:
    """Return the id of a line that is wrong in some other way, so that its error can be told apart."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return found.get("id") if isinstance(found, dict) else None
