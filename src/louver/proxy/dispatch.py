"""Knows how mitmproxy hands events to addons, and does the same from a table; the one departure from mitmproxy.

mitmproxy walks its whole addon chain for every hook of every exchange. Which addon listens to what does not change
while we run, so the walk is done once per hook and remembered. What the addons see stays the same: order, awaiting,
`AddonHalt`, and errors. `tests/proxy/test_dispatch.py` runs both side by side, so a change in mitmproxy is noticed.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from mitmproxy import addonmanager, exceptions, flow, hooks, http

if TYPE_CHECKING:
    from collections.abc import Callable

type Listeners = tuple[tuple[Callable[..., Any], ...], ...]
"""The handlers of one hook: one group per addon in the chain, since an error ends its own addon's turn only."""


class HookTable(addonmanager.AddonManager):
    """An addon manager that looks handlers up in a table made on first use."""

    def __init__(self, master: Any) -> None:
        self._table: dict[str, Listeners | None] = {}
        super().__init__(master)

    def register(self, addon: Any) -> Any:
        """Register an addon as mitmproxy does, and forget who listened before."""
        self._table.clear()
        return super().register(addon)

    def remove(self, addon: Any) -> None:
        """Remove an addon as mitmproxy does, and forget who listened before."""
        self._table.clear()
        super().remove(addon)

    def clear(self) -> None:
        """Remove all addons as mitmproxy does."""
        self._table.clear()
        super().clear()

    def trigger(self, event: hooks.Hook) -> None:
        """Trigger an event that waits for nobody as mitmproxy does: a configuration may put scripts in a new order."""
        super().trigger(event)
        if isinstance(event, hooks.ConfigureHook):
            self._table.clear()

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        """Trigger an event of an exchange or a connection, then `update` where the event is about a flow."""
        await self.trigger_event(event)
        if self._listeners("update") == ():
            return
        message = event.args()[0]
        if isinstance(message, flow.Flow):
            await self.trigger_event(hooks.UpdateHook([message]))

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Call every addon that listens to this event, in the order of the chain."""
        listeners = self._listeners(event.name)
        if listeners is None:
            await super().trigger_event(event)
            return
        if not listeners:
            return
        arguments = event.args()
        for group in listeners:
            try:
                for handler in group:
                    answer = handler(*arguments)
                    if answer is not None and inspect.isawaitable(answer):
                        await answer
            except exceptions.AddonHalt:
                return
            except Exception:
                with addonmanager.safecall():
                    raise

    def _listeners(self, name: str) -> Listeners | None:
        if name not in self._table:
            self._table[name] = self._collect(name)
        return self._table[name]

    def _collect(self, name: str) -> Listeners | None:
        """Return the handlers of a hook, or None where mitmproxy would complain: then it may do so itself."""
        event = _Named(name)
        try:
            groups = (tuple(func for _, func in self._iter_hooks(addon, event)) for addon in self.chain)
            return tuple(group for group in groups if group)
        except exceptions.AddonManagerError:
            return None


class _Named(hooks.Hook):
    """Stands for a hook of which only the name matters."""

    name = ""

    def __new__(cls, _name: str) -> _Named:  # noqa: PYI034  (mitmproxy's own check wants a dataclass, which this is not)
        return object.__new__(cls)

    def __init__(self, name: str) -> None:
        self.name = name  # type: ignore[misc]  # an instance's name in the place of the class's


def adopt(manager: addonmanager.AddonManager) -> None:
    """Let an addon manager that is at work use a table from now on, unless it is of a kind of its own."""
    if type(manager) is addonmanager.AddonManager:
        manager._table = {}  # type: ignore[attr-defined]  # noqa: SLF001  (it becomes ours in the next line)
        manager.__class__ = HookTable


def skip_type_checks() -> None:
    """Stop mitmproxy from checking the type of every field of every message it makes.

    The check guards addon authors against their own mistakes; it costs 15 % of an exchange and changes nothing in a
    message. We assign bytes where bytes belong, which mypy checks. What python's `-O` would also do, without losing
    the assertions.
    """
    http.MessageData.__post_init__ = _no_check  # type: ignore[method-assign]


def _no_check(_message: object) -> None:
    return
