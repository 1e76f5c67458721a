"""Knows the name by which a browser behind the proxy reaches the dashboard; both sides of it ask here."""

from __future__ import annotations

from typing import Final

INTERNAL: Final = "louver.internal"
"""No public name can end in `.internal`: ICANN keeps it for private use."""
