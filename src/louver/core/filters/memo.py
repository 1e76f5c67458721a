"""Knows how to remember a bounded number of answers, those not used for long going first."""

from __future__ import annotations


class Memo[Key, Value]:
    """Two dictionaries: the young one fills, then becomes the old one, and what was in the old one is forgotten.

    Holds between `limit / 2` and `limit` answers. `hits` and `misses` count since the start.
    """

    __slots__ = ("_half", "_old", "_young", "hits", "misses")

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self.hits = self.misses = 0

    def get(self, key: Key) -> Value | None:
        """Return a remembered answer."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
        return found

    def put(self, key: Key, value: Value) -> None:
        """Remember an answer."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
