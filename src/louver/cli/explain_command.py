"""Knows the `explain` command: one request in words, or many as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from louver.core.decision import Action
from louver.core.sites import host_of
from louver.explain import Question, UnusableQuestionError, answer_line, read
from louver.har import read_har
from louver.reports.explanation import explanation
from louver.reports.tally import Tally
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine


@click.command()
@click.argument("url", required=False)
@click.option("--page", metavar="URL", help="The page that asks; for a document, the page navigated from.")
@click.option(
    "--type", "kind", metavar="TYPE", default=None, help="script, image, document, … (default: by the headers)"
)
@click.option("--method", default="GET", show_default=True)
@click.option("--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A request header; repeatable.")
@click.option("--policy", metavar="NAME|FILE", default=None, help="Decide by this policy instead of the one in use.")
@click.option("--lists", metavar="ID|FILE,…", default=None, help="Decide by these lists instead of the enabled ones.")
@click.option("--jsonl", is_flag=True, help="Read one JSON object a line on stdin, write one a line on stdout.")
@click.option("--har", "hars", multiple=True, type=click.Path(path_type=Path), help="Tally a HAR file; repeatable.")
def explain(
    url: str | None,
    page: str | None,
    kind: str | None,
    method: str,
    headers: tuple[str, ...],
    policy: str | None,
    lists: str | None,
    jsonl: bool,
    hars: tuple[Path, ...],
) -> None:
    """Say what would happen to a request to URL, and why; or to everything that HAR files recorded."""
    if [url is not None, jsonl, bool(hars)].count(True) != 1:
        raise click.UsageError("give a URL, --jsonl or --har")
    engine = load_engine(settings(policy, lists))
    if hars:
        click.echo(_tallied(engine, hars))
        return
    if jsonl:
        sys.exit(0 if _answer_lines(engine) else 1)
    if page is not None and not host_of(page):
        raise click.UsageError(f"--page {page!r} has no host; write it like https://shop.example/")
    pairs = [_header(text) for text in headers]
    question = Question(url=url or "", page=page, type=kind, method=method.upper(), headers=pairs)
    try:
        outcome = engine.request(read(question, engine))
    except UnusableQuestionError as error:
        raise click.UsageError(str(error)) from error
    click.echo(explanation(outcome))


def settings(policy: str | None, lists: str | None) -> Settings:
    """Return the settings for a question; a policy that is named counts alone, without the user's overrides."""
    names = tuple(name.strip() for name in lists.split(",") if name.strip()) if lists is not None else None
    return Settings(policy=policy, lists=names, overrides=policy is None)


def _tallied(engine: Engine, paths: tuple[Path, ...]) -> str:
    tally = Tally()
    for path in paths:
        recording = read_har(path, engine.knowledge.sites.site)
        for exchange in recording.exchanges:
            outcome = engine.request(exchange.request)
            if exchange.response is not None and outcome.decision.action is Action.PASS:
                outcome = engine.response(outcome, exchange.response)
            tally.add(outcome)
        tally.skip(recording.skipped)
    return tally.table()


def _answer_lines(engine: Engine) -> bool:
    fine = True
    out = sys.stdout.buffer
    # A person, or a test that waits for each answer, sees it at once; a file is read in large pieces all the same.
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        told, good = answer_line(engine, line)
        fine = fine and good
        out.write(told + b"\n")
        out.flush()
    return fine


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.UsageError(f"--header {text!r}: write it like 'Accept-Language: en'")
    return name.strip(), value.strip()
