"""The verdicts on recorded traffic, beside what three reference engines agree on. The bench prints the whole table."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from louver.core.facts import ResourceType
from louver.core.filters import Source, compile_filters, decode
from louver.core.sites import host_of
from louver.suffixes import sites_from_tldextract

DATA = Path(os.environ.get("LOUVER_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
AT_LEAST = 0.9995
TYPES = {"document": "subdocument", "sub_frame": "subdocument"}


def test_agreement_with_three_engines() -> None:
    if not (DATA / "requests" / "requests_a.jsonl.gz").is_file():
        pytest.skip("the recorded requests are not here")
    lists = [DATA / "filterlists" / name for name in ("easylist.txt", "easyprivacy.txt")]
    filters = compile_filters([Source(path.name, decode(path.read_bytes())) for path in lists])
    sites, scored, same = sites_from_tldextract(), 0, 0
    with gzip.open(DATA / "requests" / "requests_a.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["l2026_block"] is not None:
                kind = ResourceType(TYPES.get(row["type"], row["type"]))
                url, page = row["url"], row["frame"]
                verdict = filters.verdict(url, page, sites.site(host_of(page)), sites.site(host_of(url)), kind)
                scored += 1
                same += verdict.block is row["l2026_block"]
    assert scored > 10_000
    assert same / scored >= AT_LEAST
