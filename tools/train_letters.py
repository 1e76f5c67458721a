"""Knows how to count which letter follows which in many languages; prints the table that `letters.py` in core holds.

    python tools/train_letters.py --catalogues DJANGO_WHEEL_UNPACKED --english open-cookie-database.csv

Sources: the translations in Django 5.2 (BSD-3-Clause, every locale in Latin script), the English descriptions of the
Open Cookie Database (Apache-2.0), and the few words of our own below for what neither covers. Only letter-pair
frequencies leave this script.
"""

from __future__ import annotations

import argparse
import math
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDGE = "^"
LOWEST, HIGHEST = -16, 9  # half bits; 26 levels, so that each is a letter
FOLDS = str.maketrans(
    {"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"}
)
MESSAGE = re.compile(r'^(msgid|msgstr)(?:\[\d\])? "(.*)"$|^"(.*)"$')
ENGLISH_SHARE = 0.35
SMOOTH = 5  # per million pairs: unseen is rare, not impossible

OWN_WORDS = """
shouye tuijian shangpin zhongguo xinwen guanyu women denglu zhuce gouwuche dingdan sousuo wode zhanghao huiyuan
shipin yinyue youxi jiaoyu shenghuo shanghai beijing guangzhou shenzhen qingdao chongqing xiangqing fenlei quanbu
osusume shohin ichiran kaimono kaiin toroku tokyo osaka kyoto nihon ryokan onsen gohan sakura hajimete shinchaku
glavnaya stranitsa novosti magazin korzina poisk sevodnya zakaz dostavka oplata kontakty spasibo privet moskva
habari karibu nyumbani ukurasa michezo leo bei bidhaa trang chu khuyen mai san pham tin tuc dang nhap thanh toan
homepage sidebar banner checkout wishlist newsletter footer header navbar dropdown carousel analytics cookie consent
login logout signup username password settings profile dashboard widget tooltip viewport webpack javascript frontend
"""


def main() -> None:
    """Print the 27 rows of the table: how much likelier than chance each letter is after the row's letter."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--catalogues", type=Path, required=True)
    options.add_argument("--english", type=Path, required=True)
    given = options.parse_args()
    english = count(words(given.english.read_text(encoding="utf-8"))) + count(words(OWN_WORDS * 20))
    foreign: Counter[str] = Counter()
    for pairs in read_catalogues(given.catalogues):
        foreign.update(scaled(pairs, 1.0))
    for row in table(scaled(english, ENGLISH_SHARE), scaled(foreign, 1 - ENGLISH_SHARE)):
        print(f'    "{row}"')


def read_catalogues(root: Path) -> Iterator[Counter[str]]:
    """Yield one count per locale that is written in Latin letters."""
    for locale in sorted({path.parts[-3] for path in root.rglob("LC_MESSAGES/*.po")}):
        text = " ".join(
            " ".join(translations(path.read_text(encoding="utf-8")))
            for path in sorted(root.rglob(f"{locale}/LC_MESSAGES/*.po"))
        )
        letters = [letter for letter in text if letter.isalpha()]
        latin = sum(letter.isascii() for letter in letters)
        if len(letters) > 3000 and latin > 0.7 * len(letters):
            yield count(words(text))


def translations(catalogue: str) -> Iterator[str]:
    """Yield the translated texts of a gettext catalogue, without placeholders and markup."""
    mine = False
    for line in catalogue.splitlines():
        if found := MESSAGE.match(line):
            mine = found[1] == "msgstr" if found[1] else mine
            if mine:
                yield re.sub(r"%\(\w+\)s|<[^>]*>|\\.|https?:\S+", " ", found[2] or found[3] or "")


def words(text: str) -> Iterable[str]:
    """Return the words of a text in plain lower-case letters."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(FOLDS))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.findall(r"(?<![^\W_])[a-z]{2,}(?![^\W_])", plain)


def count(found: Iterable[str]) -> Counter[str]:
    """Count letter pairs, the edges of words included."""
    return Counter(pair for word in found for pair in map("".join, zip(EDGE + word, word + EDGE, strict=True)))


def scaled(pairs: Counter[str], share: float) -> Counter[str]:
    """Return the same counts with a given total, so that no language outweighs another."""
    total = sum(pairs.values())
    return Counter({pair: round(share * 1_000_000 * number / total) for pair, number in pairs.items()})


def table(*parts: Counter[str]) -> Iterator[str]:
    """Yield a row per first letter: half bits above chance for each second letter, `a` lowest and `z` highest."""
    pairs: Counter[str] = sum(parts, Counter())
    alphabet = LETTERS + EDGE
    for first in alphabet:
        row = [pairs[first + second] + SMOOTH for second in alphabet]
        halves = [round(2 * math.log2(number / sum(row) * len(alphabet))) for number in row]
        yield "".join(LETTERS[min(max(half, LOWEST), HIGHEST) - LOWEST] for half in halves)


if __name__ == "__main__":
    main()
