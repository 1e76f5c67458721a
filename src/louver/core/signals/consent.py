"""Knows how sites and browsers say what a person agreed to or refused; reads every such signal, never writes one.

Names and values of an exchange in, words out. A signal that cannot be read is passed over: it is no one's choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote

from louver.core.signals.choices import ASPECTS, Choice, Consent, granted
from louver.core.signals.gpp import gpp_consents, us_privacy_consent
from louver.core.signals.tcf import tcf_consent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Fields = Mapping[str, str]
"""All names of an exchange, in lower case and without their path, to values; for signals made of several fields."""
type Reader = Callable[[str, Fields], Iterable[Consent | None]]

MAX_VALUE: Final = 16_384


@dataclass(frozen=True, slots=True)
class ConsentState:
    """All consent and opt-out signals of one exchange."""

    consents: tuple[Consent, ...] = ()

    def choice(self, aspect: str) -> Choice:
        """Answer one of `ASPECTS` over all signals: one refusal refuses, whoever else agreed."""
        purposes = ASPECTS[aspect]
        said = {c.choices[name] for c in self.consents for name in purposes if name in c.choices}
        if Choice.DENIED in said:
            return Choice.DENIED
        return Choice.GRANTED if Choice.GRANTED in said else Choice.UNKNOWN

    @property
    def refused(self) -> tuple[str, ...]:
        """The aspects that were refused."""
        return tuple(aspect for aspect in ASPECTS if self.choice(aspect) is Choice.DENIED)

    @property
    def words(self) -> str:
        """All of it in one line, for a person."""
        return " | ".join(f"{consent.mechanism}: {consent.words}" for consent in self.consents)


NOTHING: Final = ConsentState()


def read_consent(
    fields: Iterable[tuple[str, str]],
    headers: Iterable[tuple[str, str]] = (),
    cookies: Iterable[tuple[str, str]] = (),
) -> ConsentState:
    """Read the state that an exchange carries: in (decoded) fields of its URL and body, in its headers and cookies."""
    known = [(key, value) for name, value in fields if (key := _bare(name)) in READERS]
    known += [(name, value) for name, value in cookies if name.lower() in COOKIE_READERS]
    known += [(key, value) for name, value in headers if (key := name.lower()) in HEADER_READERS]
    if not known:
        return NOTHING
    return _gather((name.lower(), value) for name, value in known)


def _gather(known: Iterable[tuple[str, str]]) -> ConsentState:
    pairs = [(name, value) for name, value in known if len(value) <= MAX_VALUE]
    together: dict[str, str] = {}
    for name, value in pairs:
        together.setdefault(name, value)
    found: dict[tuple[str, str], Consent] = {}
    for name, value in pairs:
        for consent in ALL_READERS[name](value, together):
            if consent is not None:
                found.setdefault((consent.mechanism, consent.raw), consent)
    return ConsentState(tuple(found.values()))


def _bare(name: str) -> str:
    """Return the last part of a field's path, without an index, in lower case."""
    return name.rpartition(".")[2].partition("[")[0].lower()


def _read_tcf(value: str, fields: Fields) -> Iterable[Consent | None]:
    consent = tcf_consent(value)
    if consent is not None and fields.get("gdpr") == "0":
        # A string with no consent is also what is sent where nobody was asked: that is no refusal.
        return (replace(consent, choices={}, words=f"{consent.words}; said not to apply here"),)
    return (consent,)


def _read_gpp(value: str, _fields: Fields) -> Iterable[Consent | None]:
    return gpp_consents(value[value.find("DB") :] if "DB" in value else value)


def _read_us_privacy(value: str, _fields: Fields) -> Iterable[Consent | None]:
    return (us_privacy_consent(value),)


def _read_gdpr(value: str, _fields: Fields) -> Iterable[Consent | None]:
    words = {"1": "European rules apply", "0": "European rules are said not to apply"}.get(value)
    return (Consent("gdpr-applies", {}, words, value),) if words else ()


