"""mitmproxy's own dispatch and ours, side by side: a change in mitmproxy that we do not follow fails here."""

from __future__ import annotations

import ast
import asyncio
import inspect
import logging
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from mitmproxy import addonmanager, exceptions, hooks, http, master, options
from mitmproxy.proxy.layers.http._hooks import HttpRequestHeadersHook, HttpResponseHook
from mitmproxy.proxy.server_hooks import ClientConnectedHook
from mitmproxy.test import tflow

from louver.proxy.dispatch import HookTable, adopt, skip_type_checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

type Log = list[str]


class Named:
    def __init__(self, name: str, log: Log) -> None:
        self.name, self.log = name, log

    def __repr__(self) -> str:
        return self.name

    def say(self, what: str) -> None:
        self.log.append(f"{self.name}.{what}")


class Plain(Named):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("requestheaders")

    def client_connected(self, client: object) -> None:
        self.say("client_connected")


class Async(Named):
    async def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("begins")
        await asyncio.sleep(0)
        self.say("ends")


class Awaitable(Named):
    def requestheaders(self, flow: http.HTTPFlow) -> asyncio.Task[None]:
        async def later() -> None:
            await asyncio.sleep(0)
            self.say("later")

        return asyncio.ensure_future(later())


class Raises(Named):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("raises")
        raise ValueError("on purpose")


class Halts(Named):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("halts")
        raise exceptions.AddonHalt


class Refuses(Named):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("refuses")
        raise exceptions.OptionsError("on purpose")


class Listens(Named):
    def update(self, flows: object) -> None:
        self.say("update")


class NotCallable(Named):
    requestheaders = 7


class HidesAModule(Named):
    requestheaders: ModuleType = logging


class Parent(Named):
    def __init__(self, name: str, log: Log, *children: Named) -> None:
        super().__init__(name, log)
        self.addons = list(children)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self.say("requestheaders")


async def run(
    manager: Callable[[master.Master], addonmanager.AddonManager], build: Any, *, remove: str = ""
) -> tuple[Log, Log]:
    log: Log = []
    errors: Log = []

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(record.getMessage())

    proxy = master.Master(options.Options())
    proxy.addons = manager(proxy)
    addons: list[Named] = build(log)
    proxy.addons.add(*addons)
    watch = Watch(level=logging.ERROR)
    logging.getLogger("mitmproxy").addHandler(watch)
    try:
        flow = tflow.tflow(resp=True)
        events: list[hooks.Hook] = [
            HttpRequestHeadersHook(flow),
            ClientConnectedHook(flow.client_conn),
            HttpResponseHook(flow),
        ]
        for event in (*events, *events):
            try:
                await proxy.addons.handle_lifecycle(event)
            except exceptions.OptionsError as error:
                log.append(f"left the manager: {error}")
        if remove:
            proxy.addons.remove(proxy.addons.get(remove))
            await proxy.addons.handle_lifecycle(events[0])
        proxy.addons.add(Plain("late", log))
        await proxy.addons.handle_lifecycle(events[1])
    finally:
        logging.getLogger("mitmproxy").removeHandler(watch)
        proxy._legacy_log_events.uninstall()
    return log, errors


CASES = {
    "order": lambda log: [Plain("a", log), Plain("b", log), Plain("c", log)],
    "nobody listens": lambda log: [Named("a", log)],
    "async": lambda log: [Plain("a", log), Async("b", log), Plain("c", log)],
    "awaitable": lambda log: [Awaitable("a", log), Plain("b", log)],
    "halt": lambda log: [Plain("a", log), Halts("b", log), Plain("c", log)],
    "error": lambda log: [Plain("a", log), Raises("b", log), Plain("c", log)],
    "options error": lambda log: [Plain("a", log), Refuses("b", log), Plain("c", log)],
    "update": lambda log: [Plain("a", log), Listens("b", log)],
    "children": lambda log: [Parent("a", log, Plain("b", log), Parent("c", log, Plain("d", log))), Plain("e", log)],
    "error of a child": lambda log: [Parent("a", log, Raises("b", log), Plain("c", log)), Plain("d", log)],
    "halt of a child": lambda log: [Parent("a", log, Halts("b", log)), Plain("c", log)],
    "not callable": lambda log: [Plain("a", log), Parent("b", log, NotCallable("c", log)), Plain("d", log)],
    "module of the same name": lambda log: [HidesAModule("a", log), Plain("b", log)],
}


