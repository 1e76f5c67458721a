"""Measures the filter engine: agreement with three reference engines, speed beside PyPI `adblock`, start and memory.

python bench/filters.py [--data DIR] [--rounds N]

Speed is CPU time of one core. Both engines get URL strings and give a verdict; the rounds are interleaved. Our figures
include reading the hosts and looking up the sites. "First sight": an engine that has been at work, but has not seen
these requests (the memo of verdicts is empty). "Revisit": the same requests once more.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from common import data_dir, describe_machine, skip

from louver.core.facts import ResourceType
from louver.core.filters import Filters, Source, compile_filters, decode
from louver.core.filters.filters import VERDICTS_KEPT
from louver.core.filters.memo import Memo
from louver.core.sites import host_of
from louver.lists.compiled import load_filters
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

type Asked = tuple[str, str, ResourceType]

EASY: Final = ("filterlists/easylist.txt", "filterlists/easyprivacy.txt")
EASY_2019: Final = ("filterlists/2019/easylist-network.txt.gz", "filterlists/2019/easyprivacy.txt.gz")
MORE: Final = (
    "filterlists/ubo-privacy.txt",
    "filterlists/ubo-unbreak.txt",
    "filterlists/ubo-resource-abuse.txt",
    "filterlists/ubo-quick-fixes.txt",
    "filterlists/peter-lowe-serverlist.txt",
)
REQUESTS: Final = "requests/requests_a.jsonl.gz"
RECORDED: Final = "har/log_entries.jsonl.gz"
TYPES: Final = {
    # The references were asked about sub-frames wherever a document was recorded, so the question is the same here.
    "document": "subdocument",
    "sub_frame": "subdocument",
    "xhr": "xmlhttprequest",
    "fetch": "xmlhttprequest",
}
SITES: Final = sites_from_tldextract()


@dataclass(frozen=True, slots=True)
class Explained:
    """Why we differ from a reference on purpose."""

    reason: str
    holds: Callable[[str, str, str], bool]


def _pairs(url: str) -> list[str]:
    return url.partition("#")[0].partition("?")[2].split("&")


def _names(pairs: Sequence[str]) -> set[str]:
    return {name for pair in pairs if (name := pair.partition("=")[0])}


EXPLAINED: Final = (
    Explained(
        "the reference writes the query anew (`a` becomes `a=`, of two `a=` one is lost); we keep every byte left",
        lambda _url, want, got: _names(_pairs(want)) == _names(_pairs(got)),
    ),
    Explained(
        "the reference looks at the first 2,048 characters of a URL only; the parameter stands behind them",
        lambda url, want, got: len(url) > 2048 and _names(_pairs(got)) < _names(_pairs(want)),
    ),
    Explained(
        "`domain=amazon.*` names the page's site with any ending; the reference, as it was run, matches no such entry",
        lambda _url, want, got: {name[:5] for name in _names(_pairs(want)) - _names(_pairs(got))} == {"pf_rd"},
    ),
)
"""Every difference in `removeparam` that is left, first reason that holds."""


def main() -> None:
    """Print all figures; exit status 1 where a disagreement has no explanation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=data_dir())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--start", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.data / REQUESTS).is_file():
        skip("filters", f"no {REQUESTS} in the data folder")
    if options.start is not None:
        _start(options.data, Path(options.start))
        return
    print(describe_machine())
    unexplained = agreement(options.data)
    start(options.data)
    speed(options.data, options.rounds)
    sys.exit(1 if unexplained else 0)


def read_source(data: Path, name: str) -> Source:
    """Read a list."""
    content = (data / name).read_bytes()
    return Source(name, decode(gzip.decompress(content) if name.endswith(".gz") else content))


def read_lists(data: Path, names: Sequence[str]) -> list[Source]:
    """Read several lists."""
    return [read_source(data, name) for name in names]


