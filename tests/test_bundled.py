"""The tables that come with Louver load, and agree with one another."""

from __future__ import annotations

import json

from louver.bundled import NEVER_BREAK, TABLES, blocklists_dir, load_bundled


def test_the_bundled_tables_load() -> None:
    tables, kept = load_bundled()
    assert tables.tracker("www.google-analytics.com") is not None
    assert kept.recipient("accounts.google.com", "/signin") == "sign-in"


def test_every_table_is_in_the_folder_and_in_the_manifest() -> None:
    manifest = json.loads((blocklists_dir() / "manifest.json").read_text("utf-8"))
    assert {*TABLES, NEVER_BREAK} <= {entry["file"] for entry in manifest["files"]}
