"""Knows how to train the model of what cookies are for, and how to measure it without fooling itself.

    python tools/train_cookie_purpose.py --open-cookie-database open-cookie-database.csv            # train and write
    python tools/train_cookie_purpose.py --open-cookie-database open-cookie-database.csv --measure  # cross-validate

Sources: the Open Cookie Database (Apache-2.0; names, domains, retention, categories) and `cookie_names.txt` beside this
script (our own labels, Apache-2.0). Plain Python, the same result on every run. The database has no class for what a
page needs: its "Functional" rows count as necessary where their description speaks of sessions, sign-in, carts,
security, load balancing or consent. Descriptions are never features.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from louver.core.facts import Party
from louver.core.signals.cookie_features import DAY, HOUR, WORD, features, normal
from louver.core.signals.purpose import TRACKING, VERSION, Model, Purposes
from louver.core.signals.signal import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

HERE = Path(__file__).parent
OWN_NAMES = HERE / "cookie_names.txt"
TARGET = HERE.parent / "blocklists" / "cookie-purpose.json"

PURPOSES = (Purpose.NECESSARY, Purpose.FUNCTIONAL, Purpose.ANALYTICS, Purpose.ADVERTISING)
CATEGORIES = {
    "functional": Purpose.FUNCTIONAL,
    "personalization": Purpose.FUNCTIONAL,
    "necessary": Purpose.NECESSARY,
    "security": Purpose.NECESSARY,
    "analytics": Purpose.ANALYTICS,
    "marketing": Purpose.ADVERTISING,
}
NEEDED = re.compile(
    r"csrf|xsrf|cross.?site request|log(?:ged)?.?in|sign(?:ed)? ?in|authenti|security|secure|fraud|\bbots?\b|"
    r"load.?balanc|user.?s? session|session (?:id|cookie|state|key|instance|identif)|shopping|\bcart\b|basket|checkout|"
    r"consent|cookies? (?:preference|setting|choice|polic)|essential|firewall|ddos|trusted web traffic",
    re.IGNORECASE,
)
UNIQUE = re.compile(r"unique|random|identif|\bids?\b|visitor id|user id|fingerprint", re.IGNORECASE)
PERIOD = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week|month|year)", re.IGNORECASE)
SECONDS = {"second": 1, "minute": 60, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
LIVES = {"session": 0.0, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
SAMPLE = {"id": "value=id", "flag": "value=flag", "time": "value=time", "text": "value=text", "json": "value=json"}
SAMPLE["signed"] = "value=signed"

EPOCHS, RATE, DECAY, SCALE, SUREST = 3, 0.03, 2e-4, 32.0, 0.35
FEWEST_SEEN, FAINTEST = 7, 3
PRIORS = {
    "advertising": Purpose.ADVERTISING,
    "affiliate": Purpose.ADVERTISING,
    "social": Purpose.ADVERTISING,
    "fingerprinting": Purpose.ADVERTISING,
    "analytics": Purpose.ANALYTICS,
    "session-replay": Purpose.ANALYTICS,
    "captcha": Purpose.NECESSARY,
    "consent": Purpose.NECESSARY,
    "payment": Purpose.NECESSARY,
    "security": Purpose.NECESSARY,
    "customer-interaction": Purpose.FUNCTIONAL,
    "utility": Purpose.FUNCTIONAL,
    "video": Purpose.FUNCTIONAL,
}
PRIOR = 1.5
"""What a recipient's category says, in nats. Our sources do not state categories, so this is set and not learned."""
FOLDS, FEWEST_LITERALS, SEED = 5, 4, 20260921


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled cookie. `owner` groups rows of one platform; `extra` are features that the sources state."""

    name: str
    owner: str
    purpose: Purpose
    host: str
    party: Party
    lifetime: float | None
    http_only: bool
    extra: tuple[str, ...]
    scope: str = ""


def main() -> None:
    """Train on everything and write the data file, or cross-validate and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--open-cookie-database", type=Path, required=True, metavar="CSV")
    options.add_argument("--measure", action="store_true")
    given = options.parse_args()
    database = given.open_cookie_database.read_bytes()
    rows = merge(
        list(read_own(OWN_NAMES.read_text(encoding="utf-8"))), list(read_database(database.decode("utf-8-sig")))
    )
    if given.measure:
        measure(rows)
    else:
        document = write(rows, train(rows), sha256(database).hexdigest())
        TARGET.write_text(document, encoding="utf-8")
        print(f"{len(rows)} cookies, {len(document)} bytes in {TARGET.name}")