def read_rows(data: Path, name: str) -> list[dict[str, Any]]:
    """Read recorded requests."""
    with gzip.open(data / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def kind_of(row: dict[str, Any]) -> ResourceType:
    """Return the type that the references were asked with."""
    name = row.get("type") or row["cpt"]
    try:
        return ResourceType(TYPES.get(name, name))
    except ValueError:
        return ResourceType.OTHER


@lru_cache(4096)
def page_site(url: str) -> str:
    """Return a page's site; in the proxy it is known with the page."""
    return SITES.site(host_of(url))


def ask(filters: Filters, url: str, frame: str, kind: ResourceType) -> Any:
    """Ask from URL strings."""
    host = host_of(url)
    return filters.verdict(url, frame, page_site(frame), SITES.site(host), kind, "GET", host)


def agreement(data: Path) -> int:
    """Print how often we say what three engines agree on; return the number of unexplained differences."""
    print("\nAgreement (rows on which three engines agree and the page is http or https)")
    wrong = 0
    for lists, key in ((EASY, "l2026_block"), (EASY_2019, "l2019_block")):
        filters = compile_filters(read_lists(data, lists))
        for name in (REQUESTS, RECORDED):
            rows = [row for row in read_rows(data, name) if row.get(key) is not None]
            bad = [row for row in rows if ask(filters, row["url"], row["frame"], kind_of(row)).block != row[key]]
            wrong += len(bad)
            share = 100 * (1 - len(bad) / len(rows))
            print(f"  {key} on {name}: {share:.3f} % of {len(rows)} ({len(bad)} differ)")
            for row in bad[:20]:
                print(f"    should {'block' if row[key] else 'pass'}: {row['url'][:150]} on {row['frame'][:80]}")
    return wrong + parameters(data)


def parameters(data: Path) -> int:
    """Print how `removeparam` compares; return the number of unexplained differences."""
    print("\nremoveparam (URL compared as text)")
    rows, wrong = read_rows(data, REQUESTS), 0
    sets = (
        ("rp_adguard17", ("urls/adguard_17_trackparam.txt",)),
        ("rp_ubo_ds", ("filterlists/ubo-privacy.txt", "urls/LegitimateURLShortener.txt")),
    )
    for key, lists in sets:
        filters = compile_filters(read_lists(data, lists))
        changed, same, reasons = 0, 0, dict[str, int]()
        for row in rows:
            want, url = row.get(key), row["url"]
            got = ask(filters, url, row["frame"], kind_of(row)).url
            changed += want is not None
            if got == want:
                same += want is not None
                continue
            reason = next((e.reason for e in EXPLAINED if e.holds(url, want or url, got or url)), f"UNEXPLAINED: {url}")
            reasons[reason] = reasons.get(reason, 0) + 1
        wrong += sum(count for reason, count in reasons.items() if reason.startswith("UNEXPLAINED"))
        print(f"  {key}: {same} of {changed} changed rows the same, {sum(reasons.values())} of {len(rows)} differ")
        for reason, count in reasons.items():
            print(f"    {count}: {reason}")
    return wrong


def start(data: Path) -> None:
    """Print start times and memory, each measured in a process of its own."""
    print(f"\nStart: {' + '.join(EASY)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("compiled cold", "from the compiled cache"):
            command = [sys.executable, __file__, "--data", str(data), "--start", folder]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            print(f"  {name}: {told.strip()}")


def _start(data: Path, folder: Path) -> None:
    sources = read_lists(data, EASY)
    before, began = _memory(), time.process_time()
    filters = load_filters(sources, folder)
    took = time.process_time() - began
    lines, rules = sum(s.lines for s in filters.stats), sum(s.rules for s in filters.stats)
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    peak = f"peak {_memory():.0f} MB, {_memory() - before:.0f} of it for this"
    print(f"{took:.3f} s CPU for {lines} lines, {rules} rules; {peak}; cache {size:.1f} MB")


def _memory() -> float:
    """Return this process's peak in MB. Linux hands `ru_maxrss` on to children, so it is read elsewhere there."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024)


def speed(data: Path, rounds: int) -> None:
    """Print µs a request beside the native engine."""
    asked = [(r["url"], r["frame"], kind_of(r)) for r in read_rows(data, REQUESTS) if r["frame"].startswith("http")]
    print(f"\nSpeed: {len(asked)} requests of {REQUESTS}; mean µs a request, median of {rounds} rounds")
    if importlib.util.find_spec("adblock") is None:
        print("  native engine: skipped: PyPI adblock is not installed (pip install adblock==0.6.0)")
    for name, lists in (
        ("EasyList + EasyPrivacy", EASY),
        ("the same with five uBlock Origin and other lists", EASY + MORE),
    ):
        _compare(name, read_lists(data, lists), asked, rounds)


def _compare(name: str, sources: list[Source], asked: list[Asked], rounds: int) -> None:
    native, filters = _native(sources), compile_filters(sources)
    print(f"  {name} ({sum(s.rules for s in filters.stats)} rules)")
    cold = (native(_fresh(asked)) if native else None, _ours(filters, _fresh(asked)))
    gc.collect()
    gc.freeze()
    theirs, first, again = list[float](), list[float](), list[float]()
    for _ in range(rounds):
        filters.verdicts = Memo(VERDICTS_KEPT)
        if native:
            theirs.append(native(_fresh(asked)))
        first.append(_ours(filters, _fresh(asked)))
        again.append(_ours(filters, _fresh(asked)))
    kept, misses = len(filters.verdicts), filters.verdicts.misses
    _print("very first pass of a new engine", cold[1], cold[0])
    _print("first sight", median(first), median(theirs) if theirs else None)
    _print("revisit", median(again), median(theirs) if theirs else None)
    hits = 100 * (1 - (misses - kept) / len(asked))
    print(f"    memo: at most {VERDICTS_KEPT} verdicts, {kept} held, {hits:.1f} % of revisits answered by it")


def _print(what: str, ours: float, theirs: float | None) -> None:
    beside = f", native {theirs:.1f}, ratio {ours / theirs:.2f}" if theirs is not None else ""
    print(f"    {what}: {ours:.1f}{beside}")


def _fresh(asked: list[Asked]) -> list[Asked]:
    """Make new strings, as a proxy gets them: a string that was hashed before is found faster."""
    return [((url + " ")[:-1], (frame + " ")[:-1], kind) for url, frame, kind in asked]


def _ours(filters: Filters, asked: list[Asked]) -> float:
    began = time.process_time()
    for url, frame, kind in asked:
        host = host_of(url)
        filters.verdict(url, frame, page_site(frame), SITES.site(host), kind, "GET", host)
    return (time.process_time() - began) / len(asked) * 1e6


def _native(sources: list[Source]) -> Callable[[list[Asked]], float] | None:
    if importlib.util.find_spec("adblock") is None:
        return None
    import adblock  # noqa: PLC0415  (optional)

    rules = adblock.FilterSet()
    for source in sources:
        rules.add_filter_list(source.text)
    engine = adblock.Engine(rules)
    names = {ResourceType.SUBDOCUMENT: "sub_frame", ResourceType.DOCUMENT: "main_frame"}

    def run(asked: list[Asked]) -> float:
        questions = [(url, frame, str(names.get(kind, kind.value))) for url, frame, kind in asked]
        began = time.process_time()
        for url, frame, kind in questions:
            engine.check_network_urls(url, frame, kind)
        return (time.process_time() - began) / len(asked) * 1e6

    return run


if __name__ == "__main__":
    main()
