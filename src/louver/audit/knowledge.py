"""Knows how to put together what an audit judges with: the lists, the policy that changes nothing, and canaries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from louver.audit.observe import KEY, UNDATED
from louver.core.digests import keyed
from louver.core.signals.own_data import OwnData, register
from louver.core.signals.own_forms import Seed, SeedError
from louver.errors import LouverError
from louver.setup import Settings, load_knowledge, load_lists, load_policy
from louver.suffixes import sites_from_tldextract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.core.engine import Knowledge
    from louver.core.policy import Policy
    from louver.core.signals.own_data import Registered

SEEDS: Final = (Seed.EMAIL, Seed.PHONE, Seed.NAME)
"""What a canary may be; the first that accepts it wins."""


class UnusableCanaryError(LouverError):
    """A canary that no search could find."""

    exit_code = 2

    def __init__(self, number: int) -> None:
        super().__init__(f"--canary number {number} is no e-mail address, phone number (+49…) or name")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides in an audit. `policies` are observe, then those whose effect is told beside it."""

    knowledge: Knowledge
    policies: Sequence[Policy]
    lists: tuple[str, ...]
    canaries: tuple[str, ...] = ()

    @property
    def observe(self) -> Policy:
        """The policy that changes nothing."""
        return self.policies[0]


def load_judgement(lists: tuple[str, ...] | None, canaries: Sequence[str], *, compare: bool = True) -> Judgement:
    """Read lists and policies. Raises LouverError."""
    sites = sites_from_tldextract()
    settings = Settings(policy="observe", lists=lists, overrides=False)
    chosen = load_lists(settings)
    knowledge = load_knowledge(settings, chosen, sites)
    names = ("observe", "balanced", "strict") if compare else ("observe",)
    policies = [load_policy(replace(settings, policy=name), sites, UNDATED)[0] for name in names]
    judgement = Judgement(knowledge, policies, tuple(str(one.id) for one in chosen.in_force))
    return with_canaries(judgement, canaries) if canaries else judgement


def with_canaries(judgement: Judgement, canaries: Sequence[str]) -> Judgement:
    """Return a judgement that looks for these canaries beside those that it knows. Raises UnusableCanaryError."""
    canaries = (*judgement.canaries, *canaries)
    return replace(judgement, knowledge=replace(judgement.knowledge, own=_own(canaries)), canaries=canaries)


def _own(canaries: Sequence[str]) -> OwnData:
    digest = keyed(KEY)
    rows = [row for number, text in enumerate(canaries, 1) for row in _registered(number, text)]
    return OwnData(rows, digest)


def _registered(number: int, text: str) -> tuple[Registered, ...]:
    for seed in SEEDS:
        try:
            return register(seed, text, keyed(KEY))
        except SeedError:
            continue
    raise UnusableCanaryError(number)
