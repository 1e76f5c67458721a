"""Knows how to remember a bounded number of answers, those not used for long going first."""

from __future__ import annotations


class Memo[Key, Value](dict[Key, Value]):
    """A dictionary that fills; then it becomes the old one, and what was in the old one is forgotten.

    So it holds between half and all of `limit` answers. Ask it with `get` first, which is as fast as a dictionary,
    and where that finds nothing with `recall`. `misses` counts the answers that were in neither.
    """

    __slots__ = ("_half", "_old", "misses")

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._half = limit // 2
        self._old: dict[Key, Value] = {}
        self.misses = 0

    def recall(self, key: Key) -> Value | None:
        """Return an answer that has not been asked for lately, and keep it."""
        found = self._old.get(key)
        if found is None:
            self.misses += 1
        else:
            self.keep(key, found)
        return found

    def keep(self, key: Key, value: Value) -> None:
        """Remember an answer."""
        if len(self) >= self._half:
            self._old = dict(self)
            self.clear()
        self[key] = value