def read_database(text: str) -> Iterator[Row]:
    """Yield the rows of the Open Cookie Database."""
    for row in csv.DictReader(text.splitlines()):
        name = row["Cookie / Data Key name"].strip().replace("%INTEGER%", "0")
        purpose = CATEGORIES.get(row["Category"].strip().lower())
        if not name or purpose is None:
            continue
        if purpose is Purpose.FUNCTIONAL and NEEDED.search(row["Description"]):
            purpose = Purpose.NECESSARY
        host = row["Domain"].split("(")[0].split()[0].strip(".").lower() if row["Domain"].strip(" (") else ""
        third = "3rd" in row["Domain"] or ("." in host and "1st" not in row["Domain"])
        extra = (SAMPLE["id"],) if UNIQUE.search(row["Description"]) else ()
        wild = "0" if row["Wildcard match"].strip() == "1" else ""
        party = Party.THIRD if third else Party.FIRST
        yield Row(name + wild, row["Platform"], purpose, host if third else "", party, period(row), False, extra)


def period(row: dict[str, str]) -> float | None:
    """Return a retention in seconds, 0 for a session, None where it is not stated."""
    stated = row["Retention period"].lower()
    if found := PERIOD.search(stated):
        return float(found[1]) * SECONDS[found[2]]
    return 0.0 if "session" in stated else None


def read_own(text: str) -> Iterator[Row]:
    """Yield the rows of our own list."""
    for line in text.splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        left, _, right = line.partition(" @ ")
        purpose, owner, *names = left.split()
        marks = set(right.split())
        lifetime = next((LIVES[mark] for mark in marks if mark in LIVES), None)
        party = Party.THIRD if "third" in marks else Party.FIRST
        extra = tuple(SAMPLE[mark] for mark in sorted(marks) if mark in SAMPLE)
        scope = next((mark for mark in ("own", "third") if mark in marks), "any")
        for name in names:
            yield Row(name, owner, Purpose(purpose), "", party, lifetime, "httponly" in marks, extra, scope)


def merge(own: list[Row], database: list[Row]) -> list[Row]:
    """Put both together; where both know a name, our label counts."""
    ours = {plain_name(row): row.purpose for row in own}
    return own + [row for row in database if ours.get(plain_name(row), row.purpose) is row.purpose]


def examples(row: Row) -> Iterator[list[str]]:
    """Yield a row's features as a request shows them (a name, perhaps a party) and as its setting does (all)."""
    name = row.name.replace("#", "0")
    yield features(name)
    yield features(name, host=row.host, party=row.party)
    everything = features(name, host=row.host, party=row.party, lifetime=row.lifetime, http_only=row.http_only)
    yield [*everything, *row.extra]


