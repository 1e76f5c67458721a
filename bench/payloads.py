"""Measures what reading payloads costs: microseconds for taking bodies apart, naming fields, following values.

    python bench/payloads.py [--rounds N]

Input: payloads of our own making, as the collectors' scripts send them.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote

from common import describe_machine

from louver.core.digests import KEY_SIZE, keyed
from louver.core.signals.consent import read_consent
from louver.core.signals.decode import decode
from louver.core.signals.lineage import Hop, Lineage
from louver.core.signals.own_data import OwnData, register
from louver.core.signals.own_forms import Seed
from louver.core.signals.payloads import parse_payloads
from louver.core.signals.signal import Where

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = Path(__file__).resolve().parents[1] / "blocklists" / "payloads.json"
GA4 = (
    "v=2&tid=G-ABC1234567&gtm=45je4&_p=1712345678&cid=1234567890.1700000000&ul=en-us&sr=1920x1080&_s=1&sid=1712345600"
    "&sct=3&seg=1&dl=https%3A%2F%2Fshop.example%2Fshoes&dr=https%3A%2F%2Fnews.example%2F&dt=Shoes&en=page_view&ep.a=b"
)
EVENTS = json.dumps(
    {
        "batch": [
            {
                "anonymousId": "6d92078a-8246-4ba4-ae5b-76104861e7dc",
                "type": "track",
                "properties": {"n": i, "name": "a b"},
            }
            for i in range(20)
        ]
    }
)
WRAPPED = "data=" + quote(base64.b64encode(gzip.compress(EVENTS.encode())).decode(), safe="")
CONSENT = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA"
KEY = bytes(KEY_SIZE)


def tasks() -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    payloads = parse_payloads(TABLE.read_text("utf-8"), TABLE.name)
    ga4 = payloads.collector("www.google-analytics.com", "/g/collect")
    assert ga4 is not None
    fields = {leaf.name: leaf.value for leaf in decode(GA4).leaves}
    digest = keyed(KEY)
    lineage = Lineage(digest)
    hop = Hop("shop.example", 1, "tracker.example", None, Where.QUERY, "uid", 1.79e9)
    lineage.learn("6d92078a-8246-4ba4-ae5b-76104861e7dc", hop)
    own = OwnData(register(Seed.EMAIL, "jane@example.com", digest), digest)
    nobody = OwnData((), digest)
    return {
        f"take apart: form, {len(GA4)} characters": lambda: decode(GA4),
        f"take apart: JSON, {len(EVENTS)} characters": lambda: decode(EVENTS),
        f"take apart: the same, gzip in base64 in a form, {len(WRAPPED)} characters": lambda: decode(WRAPPED),
        "collector by host: none": lambda: payloads.collector("www.shop.example", "/cart"),
        "collector by host: found": lambda: payloads.collector("www.google-analytics.com", "/g/collect"),
        "collector by shape: none": lambda: payloads.relay({"id": "1", "q": "shoes", "page": "2"}),
        "collector by shape: found": lambda: payloads.relay(fields),
        f"meaning of {len(fields)} fields": lambda: [ga4.field(name) for name in fields],
        f"well-known names among {len(fields)} fields": lambda: [payloads.common(n, v) for n, v in fields.items()],
        f"consent: none among {len(fields)} fields": lambda: read_consent(fields.items()),
        "consent: TCF": lambda: read_consent([("gdpr_consent", CONSENT), ("gdpr", "1")]),
        "follow a value: unknown, of another length": lambda: lineage.follow("newsletter", hop),
        "follow a value: unknown, of a known length": lambda: lineage.follow("x" * 36, hop),
        "follow a value: known": lambda: lineage.follow("6d92078a-8246-4ba4-ae5b-76104861e7dc", hop),
        "own data: nothing registered": lambda: nobody.scan(GA4),
        f"own data: one address, {len(GA4)} characters": lambda: own.scan(GA4),
    }


def microseconds(task: Callable[[], object], rounds: int) -> float:
    """Return the median cost of a call over a few rounds of many calls."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(rounds):
            task()
        times.append((time.perf_counter() - start) / rounds * 1e6)
    return median(times)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200, help="calls in a round (default 200)")
    rounds = parser.parse_args().rounds
    print(describe_machine())
    for name, task in tasks().items():
        print(f"{microseconds(task, rounds):10.2f} µs  {name}")


if __name__ == "__main__":
    main()
