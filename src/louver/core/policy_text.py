"""Knows how a policy is written in YAML and says file, line and key of every mistake; compiles text into a Policy."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, NoReturn

import yaml

from louver.core.decision import Treatment
from louver.core.facts import Party, ResourceType
from louver.core.policy import Flags, Names, Policy, Row
from louver.core.signals.signal import Grade, Kind, Purpose, Where


class PolicyError(Exception):
    """A policy that cannot be used: which file, which line, which key, and why."""

    def __init__(self, file: str, line: int, key: str, reason: str) -> None:
        """Build the one line that a person reads; `line` counts from 1."""
        super().__init__(f"{file}:{line}: {key}: {reason}")
        self.file, self.line, self.key, self.reason = file, line, key, reason


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy as written, before what it extends is known.

    `until` is unix time; None means for good. `off` says until when nothing is changed on a site.
    """

    file: str
    name: str
    line: int = 1
    extends: str | None = None
    extends_line: int = 1
    flags: Mapping[str, bool] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    sites: Mapping[str, Draft] = field(default_factory=dict)
    until: float | None = None
    off: Mapping[str, float] = field(default_factory=dict)
    text: str = ""


type Find = Callable[[str], Draft | None]
"""Gives the draft of a policy's name, or None where there is none."""


def parse_policy(text: str, file: str, name: str | None = None) -> Draft:
    """Parse one policy; `name` is used where the text gives none. Raises PolicyError."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PolicyError(file, mark.line + 1 if mark else 1, "yaml", error.problem or "not YAML") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PolicyError(file, 1, "yaml", str(error).splitlines()[0] if str(error) else "not YAML") from error
    reader = _Reader(file, text)
    if node is None:
        return Draft(file, name or file, text=text)
    return reader.policy(node, name or file)


def compile_policy(draft: Draft, find: Find, site_of: Callable[[str], str], now: float = 0.0) -> Policy:
    """Compile a draft with all that it extends. Overrides and rules whose `until` has passed at `now` are left out.

    Raises PolicyError for an unknown name or a circle.
    """
    return _Compiler(find, site_of, now).policy(draft, ())


def next_expiry(draft: Draft, now: float) -> float | None:
    """Return when the next timed override or rule ends, so that the shell compiles again then."""
    ends = (end for part in (draft, *draft.sites.values()) for end in (part.until, *(row.until for row in part.rows)))
    times = [end for end in (*ends, *draft.off.values()) if end is not None and now < end < math.inf]
    return min(times, default=None)


class _Reader:
    """Turns YAML nodes into a draft; every mistake is said with its line."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text

    def fail(self, node: yaml.Node, key: str, reason: str) -> NoReturn:
        raise PolicyError(self.file, node.start_mark.line + 1, key, reason)

    def items(self, node: yaml.Node, key: str) -> Sequence[tuple[str, yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, key, "expected keys and values")
        found: dict[str, tuple[str, yaml.Node, yaml.Node]] = {}
        for name, value in node.value:
            text = self.string(name, key)
            if text in found:
                self.fail(name, text, "given twice")
            found[text] = (text, name, value)
        return tuple(found.values())

    def string(self, node: yaml.Node, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
            self.fail(node, key, "expected a text")
        return str(node.value)

    def boolean(self, node: yaml.Node, key: str) -> bool:
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:bool":
            self.fail(node, key, "expected true or false")
        return node.value.lower() in ("true", "yes", "on")

    def strings(self, node: yaml.Node, key: str) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                self.fail(node, key, "the list is empty")
            return tuple(self.string(item, key) for item in node.value)
        return (self.string(node, key),)

    def words[E: StrEnum](self, node: yaml.Node, key: str, words: type[E]) -> frozenset[E]:
        return frozenset(self.word(node, key, text, words) for text in self.strings(node, key))

    def word[E: StrEnum](self, node: yaml.Node, key: str, text: str, words: type[E]) -> E:
        try:
            return words(text)
        except ValueError:
            self.fail(node, key, unknown_word(text, [str(word) for word in words]))

    def time(self, node: yaml.Node, key: str) -> float:
        text = self.string(node, key)
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            self.fail(node, key, f"{text!r} is no time; write it like 2026-12-31T18:00:00Z")
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()

    def end(self, node: yaml.Node, key: str) -> float:
        return math.inf if self.string(node, key) in ENDLESS else self.time(node, key)

    def policy(self, node: yaml.Node, name: str) -> Draft:
        line = node.start_mark.line + 1
        known: dict[str, object] = {"name": name, "extends": None, "rows": (), "sites": {}, "until": None, "off": {}}
        flags: dict[str, bool] = {}
        extends_line = line
        for key, key_node, value in self.items(node, "policy"):
            match key:
                case "name":
                    known["name"] = self.string(value, key)
                case "extends":
                    known["extends"], extends_line = self.string(value, key), value.start_mark.line + 1
                case "on_fault" | "bounces":
                    flag, no, yes = EITHER[key]
                    flags[flag] = self.either(value, key, no, yes)
                case "gpc" | "filters" | "clean_navigation":
                    flags[key] = self.boolean(value, key)
                case "until":
                    known["until"] = self.time(value, key)
                case "rules":
                    known["rows"] = self.rows(value, str(known["name"]))
                case "sites" | "off":
                    known[key] = self.sites(value) if key == "sites" else self.off(value)
                case "description":
                    self.string(value, key)
                case _:
                    self.fail(key_node, key, unknown_word(key, POLICY_KEYS))
        return Draft(  # the values were checked above, key by key
            self.file,
            line=line,
            extends_line=extends_line,
            flags=flags,
            text=self.text,
            **known,  # type: ignore[arg-type]
        )

    def either(self, node: yaml.Node, key: str, no: str, yes: str) -> bool:
        text = self.string(node, key)
        if text not in (no, yes):
            self.fail(node, key, unknown_word(text, [no, yes]))
        return text == yes

    def rows(self, node: yaml.Node, name: str) -> tuple[Row, ...]:
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null":
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, "rules", "expected a list of rules")
        return tuple(self.row(item, name) for item in node.value)

    def row(self, node: yaml.Node, name: str) -> Row:
        asks: dict[str, object] = {}
        treatment: Treatment | None = None
        written: list[str] = []
        for key, key_node, value in self.items(node, "rules"):
            if key not in ROW_KEYS:
                self.fail(key_node, key, unknown_word(key, ROW_KEYS))
            if key == "treatment":
                treatment = self.word(value, key, self.string(value, key), Treatment)
            elif key == "until":
                asks[key] = self.time(value, key)
            else:
                asks[FIELD[key]] = self.ask(key, value)
            written.append(f"{key}: {_shown(value)}")
        if treatment is None:
            self.fail(node, "treatment", "missing: every rule says what to do")
        place = f"{name}:{node.start_mark.line + 1}"
        return Row(treatment, f"{place}: {{{', '.join(written)}}}", **asks)  # type: ignore[arg-type]  # checked by ask()

    def ask(self, key: str, value: yaml.Node) -> object:
        if key in WORDS:
            return self.words(value, key, WORDS[key])
        if key in FLAGS:
            return self.boolean(value, key)
        if key == "category":
            return frozenset(self.strings(value, key))
        return Names(self.strings(value, key))

    def sites(self, node: yaml.Node) -> dict[str, Draft]:
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null":
            return {}
        return {site: self.site(site, value) for site, _, value in self.items(node, "sites")}

    def off(self, node: yaml.Node) -> dict[str, float]:
        return {site: self.end(end, "off") for site, _, end in self.items(node, "off")}

    def site(self, site: str, node: yaml.Node) -> Draft:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            name = self.string(node, f"sites: {site}")
            return Draft(self.file, name, line=line, extends=name, extends_line=line)
        for key, key_node, _ in self.items(node, "sites"):
            if key in ("sites", "off"):  # said before it is read: an alias could make it endless
                self.fail(key_node, key, "the policy of one site cannot have sites of its own")
        draft = self.policy(node, "")
        return draft if draft.name else replace(draft, name=f"{draft.extends or 'own rules'} for {site}")


class _Compiler:
    """Resolves what policies extend; refuses circles."""

    def __init__(self, find: Find, site_of: Callable[[str], str], now: float) -> None:
        self.find, self.site_of, self.now = find, site_of, now

    def policy(self, draft: Draft, below: tuple[str, ...], enclosing: Policy | None = None) -> Policy:
        base = enclosing if draft.extends is None else self.base(draft, below)
        flags = replace(base.flags if base else Flags(), **draft.flags)
        lasting = tuple(row for row in draft.rows if row.until is None or row.until > self.now)
        rows = lasting + (base.rows if base else ())
        own = Policy(draft.name, rows, {}, flags, _digest(draft.name, rows, {}, flags))
        sites = dict(base.sites) if base and enclosing is None else {}
        for site, nested in draft.sites.items():
            if nested.until is None or nested.until > self.now:
                sites[self.site_of(site)] = self.policy(nested, below, own)
        for site, end in draft.off.items():
            if end > self.now:
                sites[self.site_of(site)] = self.policy(Draft(draft.file, OFF, draft.line, OFF), below)
        return Policy(draft.name, rows, sites, flags, _digest(draft.name, rows, sites, flags))

    def base(self, draft: Draft, below: tuple[str, ...]) -> Policy:
        name = draft.extends or ""
        if name in below:
            circle = " extends ".join((*below[below.index(name) :], name))
            raise PolicyError(draft.file, draft.extends_line, "extends", f"{circle} is a circle")
        found = self.find(name)
        if found is None:
            raise PolicyError(draft.file, draft.extends_line, "extends", f"there is no policy named {name!r}")
        return self.policy(found, (*below, name))


def unknown_word(text: str, words: Sequence[str]) -> str:
    """Say that a word is not known, and which one may have been meant."""
    near = get_close_matches(text, words, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(words))}"
    return f"{text!r} is not known; {hint}"


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(_shown(item) for item in node.value)}]"
    return str(node.value)


