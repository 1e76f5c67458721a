"""Knows the table of checks; a new check is a new small file and a row here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.checks import (
    addresses,
    consent,
    cookies,
    coverage,
    device,
    gpc,
    hidden,
    hygiene,
    inside,
    personal,
    regions,
    replay,
    sharing,
    third_parties,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from louver.audit.finding import Check

CHECKS: Final[Sequence[Check]] = (
    consent.REFUSED,
    consent.BEFORE,
    consent.PRESET,
    consent.CONTRADICTIONS,
    gpc.IGNORED,
    gpc.DECLARED,
    personal.LEAVES,
    personal.LOCATED,
    addresses.FORMS,
    addresses.SEARCHES,
    addresses.KEYS,
    replay.REPLAY,
    replay.STREAMS,
    device.FINGERPRINTS,
    inside.FINGERPRINTING,
    inside.KEY_LOGGING,
    hidden.CLOAKED,
    hidden.RELAYED,
    hidden.BOUNCED,
    hidden.ETAGS,
    hidden.HSTS,
    sharing.SYNCED,
    sharing.CLOSURE,
    sharing.COPIED,
    sharing.UNIVERSAL,
    cookies.THIRD_PARTY,
    cookies.OWN,
    cookies.LONG_LIVED,
    cookies.FLAGS,
    inside.STORAGE,
    addresses.CLICKS,
    addresses.DECORATED,
    addresses.PAGES,
    device.DETAILS_CHECK,
    device.CLIENT_HINTS,
    device.INTERESTS,
    third_parties.TRACKERS,
    third_parties.CONTACTED,
    regions.REGIONAL,
    hygiene.MIXED_CONTENT,
    hygiene.OPEN_PAGES,
    hygiene.POLICIES,
    coverage.COVERAGE,
)
"""In the order of a report, the gravest first; ids are stable, people write them into `--fail-on` and ignores."""
