"""Knows where policies lie (presets, the user's own, files) and changes the user's without losing a comment."""

from __future__ import annotations

import fcntl
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from louver.core.policy_text import RESTART, Draft, PolicyError, compile_policy, parse_policy, unknown_word
from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from louver.core.policy import Policy

type Pick = Callable[[Mapping[str, Any]], bool]
"""Says of a rule whether it is meant."""

PRESETS: Final = ("observe", "balanced", "strict")
DEFAULT: Final = "balanced"
OWN: Final = "policy.yaml"
"""The user's choice: what it extends, and the overrides by site."""

LOCK: Final = ".policy.lock"
WIDTH: Final = 4096
"""Columns before a line is broken; a rule is one line."""


class NoSuchPolicyError(LouverError):
    """A policy was named that is neither a preset, nor one of the user's, nor a file."""

    exit_code = 2

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"policy {unknown_word(name, known)}")


class BadPolicyError(LouverError):
    """A policy file cannot be used."""

    exit_code = 2

    def __init__(self, error: PolicyError | OSError | UnicodeError, path: Path | None = None) -> None:
        super().__init__(str(error) if isinstance(error, PolicyError) else f"{path}: {error}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The policies that can be named, and the user's own choice. `folder` is the configuration folder."""

    folder: Path

    @property
    def own_file(self) -> Path:
        """Return where the user's choice is written."""
        return self.folder / OWN

    def names(self) -> list[str]:
        """Return the presets and the names of the user's policies."""
        return [*PRESETS, *sorted(path.stem for path in self.folder.glob("policies/*.yaml"))]

    def find(self, name: str) -> Draft | None:
        """Return the draft of a named policy, or of a file by its whole path. Raises PolicyError, OSError."""
        if name in PRESETS:
            text = resources.files("louver").joinpath("presets", f"{name}.yaml").read_text("utf-8")
            return parse_policy(text, f"{name}.yaml", name)
        given = Path(name)
        path = given if given.is_absolute() else self.folder / "policies" / f"{name}.yaml"
        if (given.is_absolute() or given.name == name) and path.is_file():
            return parse_policy(path.read_text("utf-8"), str(path), path.stem)
        return None

    def draft(self, name: str) -> Draft:
        """Return the draft of a name or of a file. Raises NoSuchPolicyError, BadPolicyError."""
        path = Path(name)
        try:
            found = self.find(name)
            if found is None and path.is_file():
                found = parse_policy(path.read_text("utf-8"), name, path.stem)
        except (PolicyError, OSError, UnicodeError) as error:
            raise BadPolicyError(error, path) from error
        if found is None:
            raise NoSuchPolicyError(name, self.names())
        return found

    def own(self) -> Draft:
        """Return the user's choice; the default where nothing was chosen. Raises BadPolicyError."""
        try:
            return parse_policy(self.own_file.read_text("utf-8"), str(self.own_file), "mine")
        except FileNotFoundError:
            return Draft(str(self.own_file), DEFAULT, extends=DEFAULT)
        except (PolicyError, OSError, UnicodeError) as error:
            raise BadPolicyError(error, self.own_file) from error

    def chosen(self, name: str | None) -> Draft:
        """Return what to decide with: the user's choice, or a named policy with the user's overrides by site."""
        own = self.own()
        if name is None:
            return own
        draft = self.draft(name)
        return replace(draft, sites={**draft.sites, **own.sites}, off={**draft.off, **own.off})

    def compile(self, draft: Draft, site_of: Callable[[str], str], now: float) -> Policy:
        """Compile a draft with what it extends. Raises BadPolicyError."""
        try:
            return compile_policy(draft, self.find, site_of, now)
        except (PolicyError, OSError, UnicodeError) as error:
            raise BadPolicyError(error) from error

    def use(self, name: str) -> None:
        """Make a policy the one that the user's choice extends. Raises NoSuchPolicyError, BadPolicyError."""
        name = self._lasting(name)

        def change(policy: Any) -> None:
            policy["extends"] = name

        self._change(change)

    def set_site(self, site: str, name: str, until: float | None = None) -> None:
        """Put another policy in force on one site; `until` is unix time, None means for good."""
        override: Any = self._lasting(name)
        if until is not None:
            override = {"extends": override, "until": datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")}

        def change(policy: Any) -> None:
            if not isinstance(policy.get("sites"), dict):
                policy["sites"] = CommentedMap()
            policy["sites"][site] = override

        self._change(change)

    def clear_site(self, site: str) -> bool:
        """Take back what was set for a site; False where nothing was."""
        if site not in self.own().sites:
            return False

        def change(policy: Any) -> None:
            del policy["sites"][site]
            if not policy["sites"]:
                del policy["sites"]

        self._change(change)
        return True

    def extend_site(self, site: str, name: str | None) -> None:
        """Choose what the rules of one site come on top of; None means what is in force elsewhere."""
        if name is not None:
            self.draft(name)

        def change(policy: Any) -> None:
            own = _site_entry(policy, site)
            own.pop("extends", None)
            if name is not None:
                own.insert(0, "extends", name)
            _drop_if_empty(policy, "sites", site)

        self._change(change)

    def site_rules(self, site: str | None) -> list[dict[str, Any]]:
        """Return the user's own rules for one site, or for all (None), as they are written. Raises BadPolicyError."""
        self.own()
        policy = YAML(typ="safe").load(self.text()) or {}
        entry = policy if site is None else (policy.get("sites") or {}).get(site)
        return list((entry.get("rules") if isinstance(entry, dict) else None) or ())

    def change_rules(
        self, site: str | None, drop: Pick, add: Sequence[Mapping[str, Any]], behind: Pick | None = None
    ) -> None:
        """Take those rules of a site out that `drop` picks; put others in front, or behind those they may not pass.

        Without a site, it is the rules for all sites.
        """

        def change(policy: Any) -> None:
            own = policy if site is None else _site_entry(policy, site)
            rules = own.setdefault("rules", CommentedSeq())
            for place in reversed([place for place, rule in enumerate(rules) if drop(rule)]):
                del rules[place]
            first = max(
                (place + 1 for place, rule in enumerate(rules) if behind is not None and behind(rule)), default=0
            )
            for rule in reversed(add):
                row = CommentedMap(rule)
                row.fa.set_flow_style()
                rules.insert(first, row)
            if not rules:
                del own["rules"]
            if site is not None:
                _drop_if_empty(policy, "sites", site)

        self._change(change)

    def switch_off(self, site: str, until: float | str) -> None:
        """Change nothing on one site until a unix time, a `restart`, or `always`; its rules wait."""
        end = until if isinstance(until, str) else datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")

        def change(policy: Any) -> None:
            if not isinstance(policy.get("off"), dict):
                policy["off"] = CommentedMap()
            policy["off"][site] = end

        self._change(change)

    def switch_on(self, *sites: str) -> None:
        """Let the policy act on these sites again."""

        def change(policy: Any) -> None:
            for site in sites:
                _drop(policy, "off", site)

        if set(sites) & set(self.own().off):
            self._change(change)

    def off_until(self, site: str) -> str | None:
        """Return until when a site is switched off, as it is written; None where it is not."""
        policy = YAML(typ="safe").load(self.text()) or {}
        end = (policy.get("off") or {}).get(site)
        return None if end is None else str(end)

    def restarted(self) -> None:
        """Take back what was to last until a restart. Raises BadPolicyError."""
        off = self.own().off
        self.switch_on(*(site for site in off if self.off_until(site) == RESTART))

    def _lasting(self, name: str) -> str:
        """Return a name that means the same wherever Louver is started. Raises NoSuchPolicyError, BadPolicyError."""
        self.draft(name)
        return name if name in self.names() else str(Path(name).resolve())

    def text(self) -> str:
        """Return the user's file as it is written, empty where there is none."""
        return self.own_file.read_text("utf-8") if self.own_file.exists() else ""

    def restore(self, text: str) -> None:
        """Put an earlier text of the user's file back. Raises BadPolicyError."""
        try:
            parse_policy(text, str(self.own_file), "mine")
        except PolicyError as error:
            raise BadPolicyError(error) from error
        write_private(self.own_file, text)

    def _change(self, change: Callable[[Any], None]) -> None:
        """Change the user's file in place of its text; what is not changed keeps its comments and its order."""
        with _alone(self.folder):
            self.own()  # a broken file is refused here, with its line, before anything is written
            text = self.text()
            changed = _changed(text, change)
            try:
                parse_policy(changed, str(self.own_file), "mine")
            except PolicyError as error:
                raise BadPolicyError(error) from error
            write_private(self.own_file, changed)


def files_named(draft: Draft) -> list[Path]:
    """Return the files that a draft extends by their whole path, for who wants to notice edits of them."""
    names = sorted({name for part in (draft, *draft.sites.values()) if (name := part.extends) is not None})
    return [path for path in map(Path, names) if path.is_absolute()]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else changes the user's choice: the dashboard and a command may do so at once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _changed(text: str, change: Callable[[Any], None]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    policy = yaml.load(text)
    comments = text if policy is None else ""
    if policy is None:
        policy = CommentedMap({"name": "mine", "extends": DEFAULT})
    change(policy)
    out = io.StringIO()
    out.write(comments)
    yaml.dump(policy, out)
    return out.getvalue()


def _site_entry(policy: Any, site: str) -> Any:
    """Return what is written for a site as a mapping that can be changed."""
    if not isinstance(policy.get("sites"), dict):
        policy["sites"] = CommentedMap()
    entry = policy["sites"].get(site)
    if not isinstance(entry, dict):
        entry = policy["sites"][site] = CommentedMap({"extends": entry} if entry else {})
    return entry


def _drop_if_empty(policy: Any, part: str, site: str) -> None:
    if not policy[part][site]:
        _drop(policy, part, site)


def _drop(policy: Any, part: str, site: str) -> None:
    if isinstance(policy.get(part), dict):
        policy[part].pop(site, None)
        if not policy[part]:
            del policy[part]
