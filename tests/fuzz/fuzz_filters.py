"""An optional target for atheris: whatever bytes a list and a request are made of, nothing raises.

pip install atheris; python tests/fuzz/fuzz_filters.py

pytest does not collect it. The same laws are tested with hypothesis in tests/core/filters/test_safety.py.
"""

from __future__ import annotations

import importlib
import sys

from louver.core.facts import ResourceType
from louver.core.filters import Source, compile_filters, decode

KINDS = tuple(ResourceType)


def one_input(data: bytes) -> None:
    """Take the first line as a URL, the second as a page, and the rest as a list."""
    kind = KINDS[data[0] % len(KINDS)] if data else ResourceType.OTHER
    url, _, rest = data[1:].partition(b"\n")
    page, _, text = rest.partition(b"\n")
    filters = compile_filters([Source("fuzz", decode(text))])
    for target in (decode(url), f"https://example.com/{decode(url)}"):
        filters.verdict(target, decode(page), "example.com", "example.com", kind)
        filters.explain(target, decode(page), "example.com", "example.org", kind)
    stats = filters.stats[0]
    assert stats.lines == stats.rules + stats.remarks + sum(stats.skipped.values())


if __name__ == "__main__":
    atheris = importlib.import_module("atheris")
    atheris.instrument_all()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
