"""Knows each kind of signal in plain language: what it is, what it lets a recipient do, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from louver.core.decision import Treatment
from louver.core.signals.signal import Kind, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDRESS: Final = (Where.QUERY, Where.FRAGMENT)
_PAYLOAD: Final = (Where.QUERY, Where.BODY)
_COOKIES: Final = (Where.COOKIE, Where.SET_COOKIE)

_KEEP: Final = (Treatment.ALLOW,)
_TAKE: Final = (Treatment.ALLOW, Treatment.STRIP, Treatment.BLOCK)
_BLUR: Final = (Treatment.ALLOW, Treatment.COARSEN, Treatment.STRIP, Treatment.BLOCK)
_MASK: Final = (Treatment.ALLOW, Treatment.PSEUDONYMIZE, Treatment.STRIP, Treatment.BLOCK)
_JAR: Final = (
    Treatment.ALLOW,
    Treatment.PARTITION,
    Treatment.PSEUDONYMIZE,
    Treatment.EXPIRE,
    Treatment.STRIP,
    Treatment.BLOCK,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A kind in words: what it is, what a recipient can do with it, what is lost without it."""

    is_what: str
    allows: str
    lost: str
    wheres: tuple[Where, ...]
    treatments: tuple[Treatment, ...]


MEANINGS: Final[Mapping[Kind, Meaning]] = {
    Kind.THIRD_PARTY_ID_COOKIE: Meaning(
        "a cookie of somebody else than the site, with a value that is yours alone",
        "recognise you on every site that embeds them",
        "sign-in shared between sites, embedded players that remember you",
        _COOKIES,
        _JAR,
    ),
    Kind.GHOST_COOKIE: Meaning(
        "a cookie of the site's own that a tracker's script wrote",
        "recognise you on this site, visit after visit, on the tracker's behalf",
        "the site's visitor counts get less exact",
        _COOKIES,
        _JAR,
    ),
    Kind.FIRST_PARTY_COOKIE: Meaning(
        "a cookie of the site you visit: sign-in, cart, preferences",
        "remember you on this site only",
        "you are signed out, the cart is empty, settings are forgotten",
        _COOKIES,
        _JAR,
    ),
    Kind.SECURITY_COOKIE: Meaning(
        "a cookie that keeps robots out or a session safe",
        "tell you from a robot, spread load over servers",
        "captchas, errors, sign-in that fails",
        _COOKIES,
        _TAKE,
    ),
    Kind.CLICK_ID: Meaning(
        "a number that an advertiser put into the link you followed",
        "tie this visit to the advertisement you clicked, and to your profile there",
        "nothing for you",
        (*_ADDRESS, Where.BODY, Where.HEADER),
        _MASK,
    ),
    Kind.CAMPAIGN_TAG: Meaning(
        "the name of a campaign in a link (utm_source and the like)",
        "count which advertisement or newsletter brought visitors",
        "nothing for you",
        (*_ADDRESS, Where.BODY),
        _TAKE,
    ),
    Kind.LINKER: Meaning(
        "an identifier handed from one site to the next in a link",
        "go on recognising you on another site",
        "visits to two sites of one company are counted as two people",
        _ADDRESS,
        _TAKE,
    ),
    Kind.SYNC_ID: Meaning(
        "an identifier that one company hands to another in the background",
        "merge what both know about you",
        "nothing for you",
        _PAYLOAD,
        _MASK,
    ),
    Kind.BOUNCE: Meaning(
        "a stop on the way to the page you asked for",
        "set or read its cookie as if you had visited it",
        "some links need the stop to work",
        (Where.QUERY, Where.PATH),
        (Treatment.ALLOW, Treatment.STRIP),
    ),
    Kind.EMAIL: Meaning(
        "your e-mail address, plain or hashed",
        "find you in every other list that holds the address",
        "forms and sign-in at the recipient",
        (Where.QUERY, Where.BODY, Where.COOKIE),
        _MASK,
    ),
    Kind.PERSONAL_DATA: Meaning(
        "your phone number, name, address, date of birth or gender, plain or hashed",
        "find you in other lists, offline ones included",
        "forms at the recipient",
        _PAYLOAD,
        _MASK,
    ),
    Kind.ACCOUNT_ID: Meaning(
        "the number of your account at a site",
        "tie what you do to your account",
        "services that the site has from others may not know you",
        (Where.QUERY, Where.BODY, Where.COOKIE),
        _MASK,
    ),
    Kind.DEVICE_ID: Meaning(
        "a number of your device or browser installation",
        "recognise the device in every application",
        "nothing for you",
        (Where.QUERY, Where.BODY, Where.HEADER),
        _MASK,
    ),
    Kind.UNIVERSAL_ID: Meaning(
        "an identifier made to be shared between advertising companies",
        "recognise you everywhere its partners are",
        "nothing for you",
        (Where.QUERY, Where.BODY, Where.COOKIE),
        _MASK,
    ),
    Kind.REFERRER: Meaning(
        "the address of the page you are on, sent along with a request",
        "know what you read and searched for",
        "some sites refuse images to other sites without it",
        (Where.HEADER,),
        _BLUR,
    ),
    Kind.PAGE_URL: Meaning(
        "the address or title of the page you are on, inside what a script sends",
        "know what you read and searched for",
        "the site's own statistics lose the page",
        _PAYLOAD,
        _BLUR,
    ),
    Kind.CONTENT: Meaning(
        "what the page is about, or what you searched for",
        "guess your interests, sensitive ones included",
        "advertisements fit the page less",
        _PAYLOAD,
        _TAKE,
    ),
    Kind.COMMERCE: Meaning(
        "what you looked at, put into the cart or bought, and for how much",
        "learn what you spend and want",
        "shops cannot credit the advertisement",
        _PAYLOAD,
        _TAKE,
    ),
    Kind.USER_AGENT: Meaning(
        "details of your browser and system beyond the plain ones",
        "narrow down which browser is yours",
        "some download pages offer the wrong file",
        (Where.HEADER, *_PAYLOAD),
        _TAKE,
    ),
    Kind.LANGUAGE: Meaning(
        "the languages you read, in order",
        "narrow down which browser is yours",
        "embedded parts may come in your first language only",
        (Where.HEADER, *_PAYLOAD),
        _BLUR,
    ),
    Kind.GEOLOCATION: Meaning(
        "where you are, as coordinates",
        "know where you live and go",
        "maps and weather ask again",
        (*_PAYLOAD, Where.HEADER),
        _BLUR,
    ),
    Kind.IP_LOCATION: Meaning(
        "your network address, passed on",
        "place you roughly, and tie devices of one household",
        "nothing for you; the address itself stays visible to whoever you connect to",
        (Where.HEADER, *_PAYLOAD),
        _TAKE,
    ),
    Kind.SCREEN: Meaning(
        "the size of your screen or window",
        "narrow down which browser is yours",
        "pictures may come in another size",
        (Where.HEADER, *_PAYLOAD),
        _BLUR,
    ),
    Kind.TIME_ZONE: Meaning(
        "your time zone or clock", "place you roughly", "times may be shown for another zone", _PAYLOAD, _TAKE
    ),
    Kind.HARDWARE: Meaning(
        "memory, processor or network speed of your device",
        "narrow down which device is yours",
        "lighter versions of pages are not offered",
        (Where.HEADER, *_PAYLOAD),
        _TAKE,
    ),
    Kind.FINGERPRINT: Meaning(
        "a digest of what makes your browser different",
        "recognise you without a cookie",
        "fraud checks may ask more of you",
        (Where.QUERY, Where.BODY, Where.COOKIE),
        _MASK,
    ),
    Kind.BEHAVIOUR: Meaning(
        "a record of mouse, scrolling and keys",
        "watch your visit like a film",
        "nothing for you",
        (Where.BODY,),
        _TAKE,
    ),
    Kind.FORM_INPUT: Meaning(
        "what you typed into a form, sent to somebody else than the site",
        "read what you wrote, even if you never sent it",
        "nothing for you",
        _PAYLOAD,
        _TAKE,
    ),
    Kind.CACHE_ID: Meaning(
        "a mark that your browser keeps with a cached file and gives back",
        "recognise you although cookies are gone",
        "a little more is loaded again",
        (Where.HEADER,),
        _TAKE,
    ),
    Kind.CONSENT: Meaning(
        "what you agreed to or refused",
        "know your choice; it is read and shown, never changed",
        "you are asked again",
        (Where.HEADER, *_PAYLOAD, *_COOKIES),
        _KEEP,
    ),
    Kind.INTEREST: Meaning(
        "interests or attribution reports that the browser itself offers to advertisers",
        "choose advertisements, count that one worked",
        "nothing for you",
        (Where.HEADER,),
        _TAKE,
    ),
    Kind.AUTH_TOKEN: Meaning(
        "a key to an account or a service",
        "act in your name there",
        "sign-in and paid services fail",
        (Where.HEADER, *_PAYLOAD),
        _TAKE,
    ),
    Kind.BEACON: Meaning(
        "a message sent only to say that you clicked or left",
        "follow your way from page to page",
        "nothing for you",
        (Where.HEADER,),
        _TAKE,
    ),
    Kind.EXPERIMENT: Meaning(
        "which variant of a test you were put into",
        "show you the same variant again",
        "the page may change between visits",
        (Where.QUERY, Where.BODY, Where.COOKIE),
        _TAKE,
    ),
    Kind.CONNECTION: Meaning(
        "how your connection is made (TLS, HTTP/2)",
        "tell one program from another",
        "nothing: a proxy has a handshake of its own, which every site sees",
        (),
        _KEEP,
    ),
    Kind.LOCAL_NETWORK: Meaning(
        "a page from outside asks a device of your own network: this computer, the router, a printer",
        "find out what you own and run, and try what it answers to",
        "pages that work together with a program on your computer",
        (Where.PATH,),
        (Treatment.ALLOW, Treatment.BLOCK),
    ),
}

IDENTIFYING: Final = frozenset(
    {
        Kind.THIRD_PARTY_ID_COOKIE,
        Kind.GHOST_COOKIE,
        Kind.CLICK_ID,
        Kind.LINKER,
        Kind.SYNC_ID,
        Kind.EMAIL,
        Kind.PERSONAL_DATA,
        Kind.ACCOUNT_ID,
        Kind.DEVICE_ID,
        Kind.UNIVERSAL_ID,
        Kind.FINGERPRINT,
        Kind.CACHE_ID,
    }
)
"""Kinds that let a recipient tell one person from all others, and so recognise them again."""
