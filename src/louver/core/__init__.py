"""DECIDES. Pure: no I/O, no clock, no randomness, no mitmproxy. Facts in, classification, decision and edits out."""
