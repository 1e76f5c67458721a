from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.passthrough import DAY, HOUR, LASTS, MINUTE, REMEMBERED, Chosen, Passthrough, Why

NOW = 1_800_000_000.0
ME, TV = "127.0.0.1", "192.168.1.7"


def test_what_is_listed_passes_with_everything_below_it() -> None:
    hosts = Passthrough({"bank.test": "banking", "clinic.test": "health", "update.os.test": "system"})
    assert hosts.why("bank.test", ME, NOW) is Why.BANKING
    assert hosts.why("Login.BANK.test.", ME, NOW) is Why.BANKING
    assert hosts.why("update.os.test", TV, NOW) is Why.SYSTEM
    for other in ("os.test", "notbank.test", "bank.test.evil.test", "", ".", "bank"):
        assert hosts.why(other, ME, NOW) is None


def test_the_person_has_the_last_word_and_the_longest_name_decides() -> None:
    listed = {"bank.test": "banking"}
    hosts = Passthrough(listed, Chosen(frozenset({"app.test", "pay.bank.test"}), frozenset({"bank.test"})))
    assert hosts.why("bank.test", ME, NOW) is None
    assert hosts.why("www.bank.test", ME, NOW) is None
    assert hosts.why("pay.bank.test", ME, NOW) is Why.OWN
    assert hosts.why("x.app.test", ME, NOW) is Why.OWN


def test_a_client_that_trusts_us_elsewhere_pins() -> None:
    hosts = Passthrough()
    hosts.accepted("page.test", ME)
    learned = hosts.refused("pinned.test", ME, NOW, said_so=True)
    assert learned is not None
    assert learned.why is Why.PINNED
    assert hosts.why("pinned.test", ME, NOW + 6 * DAY) is Why.PINNED
    assert hosts.why("pinned.test", TV, NOW) is None
    assert hosts.why("www.pinned.test", ME, NOW) is None
    assert hosts.why("pinned.test", ME, NOW + 7 * DAY) is None
    assert hosts.learned(NOW) == []


def test_a_client_that_trusts_nothing_is_looked_into_once_it_does() -> None:
    hosts = Passthrough()
    hosts.refused("a.test", TV, NOW, said_so=True)
    hosts.refused("b.test", ME, NOW, said_so=True)
    assert hosts.why("a.test", TV, NOW + HOUR - 1) is Why.UNTRUSTING
    assert hosts.accepted("c.test", TV)
    assert hosts.why("a.test", TV, NOW) is None
    assert hosts.why("b.test", ME, NOW) is Why.UNTRUSTING


def test_a_connection_that_was_merely_dropped_is_believed_the_third_time() -> None:
    hosts = Passthrough()
    hosts.accepted("page.test", ME)
    assert hosts.refused("a.test", ME, NOW, said_so=False) is None
    assert hosts.refused("a.test", ME, NOW, said_so=False) is None
    hosts.accepted("a.test", ME)
    assert hosts.refused("a.test", ME, NOW, said_so=False) is None
    assert hosts.refused("a.test", ME, NOW, said_so=False) is None
    assert hosts.refused("a.test", ME, NOW, said_so=False) is not None


def test_a_host_that_only_tracks_never_gets_its_way() -> None:
    hosts = Passthrough(never=lambda host: host == "tracker.test", chosen=Chosen(removed=frozenset({"mine.test"})))
    for why in LASTS:
        assert hosts.learn("tracker.test", ME, why, NOW) is None
        assert hosts.learn("mine.test", ME, why, NOW) is None
    assert hosts.learned(NOW) == []


def test_a_clock_that_was_set_back_does_not_keep_an_exception() -> None:
    hosts = Passthrough()
    hosts.learn("a.test", ME, Why.INVALID, NOW)
    assert hosts.why("a.test", ME, NOW - DAY) is None
    hosts.learn("a.test", ME, Why.INVALID, NOW)
    assert hosts.why("a.test", ME, NOW - 0.5 * MINUTE) is Why.INVALID


def test_what_is_learned_stays_small() -> None:
    hosts = Passthrough()
    for number in range(2 * REMEMBERED):
        hosts.refused(f"{number}.test", ME, NOW, said_so=False)
        hosts.learn(f"{number}.test", ME, Why.PINNED, NOW)
    assert len(hosts.learned(NOW)) == REMEMBERED


def test_what_was_learned_can_be_written_down_and_read_again() -> None:
    hosts, later = Passthrough(), Passthrough()
    hosts.learn("a.test", ME, Why.PINNED, NOW)
    later.recall(hosts.learned(NOW))
    assert later.why("a.test", ME, NOW) is Why.PINNED


@given(st.text(), st.text(), st.floats(allow_nan=True), st.booleans())
def test_nothing_raises_on_what_a_handshake_may_say(host: str, client: str, now: float, said_so: bool) -> None:
    hosts = Passthrough({"bank.test": "banking"})
    hosts.refused(host, client, now, said_so=said_so)
    hosts.why(host, client, now)
    hosts.accepted(host, client)


@pytest.mark.parametrize("why", LASTS)
def test_every_learned_reason_ends(why: Why) -> None:
    assert 0 < LASTS[why] <= 30 * DAY
