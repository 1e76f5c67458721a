"""Knows the `explain` command: one request in words, or many as JSON Lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from louver.explain import Question, UnusableQuestionError, answer_line, read
from louver.reports.explanation import explanation
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
def explain(
    url: str | None,
    page: str | None,
    kind: str | None,
    method: str,
    headers: tuple[str, ...],
    policy: str | None,
    lists: str | None,
    jsonl: bool,
) -> None:
    """Say what would happen to a request to URL, and why."""
    if jsonl == (url is not None):
        raise click.UsageError("give either a URL or --jsonl")
    engine = load_engine(settings(policy, lists))
    if jsonl:
        sys.exit(0 if _answer_lines(engine) else 1)
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
