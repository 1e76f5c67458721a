"""STARTS. One function per command; anything may be imported here, and nobody imports it."""
