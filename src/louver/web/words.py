"""Knows what kinds, purposes, categories and outcomes are called in front of people; data only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.core.signals.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final[Mapping[str, str]] = {
    Kind.THIRD_PARTY_ID_COOKIE: "Tracking cookie",
    Kind.GHOST_COOKIE: "Tracker's cookie in the site's name",
    Kind.FIRST_PARTY_COOKIE: "The site's own cookie",
    Kind.SECURITY_COOKIE: "Security cookie",
    Kind.CLICK_ID: "Click number",
    Kind.CAMPAIGN_TAG: "Campaign name",
    Kind.LINKER: "Identifier handed on in a link",
    Kind.SYNC_ID: "Identifier passed between companies",
    Kind.BOUNCE: "Detour over a tracker",
    Kind.EMAIL: "E-mail address",
    Kind.PERSONAL_DATA: "Personal data",
    Kind.ACCOUNT_ID: "Account number",
    Kind.DEVICE_ID: "Device number",
    Kind.UNIVERSAL_ID: "Advertising identifier",
    Kind.REFERRER: "Address of the page",
    Kind.PAGE_URL: "Page, in what scripts send",
    Kind.CONTENT: "Subject or search",
    Kind.COMMERCE: "Shopping",
    Kind.USER_AGENT: "Browser details",
    Kind.LANGUAGE: "Languages",
    Kind.GEOLOCATION: "Coordinates",
    Kind.IP_LOCATION: "Network address",
    Kind.SCREEN: "Screen size",
    Kind.TIME_ZONE: "Time zone",
    Kind.HARDWARE: "Hardware",
    Kind.FINGERPRINT: "Fingerprint",
    Kind.BEHAVIOUR: "Mouse, scrolling, keys",
    Kind.FORM_INPUT: "What you typed",
    Kind.CACHE_ID: "Mark in the cache",
    Kind.CONSENT: "Your consent choice",
    Kind.INTEREST: "Interests",
    Kind.AUTH_TOKEN: "Key to an account",
    Kind.BEACON: "Click or leave message",
    Kind.EXPERIMENT: "Test variant",
    Kind.CONNECTION: "Connection",
    Kind.LOCAL_NETWORK: "Your own network asked",
}

CATEGORIES: Final[Mapping[str, str]] = {
    "advertising": "Advertising: wants to know you, to choose and price what you are shown",
    "affiliate": "Affiliate: wants to know whose link made you buy",
    "analytics": "Analytics: counts visits and follows them from page to page",
    "captcha": "Captcha: tells people from robots",
    "cdn": "Delivery: keeps copies of files near you",
    "consent": "Consent: asks for your choice and passes it on",
    "customer-interaction": "Customer service: chats, surveys, messages",
    "email": "E-mail marketing: connects visits with newsletters",
    "fingerprinting": "Fingerprinting: recognises browsers without cookies",
    "hosting": "Hosting: runs the site's machines",
    "payment": "Payment: takes your money for the site",
    "search": "Search: finds things, and learns what you look for",
    "security": "Security: keeps robots and fraud out",
    "session-replay": "Session replay: films visits, clicks and typing included",
    "social": "Social network: like buttons and embedded posts that know who you are",
    "tag-manager": "Tag manager: loads other trackers",
    "utility": "Utility: fonts, maps, errors and the like",
    "video": "Video: players that also count and recognise",
}

PURPOSES: Final[Mapping[str, str]] = {
    "necessary": "needed: sign-in, cart, safety",
    "functional": "comfort: language, settings",
    "analytics": "counting and following visits",
    "advertising": "recognising you for advertising",
    "unknown": "not known",
}

ACTIONS: Final[Mapping[str, str]] = {
    "pass": "let through",
    "block": "stopped",
    "redirect": "led to the clean address",
    "surrogate": "answered by a stand-in",
}

OUTCOMES: Final[Mapping[str, str]] = {"shared": "shared", "rewritten": "rewritten", "blocked": "blocked"}

POSITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "share": ("Share", "they get it as it is"),
    "soften": ("Soften", "they get less: coarser, or a stand-in that is good for this site only"),
    "hide": ("Hide", "it is taken out, the request goes"),
    "block": ("Block", "a request that carries it is not sent"),
}

POLICIES: Final[Mapping[str, str]] = {
    "observe": "Changes nothing, shows everything",
    "balanced": "Blocks what only tracks, hides what recognises you, keeps sites working",
    "strict": "Blocks every known tracker; some embedded parts will miss",
}

LINKS: Final[Mapping[str, str]] = {
    "sync": "one company handed it to another",
    "copy": "the same value was sent to somebody else",
    "referrer": "it travelled in the page's address",
    "redirect": "it was handed on by a redirect",
    "cross-site": "it was met on another site, too",
}

COVERAGE: Final[Mapping[str, str]] = {
    "full": "fully inspected",
    "streamed": "a part went by unread",
    "websocket": "a WebSocket, whose messages are not read",
    "failed": "not inspected, because Louver failed",
}
