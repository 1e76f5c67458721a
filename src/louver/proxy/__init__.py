"""Touches the wire. The only room that imports mitmproxy: it turns flows into facts, and decisions into flows."""
