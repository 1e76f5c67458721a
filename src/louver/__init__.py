"""Louver: a privacy-aware browser tracking proxy that shows people what the web learns about them."""

__version__ = "0.1.0"
