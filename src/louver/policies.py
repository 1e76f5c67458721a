"""Knows where policies lie (presets, the user's own, files) and changes the user's without losing a comment."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from louver.core.policy_text import Draft, PolicyError, compile_policy, parse_policy, unknown_word
from louver.errors import LouverError
from louver.files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from louver.core.policy import Policy

PRESETS: Final = ("observe", "balanced", "strict")
DEFAULT: Final = "balanced"
OWN: Final = "policy.yaml"
"""The user's choice: what it extends, and the overrides by site."""


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
        """Return the draft of a named policy. Raises PolicyError, OSError."""
        if name in PRESETS:
            text = resources.files("louver").joinpath("presets", f"{name}.yaml").read_text("utf-8")
            return parse_policy(text, f"{name}.yaml", name)
        path = self.folder / "policies" / f"{name}.yaml"
        if Path(name).name == name and path.is_file():
            return parse_policy(path.read_text("utf-8"), str(path), name)
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
        return replace(draft, sites={**draft.sites, **own.sites})

    def compile(self, draft: Draft, site_of: Callable[[str], str], now: float) -> Policy:
        """Compile a draft with what it extends. Raises BadPolicyError."""
        try:
            return compile_policy(draft, self.find, site_of, now)
        except (PolicyError, OSError, UnicodeError) as error:
            raise BadPolicyError(error) from error

    def use(self, name: str) -> None:
        """Make a policy the one that the user's choice extends. Raises NoSuchPolicyError, BadPolicyError."""
        self.draft(name)

        def change(policy: Any) -> None:
            policy["extends"] = name

        self._change(change)

    def set_site(self, site: str, name: str, until: float | None = None) -> None:
        """Put another policy in force on one site; `until` is unix time, None means for good."""
        self.draft(name)
        override: Any = name
        if until is not None:
            override = {"extends": name, "until": datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")}

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

    def _change(self, change: Callable[[Any], None]) -> None:
        """Change the user's file in place of its text; what is not changed keeps its comments and its order."""
        self.own()  # a broken file is refused here, with its line, before anything is written
        yaml = YAML()
        yaml.preserve_quotes = True
        text = self.own_file.read_text("utf-8") if self.own_file.exists() else ""
        policy = yaml.load(text)
        if policy is None:
            policy = CommentedMap({"name": "mine", "extends": DEFAULT})
        change(policy)
        out = io.StringIO()
        out.write(text if yaml.load(text) is None else "")
        yaml.dump(policy, out)
        parse_policy(out.getvalue(), str(self.own_file), "mine")
        write_private(self.own_file, out.getvalue())
