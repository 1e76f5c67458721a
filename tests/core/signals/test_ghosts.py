from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from louver.core.signals.ghosts import Ghosts


def test_a_name_that_turns_up_without_a_server_is_a_ghost() -> None:
    ghosts = Ghosts()
    ghosts.sent_by_browser("shop.example", [])
    ghosts.sent_by_browser("shop.example", ["_fbp"])
    assert ghosts.is_ghost("shop.example", "_fbp") is True


def test_a_name_that_a_server_set_is_none() -> None:
    ghosts = Ghosts()
    ghosts.sent_by_browser("shop.example", [])
    ghosts.set_by_server("shop.example", "session")
    ghosts.sent_by_browser("shop.example", ["session"])
    assert ghosts.is_ghost("shop.example", "session") is False


def test_a_cookie_older_than_the_history_cannot_be_told() -> None:
    ghosts = Ghosts()
    ghosts.sent_by_browser("shop.example", ["old"])
    assert ghosts.is_ghost("shop.example", "old") is None
    assert ghosts.is_ghost("shop.example", "never-sent") is None
    assert ghosts.is_ghost("elsewhere.example", "old") is None


def test_an_empty_browser_had_no_older_cookies() -> None:
    ghosts = Ghosts(is_fresh=True)
    ghosts.sent_by_browser("shop.example", ["_ga"])
    assert ghosts.is_ghost("shop.example", "_ga") is True


def test_a_domain_cookie_reaches_the_hosts_below_only() -> None:
    ghosts = Ghosts(is_fresh=True)
    ghosts.set_by_server("login.shop.example", "id", "shop.example")
    ghosts.set_by_server("login.shop.example", "own")
    ghosts.set_by_server("login.shop.example", "bad", "other.example")
    for name in ("id", "own", "bad"):
        ghosts.sent_by_browser("www.shop.example", [name])
    assert ghosts.is_ghost("www.shop.example", "id") is False
    assert ghosts.is_ghost("www.shop.example", "own") is True
    assert ghosts.is_ghost("www.shop.example", "bad") is True


def test_what_was_forgotten_proves_nothing() -> None:
    ghosts = Ghosts(is_fresh=True, capacity=2)
    ghosts.set_by_server("a.example", "id")
    for host in ("b.example", "c.example"):
        ghosts.sent_by_browser(host, [])
    ghosts.sent_by_browser("a.example", ["id"])
    assert ghosts.is_ghost("a.example", "id") is None


def test_a_parent_in_use_is_not_forgotten() -> None:
    ghosts = Ghosts(capacity=3)
    ghosts.set_by_server("www.a.example", "id", "a.example")
    ghosts.sent_by_browser("www.a.example", [])
    for number in range(5):
        ghosts.sent_by_browser(f"h{number}.example", [])
        ghosts.sent_by_browser("www.a.example", ["id"])
    assert ghosts.is_ghost("www.a.example", "id") is False


def test_too_many_names_end_the_certainty() -> None:
    ghosts = Ghosts()
    ghosts.sent_by_browser("a.example", [])
    ghosts.sent_by_browser("a.example", ["x"])
    for number in range(600):
        ghosts.set_by_server("a.example", f"n{number}")
    assert ghosts.is_ghost("a.example", "x") is None


def test_too_many_sent_names_end_the_certainty() -> None:
    ghosts = Ghosts()
    ghosts.sent_by_browser("a.example", [])
    ghosts.sent_by_browser("a.example", ["x"])
    ghosts.sent_by_browser("a.example", [f"n{number}" for number in range(600)])
    assert ghosts.is_ghost("a.example", "x") is None


events = st.lists(
    st.tuples(
        st.sampled_from(["a.example", "www.a.example", "b.example"]),
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(["set", "set-below", "send"]),
    ),
    max_size=20,
)


@given(events, st.booleans())
def test_a_restart_forgets_nothing(steps: list[tuple[str, str, str]], is_fresh: bool) -> None:
    ghosts = Ghosts(is_fresh=is_fresh)
    for host, name, what in steps:
        if what == "send":
            ghosts.sent_by_browser(host, [name])
        else:
            ghosts.set_by_server(host, name, "a.example" if what == "set-below" else None)
    again = Ghosts(is_fresh=is_fresh)
    again.restore(ghosts.rows())
    for host in ("a.example", "www.a.example", "b.example"):
        for name in ("x", "y", "z"):
            assert again.is_ghost(host, name) == ghosts.is_ghost(host, name)


@given(events)
def test_a_server_s_own_cookie_is_never_a_ghost(steps: list[tuple[str, str, str]]) -> None:
    ghosts = Ghosts(is_fresh=True)
    own: set[tuple[str, str]] = set()
    for host, name, what in steps:
        if what == "send":
            ghosts.sent_by_browser(host, [name])
        else:
            ghosts.set_by_server(host, name)
            own.add((host, name))
    assert all(ghosts.is_ghost(host, name) is not True for host, name in own)
