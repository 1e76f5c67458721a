from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_server import a_stage

from louver.web.api import NEEDED, PARAMETERS, QUESTIONS, Asked, BadParameterError, document

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"site": "news.example", "id": "1", "policy": "strict", "since": "0", "limit": "5", "after": "0"}
ODD = ("", "-1", "1e9", "\uff19", "9" * 30, "\x00", "%", "<script>", "../..", "'; DROP TABLE exchanges; --", "ü" * 300)


def schema_of(path: str) -> Any:
    return document()["paths"][path]["get"]


def test_the_document_says_everything_that_is_answered_and_nothing_else() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    assert set(made["paths"]) == {question.path for question in QUESTIONS}
    text = msgspec.json.encode(made).decode()
    for name in made["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text
    for question in QUESTIONS:
        parameters = schema_of(question.path)["parameters"]
        assert [one["name"] for one in parameters] == list(question.parameters)
        assert {one["name"] for one in parameters if one["required"]} == {
            name for path, name in NEEDED if path == question.path
        }


async def test_a_program_with_the_key_gets_what_the_document_promises(tmp_path: Path) -> None:
    async with (
        a_stage(tmp_path) as stage,
        httpx.AsyncClient(base_url=stage.root, trust_env=False, timeout=60) as program,
    ):
        key = {"Authorization": f"Bearer {stage.dash.gate.token}"}
        for question in QUESTIONS:
            about = {name: GOOD[name] for name in question.parameters}
            answer = await program.get(question.path, params=about, headers=key)
            assert (answer.status_code, question.path) == (200, question.path)
            msgspec.json.decode(answer.content, type=question.answer)
        assert (await program.get("/api/openapi.json", headers=key)).json() == msgspec.to_builtins(document())


async def test_without_the_key_there_is_no_answer(tmp_path: Path) -> None:
    async with (
        a_stage(tmp_path) as stage,
        httpx.AsyncClient(base_url=stage.root, trust_env=False, timeout=60) as program,
    ):
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            answer = await program.get("/api/sites", headers=headers)
            assert answer.status_code == 401
            assert answer.json() == {"error": "Unauthorized"}
        stolen = {"Authorization": f"Bearer {stage.dash.gate.token}", "Host": "rebound.example"}
        assert (await program.get("/api/sites", headers=stolen)).status_code == 421


async def test_odd_parameters_get_an_answer_that_the_document_has(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        for question in QUESTIONS:
            said = set(schema_of(question.path)["responses"])
            good = {name: GOOD[name] for name in question.parameters}
            for name in question.parameters:
                for odd in ODD:
                    answer = await stage.client.get(question.path, params=good | {name: odd})
                    assert (str(answer.status_code) in said, question.path, name, odd) == (
                        True, question.path, name, odd,
                    )  # fmt: skip
                    assert answer.headers["Content-Type"] == "application/json"
                    assert (answer.status_code == 200) == ("error" not in answer.json())


@given(st.dictionaries(st.sampled_from(sorted(PARAMETERS)), st.text(string.printable, max_size=25)))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_numbers_are_numbers_or_a_clear_error(texts: dict[str, str]) -> None:
    asked = Asked(texts)
    for name in ("id", "after", "limit"):
        text = texts.get(name, "")
        if text == "" or (text.isdigit() and int(text) <= 1_000 and len(text) < 20):
            assert asked.number(name, 1_000) == int(text or 0)
        else:
            with pytest.raises(BadParameterError, match=name):
                asked.number(name, 1_000)


@pytest.mark.parametrize("path", ["/api/sites", "/api/who"])
async def test_before_there_is_a_ledger_nothing_is_found(tmp_path: Path, path: str) -> None:
    async with a_stage(tmp_path, ledger=False) as stage:
        assert (await stage.client.get(path)).status_code == 404
