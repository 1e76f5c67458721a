"""Lets `python -m louver` be the command."""

from louver.cli.main import main

main()
