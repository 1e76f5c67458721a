"""Knows how to put an engine together from what the user chose: policy, lists, bundled tables and key."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from louver import folders
from louver.bundled import load_never_break, load_payloads, load_purposes, load_redirectors, load_stand_ins
from louver.core.engine import Engine, Knowledge
from louver.core.policy_text import next_expiry
from louver.core.pseudonym import epoch_of
from louver.core.tables import merge
from louver.keys import install_key
from louver.lists.choose import enabled_lists, named_lists
from louver.lists.store import BUNDLED, STATE, Store
from louver.own import FILE as OWN_DATA
from louver.own import Own
from louver.policies import Shelf, files_named
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.policy import Policy
    from louver.core.policy_text import Draft
    from louver.core.sites import Sites
    from louver.lists.choose import Chosen


log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose on the command line, and where files lie.

    `policy` None means the user's own choice; `lists` None means the bundled tables and the enabled lists. With
    `overrides` false, the user's per-site choices are left out: an answer for a named policy must not depend on them.
    """

    policy: str | None = None
    lists: tuple[str, ...] | None = None
    overrides: bool = True
    config_dir: Path = field(default_factory=folders.config_dir)
    data_dir: Path = field(default_factory=folders.data_dir)
    cache_dir: Path = field(default_factory=folders.cache_dir)

    @property
    def shelf(self) -> Shelf:
        """Return the policies that can be named."""
        return Shelf(self.config_dir)


def load_engine(settings: Settings, now: float | None = None) -> Engine:
    """Read everything that decides and return the engine. Raises LouverError with one clear line.

    A list that cannot decide as it should is named in the log, and the others decide.
    """
    moment = time.time() if now is None else now
    sites = sites_from_tldextract()
    policy, _ = load_policy(settings, sites, moment)
    return Engine(load_knowledge(settings, load_lists(settings), sites), policy, pseudonym_key(settings), moment)


def load_lists(settings: Settings) -> Chosen:
    """Read the lists that decide. Raises LouverError where none can; what is wrong with one is logged."""
    # Lists that are named on the command line stand alone; what must never break always holds.
    store = Store(settings.data_dir)
    if settings.lists is not None:
        chosen = named_lists(settings.lists, settings.cache_dir, store)
    else:
        chosen = enabled_lists(store, store.read(), settings.cache_dir)
    for problem in chosen.problems:
        log.warning("%s", problem)
    return chosen


def load_knowledge(settings: Settings, lists: Chosen, sites: Sites) -> Knowledge:
    """Put the lists together with all else that is known. Raises LouverError, TableError."""
    return Knowledge(
        sites,
        merge(lists.tables),
        load_never_break(),
        lists.filters,
        load_payloads(),
        load_purposes(),
        Own(settings.config_dir, settings.data_dir).data(),
        load_redirectors(sites.site),
        load_stand_ins(),
    )


def load_policy(settings: Settings, sites: Sites, now: float) -> tuple[Policy, Draft]:
    """Return the policy in force and the draft it was made of. Raises LouverError."""
    shelf = settings.shelf
    if settings.policy is not None and not settings.overrides:
        draft = shelf.draft(settings.policy)
    else:
        draft = shelf.chosen(settings.policy)
    return shelf.compile(draft, sites.site, now), draft


def pseudonym_key(settings: Settings) -> bytes:
    """Return the key for stand-ins; it never leaves this installation."""
    return install_key(settings.data_dir, "pseudonym")


class _Stamps(NamedTuple):
    """When policy files, lists and the person's own data were last written."""

    policies: Sequence[object]
    lists: Sequence[object]
    own: object


class Watcher:
    """Notices edits of policy files and lists, and gives the engine anew; what is broken leaves the last good one.

    `lists` says which lists decide in `engine`, and which version of each.
    """

    def __init__(self, settings: Settings, now: float) -> None:
        """Load for the first time. Raises LouverError."""
        self.settings = settings
        self.sites = sites_from_tldextract()
        self._named: Sequence[Path] = ()
        self._seen = self._stamps()
        lists = load_lists(settings)
        self._knowledge = load_knowledge(self.settings, lists, self.sites)
        self.lists = lists.in_force
        self._key = pseudonym_key(settings)
        policy, self._draft = load_policy(settings, self.sites, now)
        self._is_broken = False
        self._expiry: float | None = None
        self._epoch = epoch_of(now)
        self._take(policy, now)

    def check(self, now: float) -> bool:
        """Look for changes; True when `engine` is a new one. Raises LouverError once for each broken edit."""
        stamps, seen = self._stamps(), self._seen
        self._seen = stamps
        known_changed = stamps.own != seen.own or (stamps.lists != seen.lists and self._lists_differ())
        edited = stamps.policies != seen.policies or (self._is_broken and stamps != seen)
        if not known_changed and not edited and not self._is_due(now):
            return False
        was_broken, self._is_broken = self._is_broken, True
        # What is due and fails is not tried again until somebody edits it.
        self._expiry = None if self._has_ended(now) else self._expiry
        self._epoch = epoch_of(now)
        if known_changed:
            lists = load_lists(self.settings)
            self._knowledge, self.lists = load_knowledge(self.settings, lists, self.sites), lists.in_force
        # An override ends in time although the file was broken since: the last good one says when.
        if edited:
            policy, self._draft = load_policy(self.settings, self.sites, now)
        else:
            policy = self.settings.shelf.compile(self._draft, self.sites.site, now)
        self._is_broken = was_broken and not edited
        self._take(policy, now)
        return True

    def _take(self, policy: Policy, now: float) -> None:
        self._expiry, self._epoch = next_expiry(self._draft, now), epoch_of(now)
        self.engine = Engine(self._knowledge, policy, self._key, now)
        named = files_named(self._draft)
        if named != self._named:
            self._named = named
            self._seen = self._stamps()

    def _is_due(self, now: float) -> bool:
        return self._has_ended(now) or epoch_of(now) != self._epoch

    def _has_ended(self, now: float) -> bool:
        return self._expiry is not None and now >= self._expiry

    def _lists_differ(self) -> bool:
        """Tell whether other lists, or other versions, are wanted than those in force: an update may bring none."""
        if self.settings.lists is not None:
            return True
        wanted = Store(self.settings.data_dir).read().in_force
        return wanted != [(one.id, one.sha256) for one in self.lists if one.id != BUNDLED]

    def _stamps(self) -> _Stamps:
        shelf = self.settings.shelf
        policies = [shelf.own_file, *sorted(self.settings.config_dir.glob("policies/*.yaml")), *self._named]
        if self.settings.policy is not None:
            policies.append(Path(self.settings.policy))
        lists = [*map(Path, self.settings.lists or ()), Store(self.settings.data_dir).folder / STATE]
        own = self.settings.config_dir / OWN_DATA
        return _Stamps([_stamp(path) for path in policies], [_stamp(path) for path in lists], _stamp(own))


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return str(path), None
    return str(path), found.st_mtime_ns, found.st_size
