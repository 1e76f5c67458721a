"""Knows the `audit` command: what a website does to its visitors, as a report and as an exit status."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from louver import __version__, folders
from louver.audit.export import as_har, write_evidence
from louver.audit.knowledge import load_judgement
from louver.audit.ledger_source import visit_ledger
from louver.audit.limits import Limits, check_fail_on, read_baseline, read_budgets, verdict, with_states
from louver.audit.report import judged, rules
from louver.audit.sources import visit_file
from louver.audit.visit import Modes
from louver.cli.ledger_commands import moment
from louver.errors import LouverError
from louver.ledger.files import LEDGER_NAME
from louver.reports.audit_document import Document, PictureRow, Run
from louver.reports.audit_formats import FILES, FORMATS
from louver.reports.audit_text import summary
from louver.reports.explanation import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from louver.audit.knowledge import Judgement
    from louver.audit.visit import Visit

type Seen = tuple[Visit, list[PictureRow]]

OVER: Final = 1
FAILED: Final = 2
INTERRUPTED: Final = 130
ANSWERS: Final = ("none", "accept", "reject")
NAMES: Final = (*FORMATS, "har")


class Journey(NamedTuple):
    """In which ways an address is visited, and how the proxy connects."""

    modes: tuple[Modes, ...]
    connect_to: tuple[str, ...]
    sets: tuple[str, ...]


@click.command(
    epilog="Exit status: 0 nothing over the limits, 1 findings over the limits, 2 could not audit or wrong usage, "
    "130 interrupted (what was done by then is reported and marked partial)."
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option("--site", default=None, metavar="HOST", help="Audit what the ledger has of this site.")
@click.option("--since", callback=moment, default=None, metavar="TIME", help="With --site: 30m, 12h, 7d, or a date.")
@click.option("--ledger", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Another ledger.")
@click.option(
    "--consent", type=click.Choice([*ANSWERS, "all"]), default=None, help="How the question is, or was, answered."
)
@click.option(
    "--gpc", type=click.Choice(["on", "off", "both"]), default=None, help="Whether the browser opts, or had opted, out."
)
@click.option("--connect-to", multiple=True, metavar="HOST:PORT:TO_HOST:TO_PORT", help="Live: connect elsewhere.")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="Live: an option of mitmproxy.")
@click.option("--canary", "canaries", multiple=True, metavar="TEXT", help="An address, number or name to look for.")
@click.option("--lists", default=None, metavar="ID|FILE,…", help="Judge by these lists instead of the enabled ones.")
@click.option("--format", "form", type=click.Choice(NAMES), default="markdown", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=None, metavar="PATH", help="Write here, not to stdout.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), default=None, metavar="FOLDER", help="All formats, hashed."
)
@click.option("--fail-on", multiple=True, metavar="SEVERITY|RULE", help="Exit with 1 from here on; repeatable.")
@click.option("--budgets", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Limits and ignores.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), default=None, metavar="FILE", help="An earlier JSON report."
)
@click.option("--rules", "show_rules", is_flag=True, help="List the checks and stop.")
def audit(
    sources: tuple[str, ...],
    site: str | None,
    since: float | None,
    ledger: Path | None,
    consent: str | None,
    gpc: str | None,
    connect_to: tuple[str, ...],
    sets: tuple[str, ...],
    canaries: tuple[str, ...],
    lists: str | None,
    form: str,
    out: Path | None,
    evidence: Path | None,
    fail_on: tuple[str, ...],
    budgets: Path | None,
    baseline: Path | None,
    show_rules: bool,
) -> None:
    """Say what a website does to its visitors.

    A SOURCE is an address, visited in a fresh browser, a HAR file, or a file of flows that mitmproxy saved.
    """
    if show_rules:
        click.echo("\n".join(f"{rule.id:<28} {rule.title}" for rule in rules()))
        return
    if not sources and site is None:
        raise click.UsageError("give an address, a HAR or flow file, or --site")
    limits = _limits(fail_on, budgets, baseline)
    began = time.monotonic()
    named = tuple(name.strip() for name in lists.split(",") if name.strip()) if lists is not None else None
    judgement = load_judgement(named, canaries)
    journey = Journey(tuple(_modes(consent, gpc)), connect_to, sets)
    tasks = [*_tasks(sources, journey, judgement)]
    if site is not None:
        past = ledger or folders.data_dir() / LEDGER_NAME
        tasks.append(lambda: (visit_ledger(past, site, since, journey.modes[0]), []))
    visits, broken = _make(tasks)
    if not visits:
        sys.exit(broken)
    document = _document(visits, judgement, limits, began, partial=bool(broken))
    _write(form, out, document, visits)
    if evidence is not None:
        _write_folder(evidence, document, visits)
    click.echo(summary(document), err=True)
    sys.exit(broken or (0 if document.verdict.passed else OVER))


def _make(tasks: Sequence[Callable[[], Seen]]) -> tuple[list[Seen], int]:
    """Make all visits that can be made; the status says whether one could not, or somebody lost patience."""
    visits: list[Seen] = []
    broken = 0
    for task in tasks:
        try:
            visits.append(task())
        except LouverError as error:
            broken = FAILED
            click.echo(f"louver: {printable(str(error))}", err=True)
        except KeyboardInterrupt:
            return visits, INTERRUPTED
    return visits, broken


def _modes(consent: str | None, gpc: str | None) -> Iterator[Modes]:
    """Yield each way in which a visit is to be made."""
    for answer in ANSWERS if consent == "all" else (consent,):
        for signal in ("off", "on") if gpc == "both" else (gpc,):
            yield Modes(answer, None if signal is None else signal == "on")


def _tasks(sources: Sequence[str], journey: Journey, judgement: Judgement) -> Iterator[Callable[[], Seen]]:
    """Yield what makes each visit, so that one that fails does not take the others with it."""
    for source in sources:
        if not source.startswith(("http://", "https://")):
            yield partial(_file, Path(source), journey.modes[0], judgement)
            continue
        for modes in journey.modes:
            yield partial(_live, source, Modes(modes.consent or "none", modes.gpc), journey, judgement)


def _file(path: Path, modes: Modes, judgement: Judgement) -> Seen:
    return visit_file(path, judgement, modes), []


def _live(url: str, modes: Modes, journey: Journey, judgement: Judgement) -> Seen:
    from louver.audit.live import Trip, visit_live  # noqa: PLC0415  (a file need not wait for a proxy)

    return visit_live(Trip(url, modes, journey.connect_to, journey.sets), judgement, _tell)


def _tell(words: str) -> None:
    click.echo(f"  {words}", err=True)


def _limits(fail_on: Sequence[str], budgets: Path | None, baseline: Path | None) -> Limits:
    known = [rule.id for rule in rules()]
    limits = Limits() if budgets is None else read_budgets(budgets, known)
    old = frozenset[str]() if baseline is None else read_baseline(baseline)
    return Limits(check_fail_on(fail_on, known), limits.budgets, limits.forbid, limits.ignores, old)


def _document(visits: Sequence[Seen], judgement: Judgement, limits: Limits, began: float, *, partial: bool) -> Document:
    now = datetime.now(UTC)
    rows = []
    for number, (visit, pictures) in enumerate(visits, 1):
        named = [PictureRow(one.title, f"visit-{number}-{index}.png", one.png) for index, one in enumerate(pictures, 1)]
        rows.append(with_states(judged(visit, judgement, named), limits, now.date()))
    run = Run(now.isoformat(timespec="seconds"), round(time.monotonic() - began, 2), __version__)
    return Document(run, list(judgement.lists), rules(), rows, verdict(rows, limits), partial=partial)


def _text(form: str, document: Document, visits: Sequence[Seen]) -> str:
    return as_har([visit for visit, _ in visits]) if form == "har" else FORMATS[form](document)


def _write_folder(folder: Path, document: Document, visits: Sequence[Seen]) -> None:
    try:
        write_evidence(folder, {FILES[name]: _text(name, document, visits) for name in NAMES}, document)
    except OSError as error:
        raise click.BadParameter(f"{folder}: {error.strerror or error}", param_hint="--evidence") from error


def _write(form: str, out: Path | None, document: Document, visits: Sequence[Seen]) -> None:
    text = _text(form, document, visits)
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise click.BadParameter(f"{out}: {error.strerror or error}", param_hint="--out") from error