@pytest.mark.parametrize("case", CASES)
async def test_addons_see_what_mitmproxy_would_show_them(case: str) -> None:
    theirs = await run(addonmanager.AddonManager, CASES[case])
    assert await run(HookTable, CASES[case]) == theirs
    assert theirs[0]


@pytest.mark.parametrize("gone", ["a", "b"])
async def test_a_removed_addon_hears_nothing_more(gone: str) -> None:
    theirs = await run(addonmanager.AddonManager, CASES["order"], remove=gone)
    assert await run(HookTable, CASES["order"], remove=gone) == theirs


async def test_clearing_forgets_everyone() -> None:
    log: Log = []
    proxy = master.Master(options.Options())
    proxy.addons = HookTable(proxy)
    proxy.addons.add(Plain("a", log))  # type: ignore[no-untyped-call]
    flow = tflow.tflow()
    await proxy.addons.handle_lifecycle(HttpRequestHeadersHook(flow))
    proxy.addons.clear()
    await proxy.addons.handle_lifecycle(HttpRequestHeadersHook(flow))
    proxy._legacy_log_events.uninstall()
    assert log == ["a.requestheaders"]


def at_work(proxy: master.Master) -> addonmanager.AddonManager:
    """Return mitmproxy's manager as a script finds it, after it has begun to use a table."""
    manager = addonmanager.AddonManager(proxy)
    adopt(manager)
    assert type(manager) is HookTable
    return manager


@pytest.mark.parametrize("case", CASES)
async def test_a_manager_at_work_goes_on_as_before(case: str) -> None:
    assert await run(at_work, CASES[case]) == await run(addonmanager.AddonManager, CASES[case])


async def test_a_manager_of_another_kind_is_left_alone() -> None:
    class Special(addonmanager.AddonManager):
        pass

    proxy = master.Master(options.Options())
    manager = Special(proxy)  # type: ignore[no-untyped-call]
    adopt(manager)
    proxy._legacy_log_events.uninstall()
    assert type(manager) is Special


async def test_a_new_configuration_may_put_addons_in_a_new_order() -> None:
    log: Log = []
    proxy = master.Master(options.Options())
    proxy.addons = HookTable(proxy)
    parent = Parent("p", log, Plain("a", log), Plain("b", log))
    proxy.addons.add(parent)  # type: ignore[no-untyped-call]
    event = HttpRequestHeadersHook(tflow.tflow())
    await proxy.addons.handle_lifecycle(event)
    parent.addons.reverse()
    proxy.addons.trigger(hooks.ConfigureHook({"scripts"}))
    await proxy.addons.handle_lifecycle(event)
    proxy._legacy_log_events.uninstall()
    assert log == [f"{name}.requestheaders" for name in ("p", "a", "b", "p", "b", "a")]


def source_of(what: Any) -> str:
    tree = ast.parse(textwrap.dedent(inspect.getsource(what)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.unparse(tree)


THEIR_LIFECYCLE = """\
async def handle_lifecycle(self, event: hooks.Hook):
    message = event.args()[0]
    await self.trigger_event(event)
    if isinstance(message, flow.Flow):
        await self.trigger_event(hooks.UpdateHook([message]))"""

THEIR_TRIGGER = """\
async def trigger_event(self, event: hooks.Hook):
    for i in self.chain:
        try:
            with safecall():
                await self.invoke_addon(i, event)
        except exceptions.AddonHalt:
            return"""

THEIR_CHECK = """\
    if __debug__:

        def __post_init__(self):
            for field in fields(self):
                val = getattr(self, field.name)
                typecheck.check_option_type(field.name, val, field.type)"""


def test_what_we_replace_is_still_what_it_was() -> None:
    """If this fails, read the new mitmproxy before changing the text here: what does it do that we do not?"""
    assert source_of(addonmanager.AddonManager.handle_lifecycle) == THEIR_LIFECYCLE
    assert source_of(addonmanager.AddonManager.trigger_event) == THEIR_TRIGGER
    assert THEIR_CHECK in source_of(http.MessageData)
    assert "__post_init__" not in source_of(http.RequestData) + source_of(http.ResponseData)


def test_without_the_check_a_message_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_self: object) -> None:
        raise TypeError("checked")

    monkeypatch.setattr(http.MessageData, "__post_init__", check, raising=False)
    with pytest.raises(TypeError, match="checked"):
        tflow.tflow()
    skip_type_checks()
    assert tflow.tflow().request.method == "GET"
