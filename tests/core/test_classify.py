"""Who a recipient is to a page: party three ways, owner, tracker, and who hides behind the site's own name."""

from __future__ import annotations

import pytest
import yaml

from louver.core.classify import Classifier, effective_party, with_host
from louver.core.decision import RuleRef
from louver.core.facts import Party, ResourceType
from louver.core.tables import parse_table
from louver.suffixes import sites_from_tldextract

F, T, U = Party.FIRST, Party.THIRD, Party.UNKNOWN
TABLE = {
    "owners": {"Shop": ["shop.example", "shop-cdn.example"], "Ads": ["ads.example", "adsync.example"]},
    "trackers": [
        {"domain": "ads.example", "owner": "Ads", "category": "advertising"},
        {"domain": "social.example", "owner": "Social", "category": "social", "mixed": True},
        {"domain": "shop-cdn.example", "owner": "Shop", "category": "analytics"},
    ],
    "cnames": {"m.shop.example": "ads.example"},
}  # fmt: skip


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(sites_from_tldextract(), parse_table(yaml.safe_dump(TABLE), "table"))


@pytest.mark.parametrize(
    ("host", "page", "cnames", "parties", "effective"),
    [
        ("shop.example", "shop.example", (), (F, F, F), F),
        ("img.shop.example", "www.shop.example", (), (F, F, F), F),
        ("shop-cdn.example", "shop.example", (), (T, F, T), F),
        ("ads.example", "shop.example", (), (T, T, T), T),
        ("adsync.example", "ads.example", (), (T, F, T), F),
        ("plain.example", "shop.example", (), (T, U, T), T),
        ("ads.example", None, (), (U, U, U), T),
        ("social.example", None, (), (U, U, U), U),
        ("plain.example", None, (), (U, U, U), U),
        ("m.shop.example", "shop.example", (), (F, F, T), T),
        ("n.shop.example", "shop.example", ("x.ads.example",), (F, F, T), T),
        # content networks, the site's own other names, and those that pages need are no cloaks
        ("n.shop.example", "shop.example", ("x.net.example",), (F, F, F), F),
        ("n.shop.example", "shop.example", ("x.shop-cdn.example",), (F, F, F), F),
        ("n.shop.example", "shop.example", ("x.social.example",), (F, F, F), F),
        ("plain.example", "shop.example", ("ads.example",), (T, U, T), T),
        ("a.github.io", "b.github.io", (), (T, U, T), T),
        ("1.2.3.4", "1.2.3.4", (), (F, F, F), F),
        ("", "shop.example", (), (U, U, U), U),
    ],
)
def test_the_party_three_ways_and_the_one_that_policy_sees(
    classifier: Classifier,
    host: str,
    page: str | None,
    cnames: tuple[str, ...],
    parties: tuple[Party, ...],
    effective: Party,
) -> None:
    recipient = classifier.recipient(host, page, cnames)
    told = recipient.parties
    assert (told.by_site, told.by_owner, told.by_cname) == parties
    assert effective_party(recipient, ResourceType.SCRIPT) is effective


def test_who_goes_to_a_tracker_is_its_visitor(classifier: Classifier) -> None:
    recipient = classifier.recipient("ads.example", None)
    assert effective_party(recipient, ResourceType.DOCUMENT) is U
    assert effective_party(recipient, ResourceType.IMAGE) is T


def test_a_cloak_is_told_with_whose_it_is(classifier: Classifier) -> None:
    recipient = classifier.recipient("n.shop.example", "shop.example", ("x.ads.example",))
    assert recipient.tracker is not None
    assert (recipient.host, recipient.owner, recipient.tracker.domain) == ("n.shop.example", "Ads", "ads.example")


def test_a_rule_about_paths_says_nothing_of_a_host(classifier: Classifier) -> None:
    def is_about(text: str | None, target: str = "x.ads.example", page: str | None = "shop.example") -> bool:
        return classifier.is_about(RuleRef(text, "list", 1) if text else None, target, page)

    assert is_about("||ADS.example^$third-party")
    assert not is_about("/pixel.gif?")
    assert not is_about(None)
    assert not is_about("||shop-cdn.example^", "x.shop-cdn.example"), "the site's own owner is not accused"


def test_a_list_names_who_hides_even_where_no_table_knows(classifier: Classifier) -> None:
    plain = classifier.recipient("n.shop.example", "shop.example")
    named = classifier.listed_behind_a_name(plain, "x.collect.example")
    assert named.parties.by_cname is T
    assert named.owner == "collect.example"
    assert classifier.listed_behind_a_name(named, "other.example") is named


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y#z", "https://h.example/x?y#z"),
        ("https://a.example:8443", "https://h.example:8443"),
        ("HTTPS://u:p@a.example/", "HTTPS://u:p@h.example/"),
        ("https://[::1]:80/x", "https://h.example:80/x"),
        ("https://a.example?x=@b", "https://h.example?x=@b"),
        ("no address", "no address"),
    ],
)
def test_a_host_is_put_in_anothers_place(url: str, expected: str) -> None:
    assert with_host(url, "h.example") == expected