def train(rows: Sequence[Row]) -> Model:
    """Fit a multinomial logistic regression by AdaGrad, classes weighted by the root of their rarity; quantise it."""
    counts = Counter(row.purpose for row in rows)
    rarity = {purpose: math.sqrt(len(rows) / (len(PURPOSES) * counts[purpose])) for purpose in PURPOSES}
    data = [(words, PURPOSES.index(row.purpose), rarity[row.purpose]) for row in rows for words in examples(row)]
    seen = Counter(word for words, _, _ in data for word in words)
    kept = {word for word, number in seen.items() if number >= FEWEST_SEEN}
    weights: dict[str, list[float]] = {word: [0.0] * len(PURPOSES) for word in kept | {""}}
    speed: dict[str, list[float]] = {word: [1e-6] * len(PURPOSES) for word in kept | {""}}
    data = [(["", *(word for word in words if word in kept)], target, weight) for words, target, weight in data]
    order = random.Random(SEED)  # noqa: S311  (reproducible shuffling, nothing secret)
    for _ in range(EPOCHS):
        order.shuffle(data)
        for words, target, weight in data:
            step(weights, speed, words, target, weight)
    return quantised(weights)


def step(
    weights: dict[str, list[float]], speed: dict[str, list[float]], words: list[str], target: int, weight: float
) -> None:
    """Take one AdaGrad step on one example."""
    rows = [weights[word] for word in words]
    totals = [sum(column) for column in zip(*rows, strict=True)]
    top = max(totals)
    shares = [math.exp(total - top) for total in totals]
    whole = sum(shares)
    errors = [weight * (share / whole - (index == target)) for index, share in enumerate(shares)]
    for word, row in zip(words, rows, strict=True):
        pace = speed[word]
        for index, error in enumerate(errors):
            slope = error + DECAY * row[index]
            pace[index] += slope * slope
            row[index] -= RATE * slope / math.sqrt(pace[index])


def quantised(weights: dict[str, list[float]]) -> Model:
    """Round weights to 1/16, centre them, and drop the words that say next to nothing."""
    kept: dict[str, tuple[int, ...]] = {}
    for word, row in sorted(weights.items()):
        mean = sum(row) / len(row)
        whole = tuple(round((value - mean) * SCALE) for value in row)
        if word == "" or max(map(abs, whole)) >= FAINTEST:
            kept[word] = whole
    bias = kept.pop("")
    for category, told in PRIORS.items():
        kept[f"category={category}"] = tuple(round(PRIOR * SCALE) if purpose is told else 0 for purpose in PURPOSES)
    return Model(PURPOSES, bias, kept, SCALE, SUREST)


def write(rows: Sequence[Row], model: Model, digest: str) -> str:
    """Return the data file: where it comes from, the names known outright, and the weights, a word a line."""
    head = {
        "version": VERSION,
        "about": "What cookies are for: names known outright and a linear model; "
        "made by tools/train_cookie_purpose.py.",
        "licence": "Apache-2.0",
        "sources": {
            "Open Cookie Database": {"licence": "Apache-2.0", "sha256": digest, "use": "weights only"},
            "tools/cookie_names.txt": {"licence": "Apache-2.0", "use": "names and weights"},
        },
        "names": names(rows),
    }
    table = {"purposes": model.purposes, "bias": model.bias, "scale": model.scale, "surest": model.surest}
    weights = ",\n".join(
        f"{json.dumps(word)}:{json.dumps(row, separators=(',', ':'))}" for word, row in model.weights.items()
    )
    return f'{json.dumps(head, indent=1)[:-2]},\n "model": {json.dumps(table)[:-1]}, "weights": {{\n{weights}\n}}}}}}\n'