def _digest(name: str, rows: Sequence[Row], sites: Mapping[str, Policy], flags: Flags) -> str:
    """Twelve hex digits that name this very policy in the ledger, whatever file it came from."""
    parts = (name, [row.text for row in rows], sorted((site, policy.digest) for site, policy in sites.items()), flags)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


WORDS: Final[Mapping[str, type[StrEnum]]] = {
    "kind": Kind,
    "party": Party,
    "type": ResourceType,
    "purpose": Purpose,
    "grade": Grade,
    "where": Where,
}
FLAGS: Final = frozenset({"mixed", "listed", "excepted", "protected"})
FIELD: Final[Mapping[str, str]] = {
    "kind": "kinds",
    "party": "parties",
    "category": "categories",
    "type": "types",
    "purpose": "purposes",
    "grade": "grades",
    "where": "wheres",
    "owner": "owners",
    "name": "names",
    "recipient": "recipients",
    **{flag: flag for flag in FLAGS},
}
"""What a rule may ask, and the field of Row that holds it."""
EITHER: Final = {"on_fault": ("on_fault_pass", "block", "pass"), "bounces": ("clear_bounces", "report", "clear")}
"""Keys with one of two words: the flag, the word for no and the word for yes."""
ROW_KEYS: Final = (*FIELD, "treatment", "until")
POLICY_KEYS: Final = (
    "name", "description", "extends", "on_fault", "gpc", "filters", "clean_navigation", "bounces", "rules", "sites",
    "until", "off",
)  # fmt: skip
OFF: Final = "observe"
"""The policy of a site on which nothing is to be changed."""
RESTART: Final = "restart"
ENDLESS: Final = ("always", RESTART)
"""Ends that no clock brings. What lasts until a restart is taken back by the next start."""
