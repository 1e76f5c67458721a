"""Measures page attribution against a real browser's own record of its pages."""
