"""Knows what may stand in for scripts and files of others, so that a page works although they were not fetched."""

from louver.surrogates.library import surrogate

__all__ = ["surrogate"]
