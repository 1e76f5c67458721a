"""Knows what mitmproxy and Python spend on every exchange without need, and spares it; what comes out is the same.

`tests/proxy/test_pace.py` holds each replacement against mitmproxy's own code, so a change there is noticed.
"""

from __future__ import annotations

import copy
import dataclasses
import gc
from typing import TYPE_CHECKING, Any, Final

from mitmproxy import hooks, http, optmanager

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNCHANGEABLE: Final = frozenset({str, int, float, bool, type(None)})
"""Types whose values nobody can change, so that a copy is the value itself."""

_fields: Final[dict[type, Sequence[str]]] = {}


def quicken() -> None:
    """Put quicker code in the place of what mitmproxy runs most often. Saves about a tenth of an exchange.

    An event looks up its own fields once per kind rather than each time, an option that is plain text or a number is
    not copied for every reader, and a header is found without a call for each line that is another one.
    """
    for owner, name, quicker in REPLACED:
        setattr(owner, name, quicker)


def freeze() -> None:
    """Take rules and modules out of the garbage collector's rounds; what was replaced is collected first."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    # At the start nothing was replaced yet, and a round through everything just loaded would only take time.
    gc.freeze()


def _args(event: hooks.Hook) -> list[Any]:
    kind = type(event)
    names = _fields.get(kind)
    if names is None:
        declared = dataclasses.fields(kind)  # type: ignore[arg-type]  # a hook that is no dataclass cannot be made
        names = _fields[kind] = tuple(field.name for field in declared)
    return [getattr(event, name) for name in names]


def _current(option: Any) -> Any:
    value = option._default if option.value is optmanager.unset else option.value  # noqa: SLF001  (as in the original)
    return value if type(value) in UNCHANGEABLE else copy.deepcopy(value)


def _get_all(headers: http.Headers, name: str | bytes) -> list[str]:
    wanted = http._always_bytes(name).lower()  # noqa: SLF001  (as in the original)
    size = len(wanted)
    return [
        value.decode("utf-8", "surrogateescape")
        for key, value in headers.fields
        if len(key) == size and key.lower() == wanted
    ]


def _get(headers: http.Headers, key: str | bytes, default: Any = None) -> Any:
    found = headers.get_all(key)
    return ", ".join(found) if found else default


REPLACED: Final[Sequence[tuple[type, str, Callable[..., Any]]]] = (
    (hooks.Hook, "args", _args),
    (optmanager._Option, "current", _current),  # noqa: SLF001  (their options have no other door)
    (http.Headers, "get_all", _get_all),
    (http.Headers, "get", _get),
)
"""Whose method is replaced by which function."""
