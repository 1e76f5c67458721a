"""Made-up outcomes, and a look into a ledger through plain sqlite3, so that tests do not trust the code they test."""

import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from louver.core.decision import Action, Decision, Fate, Outcome, RuleRef, Tracker, Treated, Treatment
from louver.core.facts import Page, Parties, Party, Request, ResourceType, Response
from louver.core.signals.signal import Grade, Kind, Place, Purpose, Signal, Where

KEY = bytes(range(32))
NOON = time.time() // 86_400 * 86_400 + 43_200  # of today, because old exchanges are deleted
RULE = RuleRef("||tracker.example^", "louver", 7, "2026-01-01")
SECRET = "8f14e45fceea167a5a36dedd4bea2543"


def page(number: int = 1, site: str = "news.example") -> Page:
    return Page(number, f"https://www.{site}/world/story?session={SECRET}#{SECRET}", site, "referer", 0.95)


def treated(
    kind: Kind = Kind.THIRD_PARTY_ID_COOKIE,
    fate: Fate = Fate.BLOCKED,
    value: str = SECRET,
    grade: Grade = Grade.LIKELY,
) -> Treated:
    treatment = {Fate.SHARED: Treatment.ALLOW, Fate.BLOCKED: Treatment.STRIP, Fate.REWRITTEN: Treatment.COARSEN}[fate]
    signal = Signal(kind, Where.COOKIE, "_xid", grade, Place(line=2, piece=0), value, Purpose.ADVERTISING)
    return Treated(signal, treatment, fate, "{kind: third-party-id-cookie, treatment: strip}")


def outcome(
    number: int = 1, *, site: str = "news.example", host: str = "px.tracker.example", **changes: Any
) -> Outcome:
    request = Request(
        f"https://{host}/collect/{number % 7}/{SECRET}.gif?uid={SECRET}", "GET", (), ResourceType.IMAGE, page(site=site)
    )
    made = Outcome(
        request=request,
        site=site,
        recipient=host,
        recipient_site="tracker.example",
        parties=Parties(Party.THIRD, Party.THIRD, Party.THIRD),
        tracker=Tracker("tracker.example", "Tracker Inc", "advertising"),
        owner="Tracker Inc",
        rule=None,
        exception=None,
        decision=Decision(Action.PASS, None, "nothing asks for a block", "balanced"),
        treated=(treated(),),
        sent=request,
        response=(answer := Response(200, ())),
        received=answer,
    )
    return replace(made, **changes)


def rows(path: Path, question: str, *about: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute(question, about).fetchall()
    connection.close()
    return found


def count(path: Path, table: str = "exchanges") -> int:
    return int(rows(path, f"SELECT count(*) FROM {table}")[0][0])
