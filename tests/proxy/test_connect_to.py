from __future__ import annotations

import pytest
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import tflow

from louver.proxy.connect_to import ConnectTo, Detour, DetourUnreadableError, parse_detour


@pytest.mark.parametrize(
    ("text", "detour"),
    [
        ("a.test:443:127.0.0.1:8443", Detour("a.test", 443, "127.0.0.1", 8443)),
        ("A.Test:443:127.0.0.1:8443", Detour("a.test", 443, "127.0.0.1", 8443)),
        ("::127.0.0.1:", Detour("", 0, "127.0.0.1", 0)),
        (":443::8443", Detour("", 443, "", 8443)),
        ("[::1]:443:[2001:db8::1]:8443", Detour("::1", 443, "2001:db8::1", 8443)),
    ],
)
def test_curls_syntax_is_read(text: str, detour: Detour) -> None:
    assert parse_detour(text) == detour


@pytest.mark.parametrize("text", ["", "a", "a:b:c", "a:b:c:d", "a:1:b:99999", "::1:443:b:1", "a:1:b:1:2"])
def test_what_is_not_that_syntax_is_named(text: str) -> None:
    with pytest.raises(DetourUnreadableError, match="--connect-to"):
        parse_detour(text)


@pytest.mark.parametrize(
    ("rows", "goes_to"),
    [
        (["a.test:443:b.test:1"], ("b.test", 1)),
        (["A.TEST:443:b.test:1"], ("b.test", 1)),
        (["b.test:443:c.test:1"], ("a.test", 443)),
        (["a.test:80:c.test:1"], ("a.test", 443)),
        ([":443:c.test:"], ("c.test", 443)),
        (["a.test:::9"], ("a.test", 9)),
        (["x.test:443:c.test:1", "::d.test:", "a.test:443:b.test:1"], ("d.test", 443)),
    ],
)
def test_the_first_row_that_fits_wins_and_only_the_connection_sees_it(
    rows: list[str], goes_to: tuple[str, int]
) -> None:
    addon = ConnectTo()
    addon.take(rows)
    server = tflow.tserver_conn()
    server.state, server.address = server.state.CLOSED, ("a.test", 443)
    data = ServerConnectionHookData(server, tflow.tclient_conn())
    addon.server_connect(data)
    assert server.address == goes_to
    server.state = server.state.OPEN
    addon.server_connected(data)
    assert server.address == ("a.test", 443)
    assert not addon._meant


def test_a_failed_connection_leaves_nothing_behind() -> None:
    addon = ConnectTo()
    addon.detours = (parse_detour("::b.test:1"),)
    server = tflow.tserver_conn()
    server.state, server.address = server.state.CLOSED, ("a.test", 443)
    data = ServerConnectionHookData(server, tflow.tclient_conn())
    addon.server_connect(data)
    addon.server_connect_error(data)
    assert server.address == ("a.test", 443)
    assert not addon._meant
