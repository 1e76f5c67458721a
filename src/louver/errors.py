"""Knows the one family of errors that a user may see; each says in one line what is wrong and where."""

from __future__ import annotations


class LouverError(Exception):
    """A failure with a message for people. `exit_code` is what a command ends with."""

    exit_code = 1