def names(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return our own names by purpose and scope; patterns that are mostly serial are left to the model."""
    found: dict[str, dict[str, list[str]]] = {purpose: defaultdict(list) for purpose in PURPOSES}
    for row in rows:
        literals = len(row.name.replace("#", ""))
        if row.scope and (literals >= FEWEST_LITERALS or "#" not in row.name):
            found[row.purpose][scope(row, literals)].append(row.name.replace("#", "*"))
    return {
        purpose: {where: " ".join(dict.fromkeys(all_)) for where, all_ in parts.items()}
        for purpose, parts in found.items()
    }


def scope(row: Row, literals: int) -> str:
    """Return where a name speaks for itself: a short one only where it was seen, a long one everywhere.

    What is marked as the site's own may be anything in somebody else's hands, however long its name.
    """
    if row.scope == "own":
        return "own"
    if literals < FEWEST_LITERALS:
        return "third" if row.scope == "third" else "own"
    return "any"


def measure(rows: Sequence[Row]) -> None:
    """Cross-validate by platform and by name, and print each confusion table."""
    for label, groups in (("platform or name", platforms(rows)), ("name", [plain_name(row) for row in rows])):
        for shown, which in (("name and party", 1), ("name, party, lifetime, flags and kind of value", 2)):
            print(f"\nno {label} of the test in training, {shown} given ({len(rows)} cookies)")
            confusion(cross_validated(rows, groups, which))
    everything = Purposes([], train(rows))
    print("\nall in training")
    confusion((row.purpose, everything.guess(words)[0]) for row in rows for words in list(examples(row))[2:])


def cross_validated(rows: Sequence[Row], groups: Sequence[str], which: int) -> Iterator[tuple[Purpose, Purpose]]:
    """Yield truth and guess for every row by its example `which`; the model saw nothing of the row's group."""
    for fold in range(FOLDS):
        held_back = [part(group) == fold for group in groups]
        model = Purposes([], train([row for row, held in zip(rows, held_back, strict=True) if not held]))
        for row, held in zip(rows, held_back, strict=True):
            if held:
                yield row.purpose, model.guess(list(examples(row))[which])[0]


def platforms(rows: Sequence[Row]) -> list[str]:
    """Return a group for each row: rows of one platform, of one brand in our list, or of one name hang together."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    keys = [
        f"{row.owner} {next(iter(WORD.findall(normal(row.name))), row.name)}" if row.scope else row.owner
        for row in rows
    ]
    for row, key in zip(rows, keys, strict=True):
        if len(name := plain_name(row)) >= FEWEST_LITERALS:
            parent[root(f"name {name}")] = root(key.lower())
    return [root(key.lower()) for key in keys]


def plain_name(row: Row) -> str:
    """Return a row's name with its serials alike."""
    return normal(row.name.replace("#", "0")).lower()


def part(group: str) -> int:
    """Return the fold of a group, the same on every machine."""
    return sha256(group.encode()).digest()[0] % FOLDS


def confusion(pairs: Iterable[tuple[Purpose, Purpose]]) -> None:
    """Print a confusion table (rows: truth) and what follows from it."""
    table = Counter(pairs)
    columns = (*PURPOSES, Purpose.UNKNOWN)
    print(f"{'':12}" + "".join(f"{column:>12}" for column in columns) + f"{'recall':>9}{'F1':>7}")
    for truth in PURPOSES:
        recall, f1 = scores(table, {truth})
        print(f"{truth:12}" + "".join(f"{table[truth, column]:12}" for column in columns) + f"{recall:9.3f}{f1:7.3f}")
    total = sum(table.values())
    right = sum(number for (truth, told), number in table.items() if truth is told)
    known = sum(number for (_, told), number in table.items() if told is not Purpose.UNKNOWN)
    balanced = sum(scores(table, {truth})[0] for truth in PURPOSES) / len(PURPOSES)
    print(f"answered {known / total:.3f}, right of those {right / known:.3f}", end="")
    print(f", balanced {balanced:.3f}, tracking F1 {scores(table, TRACKING)[1]:.3f}")


def scores(table: Mapping[tuple[Purpose, Purpose], int], purposes: AbstractSet[Purpose]) -> tuple[float, float]:
    """Return recall and F1 of a set of purposes taken as one."""
    pairs: Counter[tuple[bool, bool]] = Counter()
    for (truth, told), number in table.items():
        pairs[truth in purposes, told in purposes] += number
    hits, missed, wrong = pairs[True, True], pairs[True, False], pairs[False, True]
    return hits / max(1, hits + missed), 2 * hits / max(1, 2 * hits + wrong + missed)


if __name__ == "__main__":
    main()
