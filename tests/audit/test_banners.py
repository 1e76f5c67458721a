"""The rules by which consent questions are answered."""

from __future__ import annotations

from louver.audit.banners import ACCEPT_WORDS, BUTTONS, REJECT_WORDS, words


def test_many_languages_are_spoken() -> None:
    assert min(len(ACCEPT_WORDS), len(REJECT_WORDS)) >= 10


def test_no_button_says_yes_and_no() -> None:
    assert not set(words("accept")) & set(words("reject"))
    assert not set(BUTTONS["accept"][0]) & set(BUTTONS["reject"][0])


def test_words_are_compared_in_lower_case() -> None:
    said = words("accept") + words("reject")
    assert said == [word.lower().strip() for word in said]
