"""Knows an engine whose verdicts a test writes down beforehand, and a ledger that can be read at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

from louver.core.decision import Action, Decision, Outcome, RuleRef, Tracker, Treated
from louver.core.facts import Page, Parties, Party, Request, Response
from louver.core.sites import host_of
from louver.proxy.book import Book

if TYPE_CHECKING:
    from louver.proxy.exchange import Exchange

type Change = Callable[[Request], Request]


def an_outcome(request: Request, action: Action = Action.PASS, location: str | None = None) -> Outcome:
    host = host_of(request.url)
    return Outcome(
        request=request,
        site=request.page.site if request.page else host,
        recipient=host,
        recipient_site=host,
        parties=Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        tracker=Tracker(host, "Example <Inc>", "advertising") if action is not Action.PASS else None,
        owner="Example <Inc>" if action is not Action.PASS else None,
        rule=RuleRef("||tracker.test^<b>", "a-list", 7) if action is not Action.PASS else None,
        exception=None,
        decision=Decision(action, location, "known <tracker>", "balanced"),
        treated=(),
        sent=request,
    )


@dataclass
class FakeEngine:
    """Blocks hosts, applies changes, or raises, as told; keeps what it was asked."""

    actions: dict[str, tuple[Action, str | None]] = field(default_factory=dict)
    change: Change = lambda request: request
    change_response: Callable[[Response], Response] = lambda response: response
    on_fault_pass: bool = False
    speak: Callable[[str], tuple[Sequence[Treated], str]] = lambda text: ((), text)
    asked: list[Request] = field(default_factory=list)

    @property
    def policy(self) -> SimpleNamespace:
        flags = SimpleNamespace(on_fault_pass=self.on_fault_pass)
        policy = SimpleNamespace(name="fake", digest="0", flags=flags)
        policy.for_site = lambda _site: policy
        return policy

    def request(self, request: Request) -> Outcome:
        self.asked.append(request)
        action, location = self.actions.get(host_of(request.url), (Action.PASS, None))
        outcome = an_outcome(request, action, location)
        return replace(outcome, sent=self.change(request))

    def message(self, _outcome: Outcome, text: str) -> tuple[Sequence[Treated], str]:
        return self.speak(text)

    def wants_body(self, outcome: Outcome) -> bool:
        return outcome.request.method == "POST" and outcome.request.body is None

    def response(self, outcome: Outcome, response: Response) -> Outcome:
        return replace(outcome, response=response, received=self.change_response(response))


class NoPages:
    """Attributes everything to one page, or to none."""

    def __init__(self, page: Page | None = None) -> None:
        self.page = page
        self.gone: list[str] = []

    def request(self, *_: object) -> Page | None:
        return self.page

    def response(self, *_: object) -> None:
        return

    def disconnect(self, connection: str) -> None:
        self.gone.append(connection)

    def initiator(self, _page: Page) -> Page | None:
        return None


class ListBook(Book):
    """A ledger in lists."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []
        self.ended: list[float | None] = []
        self.faults: list[tuple[str, str, str]] = []
        self.passthroughs: list[tuple[str, int, str]] = []

    def exchange(self, exchange: Exchange, ended: float | None) -> None:
        self.exchanges.append(exchange)
        self.ended.append(ended)

    def fault(
        self, what: Exception | str, at: float, answer: str, *, kind: str = "engine", request: Request | None = None
    ) -> None:
        del at
        self.faults.append((str(what), answer, kind))

    def passthrough(self, at: float, host: str, size: int, reason: str) -> None:
        del at
        self.passthroughs.append((host, size, reason))

    def outcomes(self) -> Sequence[Outcome]:
        return [exchange.outcome for exchange in self.exchanges if exchange.outcome is not None]
