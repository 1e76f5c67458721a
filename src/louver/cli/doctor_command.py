"""Knows the command `doctor`: what is wrong with an installation, what to do, and what a proxy cannot see by itself."""

from __future__ import annotations

import sys
import textwrap
from typing import Final

import click
import msgspec

from louver.cli.doctor_checks import Patient, State, document, examine, has_problem
from louver.reports.explanation import printable
from louver.setup import Settings

MARKS: Final = {State.FINE: "ok  ", State.NOTE: "note", State.PROBLEM: "BAD "}

EXPLAINED: Final = {
    "QUIC and HTTP/3": """
        A browser that is set to use a proxy does not speak QUIC past it. Louver takes the invitation (alt-svc) out of
        every answer and counts it. The HTTPS record of DNS invites as well, but a browser leaves looking up names to
        its proxy. Programs that ignore the proxy setting are not seen at all; block UDP port 443 to stop them.""",
    "ECH (encrypted client hello)": """
        A proxy is told the host's name in CONNECT, so encrypting it in the handshake hides nothing from Louver.
        Between Louver and the server the name is sent in the clear, as by a browser without ECH.""",
    "DNS over HTTPS": """
        While a proxy is set, a browser's own DNS over HTTPS is hardly used: Louver asks this system's resolver. About
        hosts that you did not visit it asks nobody; --dns chooses whom to ask for aliases.""",
    "Pinning": """
        Some programs accept one certificate only and refuse Louver's. Such a host is learned for the client that
        refused, passes unopened from then on for a week, and counts as not inspected: `louver passthrough list`.
        Firefox with security.cert_pinning.enforcement_level=2, and hardened builds, refuse every proxy that looks
        inside: use `louver browse`, or another profile.""",
}
"""What a proxy does not see by itself, and what is done about it."""


@click.command()
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def doctor(listen: str, as_json: bool) -> None:
    """Check ports, authority, trust, time, policy, lists, ledger, resolver and browser, and say what to do.

    The exit status is 1 where something is wrong. Nothing is changed.
    """
    found = examine(Patient(Settings(), listen))
    if as_json:
        click.echo(
            msgspec.json.format(
                msgspec.json.encode(document(found, {title: _flat(text) for title, text in EXPLAINED.items()})),
                indent=2,
            ).decode()
        )
        sys.exit(has_problem(found))
    for one in found:
        click.echo(printable(f"{MARKS[one.state]}  {one.part:<10} {one.said}"))
        if one.do and one.state is not State.FINE:
            click.echo(printable(f"{'':16} → {one.do}"))
    click.echo("\nWhat a proxy does not see by itself, and what is done about it:")
    for title, text in EXPLAINED.items():
        click.echo(f"\n  {title}\n{textwrap.indent(textwrap.fill(_flat(text), 96), '    ')}")
    sys.exit(has_problem(found))


def _flat(text: str) -> str:
    return " ".join(text.split())
