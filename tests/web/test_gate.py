from __future__ import annotations

import pytest

from louver.web.gate import Gate, PasswordNeededError, comes_from_us, is_pried_at

LOCAL = Gate("127.0.0.1", 8081)


@pytest.mark.parametrize("host", ["127.0.0.1:8081", "localhost:8081", "[::1]:8081", "louver.internal"])
def test_names_of_this_machine_are_ours(host: str) -> None:
    assert LOCAL.knows_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:80",
        "rebound.example:8081",
        "louver.internal:8081",
        "10.0.0.7:8081",
        "[::1]:x",
    ],
)
def test_other_names_are_not_even_where_they_lead_here(host: str) -> None:
    assert not LOCAL.knows_host(host)


def test_where_everybody_may_come_only_addresses_are_names_of_ours() -> None:
    gate = Gate("0.0.0.0", 8081, "correct horse")
    assert gate.knows_host("192.168.1.7:8081")
    assert not gate.knows_host("rebound.example:8081")


@pytest.mark.parametrize("password", ["", "short"])
def test_other_machines_need_a_password(password: str) -> None:
    with pytest.raises(PasswordNeededError):
        Gate("192.168.1.7", 8081, password)


def test_token_and_password_open_and_nothing_else_does() -> None:
    gate = Gate("127.0.0.1", 8081, "correct horse")
    assert gate.opens(gate.token)
    assert gate.opens("correct horse")
    assert not gate.opens("")
    assert not gate.opens("correct")
    assert not LOCAL.opens("")
    assert not gate.opens("\udcff")


def test_each_run_has_secrets_of_its_own_and_shows_none() -> None:
    other = Gate("127.0.0.1", 8081)
    assert not other.opens(LOCAL.token)
    assert not other.knows(LOCAL.session)
    assert LOCAL.knows(LOCAL.session)
    assert not LOCAL.knows(LOCAL.token)
    assert LOCAL.token not in repr(LOCAL)
    assert LOCAL.session not in repr(LOCAL)


HERE = {"Host": "127.0.0.1:8081", "Origin": "http://127.0.0.1:8081"}


def test_a_change_must_come_from_a_page_of_ours() -> None:
    assert comes_from_us(HERE)
    assert comes_from_us(HERE | {"Sec-Fetch-Site": "same-origin"})
    assert not comes_from_us({"Host": "127.0.0.1:8081"})
    assert not comes_from_us(HERE | {"Origin": "null"})
    assert not comes_from_us(HERE | {"Origin": "http://127.0.0.1:9999"})
    assert not comes_from_us(HERE | {"Origin": "https://127.0.0.1:8081"})
    assert not comes_from_us(HERE | {"Sec-Fetch-Site": "cross-site"})


def test_a_page_may_be_opened_from_elsewhere_but_not_embedded() -> None:
    other = {"Sec-Fetch-Site": "cross-site"}
    assert not is_pried_at({})
    assert not is_pried_at(other | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})
    assert is_pried_at(other | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"})
    assert is_pried_at(other | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"})
    assert is_pried_at({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"})
