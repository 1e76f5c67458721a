"""A wrong table is refused with the file, the line and the key that are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.core.rows import TableError
from louver.core.tables import parse_table


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('{"foo": 1}', 1, "foo", "unknown key"),
        ("owners: {A: [a.example]}\ntrackrs: []\n", 2, "trackrs", "unknown key"),
        ("[]", 1, "", "expected a mapping of sections"),
        ("", 1, "", "expected a mapping of sections"),
        ("trackers: {}", 1, "trackers", "expected a list"),
        ("owners: []", 1, "owners", "expected a mapping"),
        ("owners:\n  A: a.example\n", 2, "owners.A", "expected a list"),
        ("owners:\n  A: [1]\n", 2, "owners.A", "expected a text"),
        ('{"trackers": [\n{"domain": "a.b", "owner": "A"}\n]}', 2, "trackers.0", "'category' is missing"),
        ("trackers: [5]", 1, "trackers.0", "expected a mapping"),
        (
            "trackers:\n- {domain: a.b, owner: A, category: cdn}\n- {domain: c.d, owner: A,\n   category: cnd}\n",
            4,
            "trackers.1.category",
            "'cnd' is none of",
        ),
        ("trackers: [{domain: a.b, owner: A, category: [cdn]}]", 1, "trackers.0.category", "is none of"),
        ("trackers: [{domain: 'a b', owner: A, category: cdn}]", 1, "trackers.0.domain", "not a domain"),
        ("trackers: [{domain: a..b, owner: A, category: cdn}]", 1, "trackers.0.domain", "not a domain"),
        ("trackers: [{domain: a.b, owner: A, category: cdn, mixed: 1}]", 1, "trackers.0.mixed", "true or false"),
        ("trackers: [{domain: a.b, owner: A, categry: cdn}]", 1, "trackers.0.categry", "unknown key"),
        ("cookies: [{name: a, owner: A, purpose: fun}]", 1, "cookies.0.purpose", "'fun' is none of"),
        ("cookies: [{name: 'a*b*c*d*', owner: A, purpose: unknown}]", 1, "cookies.0.name", "at most 3"),
        ("parameters: [{name: a, owner: A, kind: clickid}]", 1, "parameters.0.kind", "'clickid' is none of"),
        ("cnames: {a.b: ''}", 1, "cnames.a.b", "expected a text"),
        ("trackers: [\n", 2, "", "not YAML"),
        ("{", 2, "", "not YAML"),
        ('{"trackers": [\n\t{"domain": 3, "owner": "A", "category": "cdn"}]}', 2, "trackers.0.domain", "a text"),
        ("owners: {A: &x [a.b], B: *x}", 1, "", "aliases"),
        ("!!python/object/apply:os.system [id]", 1, "", "not YAML"),
    ],
)
def test_what_is_wrong_is_named(text: str, line: int, key: str, reason: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_table(text, "my.yaml")
    error = caught.value
    assert (error.file, error.line, error.key) == ("my.yaml", line, key)
    assert reason in error.reason
    assert str(error).startswith(f"my.yaml:{line}: ")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for shaped in (text, f"trackers: [{text}]", f'{{"cookies": [{text}]}}'):
        try:
            parse_table(shaped, "any")
        except TableError as error:
            assert error.line >= 1  # noqa: PT017  (both ends are fine; only an error of another kind is not)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(TableError):
        parse_table("[" * 100_000, "deep")
