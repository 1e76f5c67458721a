"""What we put in the place of mitmproxy's code, beside a fresh copy of that code: both must say the same."""

from __future__ import annotations

import gc
import importlib.util
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import flow, hooks, http, optmanager
from mitmproxy.test import tflow

from louver.proxy.pace import REPLACED, freeze, quicken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def untouched(name: str) -> ModuleType:
    """Return a second copy of a module, as mitmproxy ships it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A flow's class enters itself into mitmproxy's list of kinds; the copy's must not take the real one's place there.
    with pytest.MonkeyPatch.context() as patch:
        kinds = dict(vars(flow.Flow)["_Flow__types"])
        patch.setattr(flow.Flow, "_Flow__types", kinds)
        spec.loader.exec_module(module)
    return module


THEIR_HTTP: Final = untouched("mitmproxy.http")
THEIR_OPTIONS: Final = untouched("mitmproxy.optmanager")
THEIR_HOOKS: Final = untouched("mitmproxy.hooks")

NAMES: Final = st.sampled_from([b"Cookie", b"cookie", b"COOKIE", b"Cookies", b"Content-Length", b"x-\xff", b""])
VALUES: Final = st.binary(max_size=12)
ASKED: Final = st.sampled_from(["cookie", "Cookie", b"COOKIE", "content-length", "none", "x-\udcff", b"x-\xff", "", 7])


@contextmanager
def quick() -> Iterator[None]:
    """Run with our code in place, and put mitmproxy's back."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, _ in REPLACED:
            patch.setattr(owner, name, getattr(owner, name), raising=False)
        quicken()
        yield


def said(call: Any, *arguments: object) -> object:
    """Return an answer, or the kind of error."""
    try:
        return call(*arguments)
    except Exception as error:  # noqa: BLE001
        return type(error)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), ASKED)
def test_headers_are_found_as_mitmproxy_finds_them(fields: list[tuple[bytes, bytes]], name: Any) -> None:
    with quick():
        ours, theirs = http.Headers(fields), THEIR_HTTP.Headers(fields)
        assert said(ours.get_all, name) == said(theirs.get_all, name)
        assert said(ours.get, name) == said(theirs.get, name)
        assert said(ours.get, name, "else") == said(theirs.get, name, "else")
        assert said(ours.__contains__, name) == said(theirs.__contains__, name)
        assert said(ours.__getitem__, name) == said(theirs.__getitem__, name)


@pytest.mark.parametrize("value", ["text", 7, 1.5, True, None, ["a", "b"], ("a",)])
@pytest.mark.parametrize("is_set", [True, False])
def test_options_are_read_as_mitmproxy_reads_them(value: Any, is_set: bool) -> None:
    def option(module: Any) -> Any:
        made = module._Option("name", object, value, "", None)
        if is_set:
            made.value = value
        return made

    with quick():
        ours, theirs = option(optmanager).current(), option(THEIR_OPTIONS).current()
        assert ours == theirs
        assert type(ours) is type(theirs)
        # What can be changed is still a copy.
        assert (ours is value) == (theirs is value)


def test_hooks_hand_over_what_mitmproxy_hands_over() -> None:
    flow = tflow.tflow()
    events = (hooks.ConfigureHook({"a"}), hooks.UpdateHook([flow]), hooks.RunningHook(), hooks.DoneHook())
    with quick():
        for event in (*events, *events):
            assert event.args() == THEIR_HOOKS.Hook.args(event)


def test_what_is_frozen_is_left_alone_and_a_second_time_too() -> None:
    try:
        freeze()
        first = gc.get_freeze_count()
        assert first > 0
        kept = [[] for _ in range(1000)]  # type: list[list[object]]
        freeze()
        assert gc.get_freeze_count() > 0
        assert not any(one in gc.get_objects() for one in kept[:1])
    finally:
        gc.unfreeze()
