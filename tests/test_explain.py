"""The decision interface, held by rows that anyone can read and extend: tests/vectors/explain.yaml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from louver.explain import answer_line
from louver.setup import Settings, load_engine

if TYPE_CHECKING:
    from louver.core.engine import Engine

VECTORS = yaml.safe_load((Path(__file__).parent / "vectors" / "explain.yaml").read_text("utf-8"))
ROWS = VECTORS["rows"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explain")


def engine_for(policy: Any, folder: Path) -> Engine:
    (folder / "table.yaml").write_text(yaml.safe_dump(VECTORS["table"]), "utf-8")
    name = policy
    if isinstance(policy, dict):
        (folder / "policy.yaml").write_text(yaml.safe_dump(policy), "utf-8")
        name = str(folder / "policy.yaml")
    return load_engine(
        Settings(name, (str(folder / "table.yaml"),), False, folder / "config", folder, folder / "cache"), now=0.0
    )


def ask(engine: Engine, question: Any) -> Any:
    return json.loads(answer_line(engine, json.dumps(question).encode())[0])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_engine_answers_as_the_vectors_say(row: dict[str, Any], folder: Path) -> None:
    told = ask(engine_for(row.get("policy", "balanced"), folder), row["given"])
    if "error" in row:
        assert row["error"] in told["error"]
        assert told["id"] == row["given"]["id"]
        return
    assert part_of(told, row["expect"]) == row["expect"]


@pytest.mark.parametrize("row", [row for row in ROWS if "error" not in row], ids=lambda row: row["name"])
def test_applying_twice_equals_once(row: dict[str, Any], folder: Path) -> None:
    engine = engine_for(row.get("policy", "balanced"), folder)
    once = ask(engine, row["given"])
    again = ask(engine, {**row["given"], **once["request"], "response": once.get("response")})
    assert again["request"] == once["request"]
    if once.get("response"):
        assert again["response"] == once["response"]


def part_of(told: Any, expected: Any) -> Any:
    """Return as much of an answer as is expected: the keys that are named, at every depth."""
    if isinstance(told, dict) and isinstance(expected, dict):
        return {key: part_of(told.get(key), value) for key, value in expected.items()}
    return told


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
HEADER = st.tuples(
    st.sampled_from(["Cookie", "referer", "Accept-Language", "If-None-Match", "X-Y", "Sec-GPC"]) | TEXT, TEXT
)


@given(
    url=st.one_of(
        TEXT, TEXT.map(lambda text: f"https://ads.example/{text}"), TEXT.map(lambda t: f"https://x.example/?{t}")
    ),
    page=st.none() | TEXT | st.just("https://shop.example/"),
    kind=st.sampled_from(["script", "document", "image", "odd", None]),
    headers=st.lists(HEADER, max_size=5),
)
def test_nothing_raises_on_any_input(
    shared: Engine, url: str, page: str | None, kind: str | None, headers: list[tuple[str, str]]
) -> None:
    answers = {"status": 200, "headers": [*headers, ("Set-Cookie", url), ("ETag", url)]}
    question = {"id": 1, "url": url, "page": page, "type": kind, "headers": headers, "response": answers}
    told = ask(shared, question)
    assert told["id"] == 1
    assert ("error" in told) != ("action" in told)


@pytest.fixture(scope="module")
def shared(folder: Path) -> Engine:
    return engine_for("balanced", folder)


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"7", b'{"id": 3}', b'{"id": 3, "url": 7}', b"\xff\xfe", b'{"url": "\\ud800"}']
)
def test_a_bad_line_gets_an_error_object(shared: Engine, line: bytes) -> None:
    told, fine = answer_line(shared, line)
    assert not fine
    assert json.loads(told)["error"]
    assert json.loads(told)["id"] == (3 if b'"id": 3' in line else None)
