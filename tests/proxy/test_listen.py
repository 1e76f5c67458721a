from __future__ import annotations

import pytest

from louver.proxy.listen import (
    Guests,
    ListenUnreadableError,
    ModeUnreadableError,
    NetworkUnreadableError,
    OpenRelayError,
    check_modes,
    parse_listen,
    parse_networks,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("8080", ("127.0.0.1", 8080)),
        (":8080", ("127.0.0.1", 8080)),
        ("[::1]:8080", ("::1", 8080)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_addresses_are_read(text: str, address: tuple[str, int]) -> None:
    assert parse_listen(text) == address


@pytest.mark.parametrize("text", ["", "x", "127.0.0.1", "1.2.3.4:99999", "::1:80", "[::1]", "a:-1", "a:²"])
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(ListenUnreadableError, match="--listen"):
        parse_listen(text)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.2", "example.test"])
def test_nobody_else_gets_in_without_credentials(host: str) -> None:
    with pytest.raises(OpenRelayError, match="proxyauth"):
        check_modes(["regular"], host, credentials=False)
    check_modes(["regular"], host, credentials=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_this_computer_always_gets_in(host: str) -> None:
    check_modes(["regular", "socks5@1080"], host, credentials=False)


def test_a_mode_with_an_address_of_its_own_is_looked_at_too() -> None:
    with pytest.raises(OpenRelayError):
        check_modes(["regular", "socks5@0.0.0.0:1080"], "127.0.0.1", credentials=False)


def test_wireguard_lets_in_key_holders_only() -> None:
    check_modes(["wireguard"], "", credentials=False)


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(ModeUnreadableError, match="--mode sideways"):
        check_modes(["sideways"], "127.0.0.1", credentials=False)


def test_a_network_of_ones_own_may_be_let_in() -> None:
    guests = Guests()
    guests.networks = parse_networks(["192.168.1.0/24", "fd00::/8", "10.0.0.7"])
    for inside in ("192.168.1.9", "fd00::1", "10.0.0.7", "127.0.0.1", "::1", "::ffff:192.168.1.9", "::ffff:127.0.0.1"):
        assert guests.admits(inside)
    for outside in ("192.168.2.9", "8.8.8.8", "fe80::1%eth0", "fc00::1", "10.0.0.8", "", "nonsense", "::ffff:8.8.8.8"):
        assert not guests.admits(outside)


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0", "8.8.8.0/24", "nonsense", "", "192.168.1.0/99", "1.2.3.4"])
def test_the_world_is_not_let_in(text: str) -> None:
    with pytest.raises(NetworkUnreadableError, match="--allow"):
        parse_networks([text])
