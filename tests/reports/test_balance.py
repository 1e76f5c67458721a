from louver.ledger.days import BITS
from louver.ledger.findings import Asked, Kept, Reached
from louver.reports.balance import EVERYBODY, Weights, balances


def told(
    *kinds: tuple[str, str], entity: str = "Tracker Inc", party: str = "third", site: str = "news.example"
) -> Reached:
    sets = {"shared": 0, "rewritten": 0, "blocked": 0}
    for kind, outcome in kinds:
        sets[outcome] |= BITS[kind]
    return Reached((site, entity, party), sum(sets.values()), sets["shared"], sets["rewritten"])


def test_an_identifier_that_is_withheld_is_all_there_was_to_gain() -> None:
    privacy = balances([told(("third-party-id-cookie", "blocked"))], [], []).overall.privacy
    assert (privacy.gain, privacy.bits_before, privacy.bits_after) == (1.0, EVERYBODY, 0.0)
    assert (privacy.recognisers_before, privacy.recognisers_after) == (1, 0)


def test_what_got_through_once_was_not_withheld() -> None:
    cookie = BITS["third-party-id-cookie"]
    once = Reached(("news.example", "Tracker Inc", "third"), could=cookie, got=cookie, partly=0)
    privacy = balances([once], [], []).overall.privacy
    assert (privacy.gain, privacy.recognisers_after) == (0.0, 1)


def test_what_describes_the_same_counts_once() -> None:
    one = balances([told(("user-agent", "shared"))], [], []).overall.privacy
    both = balances([told(("user-agent", "shared"), ("hardware", "shared"))], [], []).overall.privacy
    assert one.bits_after == both.bits_after > 0


def test_a_coarsened_value_keeps_part_of_its_bits_and_a_stand_in_for_an_identifier_none() -> None:
    coarse = balances([told(("language", "rewritten"))], [], []).overall.privacy
    assert 0 < coarse.bits_after < coarse.bits_before
    other = balances([told(("account-id", "rewritten"))], [], []).overall.privacy
    assert (other.bits_after, other.recognisers_after) == (0.0, 0)


def test_the_site_itself_is_nobody_else() -> None:
    own = balances([told(("account-id", "blocked"), party="first")], [], []).overall.privacy
    assert (own.gain, own.others) == (None, 0)


def test_utility_weighs_what_pages_need() -> None:
    asked = [Asked("news.example", "document", 1, 1, 1, 0, 0), Asked("news.example", "image", 16, 16, 0, 0, 0)]
    requests = balances([], asked, []).overall.utility.requests
    assert (requests.kept, requests.of) == (16, 32)
    even = balances([], asked, [], weights=Weights(document=1.0)).overall.utility.requests
    assert (even.kept, even.of) == (1, 17)


def test_trackers_that_were_stopped_cost_no_utility() -> None:
    asked = [Asked("news.example", "script", 50, 2, 2, 0, 0)]
    assert balances([], asked, []).overall.utility.kept == 1


def test_errors_after_edits_and_quick_reloads_lower_it() -> None:
    fine = [Asked("news.example", "document", 4, 4, 4, 4, 0)]
    bad = [Asked("news.example", "document", 4, 4, 4, 4, 2)]
    kept = [
        balances([], asked, [], reloads=count).overall.utility.kept for asked, count in ((fine, 0), (bad, 0), (bad, 1))
    ]
    assert kept[0] == 1
    assert kept == sorted(kept, key=lambda share: -(share or 0))
    assert len(set(kept)) == 3


def test_cookies_and_functions_count_and_nothing_is_none() -> None:
    kept = [Kept("news.example", 4, 3, 2, 0)]
    utility = balances([], [], kept).overall.utility
    assert (utility.cookies.share, utility.functions.share, utility.requests.share) == (0.75, 0.0, None)
    assert balances([], [], []).overall.utility.kept is None


def test_each_site_has_its_own() -> None:
    other = told(("account-id", "shared"), site="shop.example")
    made = balances([told(("account-id", "blocked")), other], [], [])
    assert [(one.site, one.privacy.gain) for one in made.sites] == [("news.example", 1.0), ("shop.example", 0.0)]
    assert (made.overall.privacy.recognisers_before, made.overall.privacy.recognisers_after) == (1, 1)
