"""Knows which commands there are, and turns every failure into one line and an exit status."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Final

import click

from louver import __version__
from louver.errors import LouverError
from louver.loading import uncollected

COMMANDS: Final = {
    "audit": ("louver.cli.audit_command:audit", "Say what a website does to its visitors, with evidence."),
    "browse": ("louver.cli.proxy_commands:browse", "Open a throw-away browser that goes through Louver."),
    "ca": ("louver.cli.proxy_commands:ca", "Show, export, rotate or remove this installation's certificate authority."),
    "dash": ("louver.cli.web_commands:dash", "Show the dashboard over a ledger."),
    "demo": ("louver.cli.demo_command:demo", "See the main job in a small internet on this machine."),
    "doctor": ("louver.cli.doctor_command:doctor", "Say what is wrong with this installation, and what to do."),
    "explain": ("louver.cli.explain_command:explain", "Say what would happen to a request, and why."),
    "export": ("louver.cli.keeping_commands:export", "Write exchanges as CSV, JSON Lines, HAR or SQLite."),
    "forget": ("louver.cli.keeping_commands:forget", "Erase a site, or everything, from the ledger and from memory."),
    "ledger": ("louver.cli.keeping_commands:ledger", "Print the ledger's schema; say how much it keeps."),
    "lists": ("louver.cli.lists_commands:lists", "Add, update and inspect filter lists."),
    "log": ("louver.cli.ledger_commands:log", "Show exchanges as they were, or as they happen."),
    "me": ("louver.cli.me_commands:me", "Register what Louver should notice when it leaves."),
    "match": ("louver.cli.match:match", "Ask the filter lists alone."),
    "passthrough": (
        "louver.cli.passthrough_commands:passthrough",
        "Say which hosts' connections are not opened.",
    ),
    "policy": ("louver.cli.policy_commands:policy", "List, check and choose policies; override them by site."),
    "run": ("louver.cli.proxy_commands:run", "Run the proxy."),
    "signals": ("louver.cli.signals_command:signals", "List every kind of signal and what is done about it."),
    "site": ("louver.cli.ledger_commands:site", "Show what one site's visit shared and what was blocked."),
    "whatif": ("louver.cli.insight_commands:whatif", "Replay the ledger under another policy."),
    "who": ("louver.cli.insight_commands:who", "Show who can link your visits to different sites."),
    "why": ("louver.cli.insight_commands:why", "Explain one exchange of the ledger."),
    "sites": ("louver.cli.ledger_commands:sites", "Show the sites in the ledger."),
}
"""Command to the place of its function; loaded only when it is asked for, so that starting stays quick."""

INTERRUPTED: Final = 130
PROBLEM: Final = 1


class LazyGroup(click.Group):
    """A group that knows the names and one-line helps of its commands before it loads any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in order."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        with uncollected():
            command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview without loading every command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "LOUVER"},
    epilog="Shell completion: see the README. Exit status: 0 fine, 1 a problem that the output names, 2 wrong usage.",
)
@click.version_option(__version__, prog_name="louver")
def louver() -> None:
    """Louver shows you, site by site, what the web learns about you, and lets you choose what it may."""


def main() -> None:
    """Run the command line; every expected failure is one line on standard error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows fewer letters is no reason to fail
    try:
        status = louver.main(prog_name="louver", standalone_mode=False)
    except click.exceptions.Abort:
        status = _say("interrupted", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except LouverError as error:
        status = _say(str(error), error.exit_code)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, and keep the interpreter from saying it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        status = _say(f"{error.filename}: {error.strerror}" if error.filename else str(error), PROBLEM)
    sys.exit(status if isinstance(status, int) else 0)


def _say(text: str, status: int) -> int:
    from louver.reports.explanation import printable  # noqa: PLC0415  (a failure pays for it, not every start)

    # What a file or an argument says is shown, never obeyed: an escape sequence, or a line break, stays visible.
    click.echo(f"louver: {printable(text)}", err=True)
    return status


if __name__ == "__main__":
    main()
