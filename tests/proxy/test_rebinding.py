from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from louver.proxy.rebinding import TOLD, Rebinding, inner_zone


class Notes:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def inward(self, host: str, zone: str, _at: float) -> None:
        self.rows.append((host, zone))


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Any:
    options = SimpleNamespace(louver_connect_to=[])
    monkeypatch.setattr("louver.proxy.rebinding.ctx", SimpleNamespace(options=options))
    notes = Notes()
    addon = Rebinding(notes, lambda: 0.0)  # type: ignore[arg-type]

    def to(host: str, address: str, via: object = None) -> list[tuple[str, str]]:
        server = SimpleNamespace(via=via, peername=(address, 443), address=(host, 443))
        addon.server_connected(SimpleNamespace(server=server))  # type: ignore[arg-type]
        return notes.rows

    to.options = options  # type: ignore[attr-defined]
    return to


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("127.0.0.1", "loopback"),
        ("192.168.1.1", "private"),
        ("fe80::1%eth0", "link-local"),
        ("::ffff:10.0.0.1", "private"),
    ],
)
def test_a_name_that_leads_inside_is_told_once(connect: Any, address: str, zone: str) -> None:
    connect("Evil.example.", address)
    assert connect("evil.example", address) == [("evil.example", zone)]


def test_what_is_meant_so_is_not_told(connect: Any) -> None:
    for host in ("localhost", "printer.local", "nas", "192.168.1.1", "[::1]"):
        connect(host, "192.168.1.1")
    connect("page.example", "93.184.216.34")
    connect("behind.example", "10.0.0.1", via=("http", ("proxy", 3128)))
    connect.options.louver_connect_to = [":443:127.0.0.1:1"]
    assert connect("staging.example", "127.0.0.1") == []


def test_a_flood_of_names_stays_small(connect: Any) -> None:
    for number in range(2 * TOLD):
        rows = connect(f"{number}.example", "127.0.0.1")
    assert len(rows) == TOLD


def test_what_is_no_address_is_outside() -> None:
    assert inner_zone("nonsense") == inner_zone("") == inner_zone("8.8.8.8") == ""
