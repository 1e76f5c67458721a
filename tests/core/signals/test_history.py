from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.history import CHURN_VALUES, DAY, FORGET, MOST_SITES, History, Sighting


def see(history: History, digest: str, site: str, at: float = 0.0, name: str = "uid") -> Sighting:
    return history.see(digest, recipient="t.example", name=name, site=site, at=at)


def test_the_same_value_on_two_sites_is_counted_once_each() -> None:
    history = History()
    assert see(history, "d1", "a.example").sites == 1
    assert see(history, "d1", "a.example").sites == 1
    assert see(history, "d1", "b.example").sites == 2
    assert see(history, "d2", "c.example").sites == 1


def test_a_value_persists_once_it_is_more_than_a_day_old() -> None:
    history = History()
    assert not see(history, "d1", "a.example", 0).persisted
    assert not see(history, "d1", "a.example", DAY).persisted
    assert see(history, "d1", "a.example", DAY + 1).persisted


def test_a_name_with_many_values_churns_until_it_settles() -> None:
    history = History()
    sightings = [see(history, f"d{number}", "a.example", number) for number in range(CHURN_VALUES + 1)]
    assert [one.churning for one in sightings] == [False] * CHURN_VALUES + [True]
    assert not see(history, "other", "a.example", 1, name="another").churning
    assert not see(history, "d9", "a.example", 3 * DAY).churning


def test_the_same_value_again_is_no_churn() -> None:
    history = History()
    assert not any(see(history, "d1", "a.example", number).churning for number in range(20))


def test_what_was_long_ago_is_forgotten() -> None:
    history = History()
    see(history, "d1", "a.example", 0)
    again = see(history, "d1", "b.example", FORGET + 1)
    assert (again.sites, again.persisted) == (1, False)


def test_the_least_recently_seen_goes_first() -> None:
    history = History(capacity=2)
    for digest in ("d1", "d2", "d1", "d3"):
        see(history, digest, "a.example")
    assert [row[0] for row in history.rows()] == ["d1", "d3"]


def test_rows_bring_it_all_back_and_merge_with_what_came_since() -> None:
    old = History()
    see(old, "d1", "a.example", 0)
    see(old, "d2", "a.example", 0)
    new = History()
    see(new, "d1", "b.example", 2 * DAY)
    new.restore(old.rows())
    assert see(new, "d1", "c.example", 2 * DAY) == Sighting(3, persisted=True, churning=False)
    assert len(new) == 2


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40), st.floats(0, 1e9)), max_size=80))
def test_bounded_whatever_comes(events: list[tuple[int, int, float]]) -> None:
    history = History(capacity=5)
    for digest, site, at in events:
        assert 1 <= see(history, str(digest), str(site), at).sites <= MOST_SITES
    assert len(history) <= 5
