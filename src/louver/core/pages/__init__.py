"""Knows which page an exchange belongs to: events and the time go in, attribution and confidence come out."""

from louver.core.pages.machine import Pages

__all__ = ["Pages"]