ADDITIONAL: Final = re.compile(r"[12]~(\d{1,6}(?:\.\d{1,6})*)?(?:~dv\.[\d.]*)?")


def _read_additional(value: str, _fields: Fields) -> Iterable[Consent | None]:
    """Read Google's Additional Consent string: vendors outside the framework that were agreed to."""
    matched = ADDITIONAL.fullmatch(value)
    if matched is None:
        return ()
    count = len(matched[1].split(".")) if matched[1] else 0
    return (Consent("additional-consent", {}, f"{count} further ad vendors agreed to", value),)


GCS: Final = re.compile(r"G1([01-])([01-]).?")
BIT: Final = {"1": Choice.GRANTED, "0": Choice.DENIED}


def _read_gcs(value: str, _fields: Fields) -> Iterable[Consent | None]:
    matched = GCS.fullmatch(value)
    if matched is None:
        return ()
    choices = {
        "ad-storage": BIT.get(matched[1], Choice.UNKNOWN),
        "analytics-storage": BIT.get(matched[2], Choice.UNKNOWN),
    }
    return (Consent("google-consent-mode", choices, _list(choices), value),)


GCD: Final = re.compile(r"1\d([a-z])\d([a-z])(?:\d([a-z]))?(?:\d([a-z]))?\d?.{0,8}")
GCD_PURPOSES: Final = ("ad-storage", "analytics-storage", "ad-user-data", "personalised-ads")
GCD_LETTERS: Final = {
    "l": (Choice.UNKNOWN, "not set"),
    "p": (Choice.DENIED, "denied by default"),
    "q": (Choice.DENIED, "denied by default and again by choice"),
    "t": (Choice.GRANTED, "granted by default"),
    "r": (Choice.GRANTED, "denied by default, then granted"),
    "m": (Choice.DENIED, "denied by choice"),
    "n": (Choice.GRANTED, "granted by choice"),
    "u": (Choice.DENIED, "granted by default, then denied"),
    "v": (Choice.GRANTED, "granted by default and again by choice"),
}


def _read_gcd(value: str, _fields: Fields) -> Iterable[Consent | None]:
    matched = GCD.fullmatch(value)
    if matched is None:
        return ()
    said = {
        purpose: GCD_LETTERS.get(letter, (Choice.UNKNOWN, "unknown letter"))
        for purpose, letter in zip(GCD_PURPOSES, matched.groups(), strict=True)
        if letter
    }
    words = "; ".join(f"{purpose.replace('-', ' ')} {text}" for purpose, (_, text) in said.items())
    return (Consent("google-consent-mode", {purpose: choice for purpose, (choice, _) in said.items()}, words, value),)


def _read_npa(value: str, _fields: Fields) -> Iterable[Consent | None]:
    if value != "1":
        return ()  # 0 is what every page sends that was never asked
    return (Consent("google-npa", {"personalised-ads": Choice.DENIED}, "no personalised ads", value),)


def _read_meta(value: str, fields: Fields) -> Iterable[Consent | None]:
    if "LDU" not in value:
        return ()
    where = fields.get("dpoco", ""), fields.get("dpost", "")
    place = (
        "where Meta places the person" if where in {("0", "0"), ("", "")} else f"country {where[0]}, state {where[1]}"
    )
    return (Consent("meta-limited-data-use", {"sale": Choice.DENIED}, f"limited data use, {place}", value),)


def _read_asc(value: str, _fields: Fields) -> Iterable[Consent | None]:
    choice = {"G": Choice.GRANTED, "D": Choice.DENIED}.get(value.upper())
    if choice is None:
        return ()
    choices = {"ad-storage": choice}
    return (Consent("microsoft-consent-mode", choices, _list(choices), value),)


def _read_gpc(value: str, _fields: Fields) -> Iterable[Consent | None]:
    if value.strip() != "1":
        return ()
    choices = {"sale": Choice.DENIED, "sharing": Choice.DENIED, "targeted-advertising": Choice.DENIED}
    return (Consent("gpc", choices, "Global Privacy Control: do not sell or share", "1"),)


