"""Keeps the house in order: who may import whom, how long a file may get, and that `core` touches nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "louver"
FILES = sorted(SOURCE.rglob("*.py"))

MAY_IMPORT = {
    "core": set(),
    "ledger": {"core"},
    "lists": {"core"},
    "surrogates": set(),
    "proxy": {"core", "lists", "ledger", "surrogates"},
    "reports": {"core", "ledger"},
    "audit": {"core", "lists", "ledger", "reports", "proxy"},
    "demo": {"core", "lists", "ledger", "proxy", "reports"},
    "web": {"core", "ledger", "reports", "lists"},
}
"""Room to the rooms it may import. The modules of the ground floor (errors, setup, …) serve every room but core."""

ONLY_HERE = {"mitmproxy": {"proxy"}, "aiosqlite": {"ledger"}}
"""Libraries with one room to live in; the demo and the tests start a proxy through the proxy room."""

NOT_IN_CORE = {
    "asyncio", "os", "pathlib", "socket", "subprocess", "time", "random", "secrets", "sqlite3", "threading", "tempfile",
    "shutil", "urllib.request", "http.client", "logging", "sys", "mitmproxy", "aiosqlite", "httpx", "dns", "tldextract",
}  # fmt: skip
LONGEST = 400


def imports(path: Path) -> set[str]:
    """Return every module that a file imports, at its top or inside, type-checking blocks included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    rooms = {child.name for child in SOURCE.iterdir() if child.is_dir()}
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("louver.")}
    if room in MAY_IMPORT:
        assert not (ours & rooms) - MAY_IMPORT[room] - {room}
    assert "cli" not in ours or room == "cli" or path.name == "__main__.py"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_library_with_one_room_is_imported_there_only(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    for library, rooms in ONLY_HERE.items():
        assert library not in roots or room_of(path) in rooms


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "core").rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE))
)
def test_core_is_pure(path: Path) -> None:
    names = imports(path)
    ours = {name for name in names if name.startswith("louver")}
    assert all(name == "louver.core" or name.startswith("louver.core.") for name in ours)
    assert not {name for name in names if name in NOT_IN_CORE or name.split(".")[0] in NOT_IN_CORE}
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = {function.id for function in calls if isinstance(function, ast.Name)}
    assert not names & {"open", "print", "input", "eval", "exec"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_opens_with_what_it_knows_and_fits_in_a_head(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not text or ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= LONGEST


def test_the_addon_door_has_no_logic() -> None:
    tree = ast.parse((ROOT / "addons" / "louver.py").read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.For | ast.While | ast.FunctionDef)]
