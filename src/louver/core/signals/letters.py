"""Knows how letters follow one another in written language, and so tells words from random letters.

The table was counted over some sixty languages in Latin script and English web prose; `tools/train_letters.py` says
from what and rebuilds it. It knows no dictionary.
"""

from __future__ import annotations

from typing import Final

EDGE: Final = "^"
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz" + EDGE
CHANCE: Final = ord("q")
"""The letter that stands for "as likely as chance" in the table; each letter up or down is half a bit."""

TABLE: Final = (
    "morrklqmqmotquknhtrtnnkjnmu",
    "tlkiuigntrgrnktidsritfggrgr",
    "sgogsgbtsgpoihwfcqptpdfcsiq",
    "ugiovkknuoikmnskaoojqnhdmkv",
    "qnqrmlojnkorptknjutrknknkmw",
    "sjiiupgltkgofjvherkqtegeqeu",
    "slglvgootkhqiothhpqntflcnhv",
    "vihkviektjimkktifnntqiickcu",
    "plrrrookimorqutmjptskqjijnt",
    "wfklwhgfrijklnsiehqoskhejjs",
    "ukmgudenvkoommsheoprrlmcngu",
    "vkiougmhulkrljsjffppsjgapfu",
    "vqfivffktkhmojsqcgripggflgv",
    "tgqrsmtkrmnlhormbfqtqkheoiv",
    "lonqkoojmnqrsvrodurqqoohhmu",
    "uhkjteikqhhuijvocusppeegjdr",
    "qkkoqjjjskjpjlpjmmmmyjjjjkr",
    "uknpukmhtiomqmsjfnrrpnicmkv",
    "rhogunmpthooklqoijqtpjkaljw",
    "tijfumgsuiijkktparnqpikeojv",
    "sooosjqjploqstmoeutsoijijnt",
    "wjigwfgeviilfmreenlhnfgdmeq",
    "tgmhufirtjjkgpslemqjoevepfu",
    "rjpltmijuijnjkpsjjmwojijkiv",
    "smnosmkjoilooqrrdlrrnikeokx",
    "vonnufnpuinmprskfjlnqllfplu",
    "sqssqqoqrmoqrrqskpstqqphnma",
)
"""A row per first letter, a column per second letter, `^` being the edge of a word in both."""

HALF_BITS: Final = {
    first + second: ord(level) - CHANCE
    for first, row in zip(ALPHABET, TABLE, strict=True)
    for second, level in zip(ALPHABET, row, strict=True)
}

ABBREVIATION_LINES: Final = """
ads amp api app btn cdn cfg cms cpc cpm crm css csv ctr cta dns dpi eur faq fps gbp gdpr gif gpc gmt gps gpt gpu gtm
hdr html http https iab img ios jpg json jpeg kpi lcd led max min mob mp3 mpeg nav npm org pdf php png ppc px qr ram
rgb rss rtb rtl sdk seo sku sms sql src ssd ssl svg tcf tls ttl txt uri url usa usb usd utc utf utm vat vip vpn wcag
webp wifi wp www xhr xml yml zip gmbh ltd inc abc xxl xyz
"""
SHORT_WORD_LINE: Final = "am an as at be by de do el en go he id if im in is it la le me my no of on or to un up us we"

ABBREVIATIONS: Final = frozenset(ABBREVIATION_LINES.split())
"""What no letter statistics of a language would take for a word."""
SHORT_WORDS: Final = frozenset(SHORT_WORD_LINE.split())
SHORTEST_WORD: Final = 3
LONG_RUN: Final = 6


def likelihood(letters: str) -> int:
    """Return how much likelier lower-case ASCII letters are as a word than by chance, in half bits (below 0: less)."""
    get = HALF_BITS.get
    score = get(EDGE + letters[0], 0) + get(letters[-1] + EDGE, 0)
    for pair in map(str.__add__, letters, letters[1:]):
        score += get(pair, 0)
    return score


def is_word(letters: str) -> bool:
    """Tell whether a run of ASCII letters reads like a word, or like several written together.

    Short runs must be likelier than chance; long ones, where chance is far below, may fall half a bit a letter short.
    """
    lower = letters.lower()
    length = len(lower)
    if length < SHORTEST_WORD:
        return lower in SHORT_WORDS
    return lower in ABBREVIATIONS or likelihood(lower) > (-length if length >= LONG_RUN else 0)