def _read_dnt(value: str, _fields: Fields) -> Iterable[Consent | None]:
    choice = {"1": Choice.DENIED, "0": Choice.GRANTED}.get(value.strip())
    return (Consent("dnt", {"tracking": choice}, f"tracking {choice}", value),) if choice else ()


ONETRUST_GROUPS: Final = {
    "C0001": "necessary",
    "C0002": "analytics",
    "C0003": "functional",
    "C0004": "advertising",
    "C0005": "social-media",
}


def _read_onetrust(value: str, _fields: Fields) -> Iterable[Consent | None]:
    said = dict(parse_qsl(value, max_num_fields=64) if value.count("&") < 64 else [])
    groups = dict(pair.partition(":")[::2] for pair in said.get("groups", "").split(",") if ":" in pair)
    choices = {ONETRUST_GROUPS[key]: BIT[bit] for key, bit in groups.items() if key in ONETRUST_GROUPS and bit in BIT}
    if said.get("isGpcEnabled") == "1":
        choices["sale"] = Choice.DENIED
    return (Consent("onetrust", choices, _list(choices), value),) if choices else ()


def _read_onetrust_sale(value: str, _fields: Fields) -> Iterable[Consent | None]:
    if value.lower() != "true":
        return ()
    return (Consent("onetrust-sale", {"sale": Choice.DENIED}, "opted out of sale", value),)


COOKIEBOT: Final = re.compile(r"(necessary|preferences|statistics|marketing):(true|false)")
COOKIEBOT_PURPOSES: Final = {"preferences": "functional", "statistics": "analytics", "marketing": "advertising"}


def _read_cookiebot(value: str, _fields: Fields) -> Iterable[Consent | None]:
    said = COOKIEBOT.findall(unquote(value))
    choices = {COOKIEBOT_PURPOSES.get(name, name): granted(bit == "true") for name, bit in said}
    return (Consent("cookiebot", choices, _list(choices), value),) if choices else ()


def _list(choices: Mapping[str, Choice]) -> str:
    return "; ".join(f"{purpose.replace('-', ' ')} {choice}" for purpose, choice in choices.items())


READERS: Final[Mapping[str, Reader]] = {
    "addtl_consent": _read_additional,
    "asc": _read_asc,
    "consent": _read_tcf,
    "consent_string": _read_tcf,
    "dpo": _read_meta,
    "dpoco": lambda _value, _fields: (),
    "dpost": lambda _value, _fields: (),
    "gcd": _read_gcd,
    "gcs": _read_gcs,
    "gdpr": _read_gdpr,
    "gdpr_consent": _read_tcf,
    "gdprconsent": _read_tcf,
    "gpp": _read_gpp,
    "npa": _read_npa,
    "tcfstring": _read_tcf,
    "tcstring": _read_tcf,
    "us_privacy": _read_us_privacy,
    "usp": _read_us_privacy,
    "usprivacy": _read_us_privacy,
}
"""Fields of URLs and bodies that carry a choice, by the last part of their name in lower case."""

COOKIE_READERS: Final[Mapping[str, Reader]] = {
    "__gpp": _read_gpp,
    "cookieconsent": _read_cookiebot,
    "euconsent-v2": _read_tcf,
    "gpp-string": _read_gpp,
    "iabgpp_hdr_gppstring": _read_gpp,
    "onetrustwpccpagoogleoptout": _read_onetrust_sale,
    "optanonconsent": _read_onetrust,
    "otgppconsent": _read_gpp,
    "us_privacy": _read_us_privacy,
    "usprivacy": _read_us_privacy,
}

HEADER_READERS: Final[Mapping[str, Reader]] = {"dnt": _read_dnt, "sec-gpc": _read_gpc}

ALL_READERS: Final[Mapping[str, Reader]] = {**READERS, **COOKIE_READERS, **HEADER_READERS}
