from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from louver.ledger.findings import Met
from louver.reports.linking import linkage

SITES = ("a.example", "b.example", "c.example", "d.example")


def met(
    site: str, entity: str, digest: str, *, shared: int = 1, thread: str = "", party: str = "third", name: str = "uid"
) -> Met:
    kind, host = "third-party-id-cookie", f"px.{entity}.example"
    return Met(site, host, entity, party, digest, thread, kind, "cookie", name, "", 60.0, shared, 1 - shared, 0, 0)


def test_the_same_value_on_two_sites_links_them() -> None:
    made = linkage([met("a.example", "T", "1"), met("b.example", "T", "1"), met("c.example", "T", "2")], SITES)
    (entity,) = made.entities
    assert entity.before == entity.after == [["a.example", "b.example"]]
    assert made.after.linkability == 1 / 6
    assert made.after.coverage == 2 / 4
    assert entity.through[0].after == ["a.example", "b.example", "c.example"]


def test_what_was_withheld_counts_only_before() -> None:
    made = linkage([met("a.example", "T", "1"), met("b.example", "T", "1", shared=0)], SITES)
    assert (made.before.entities, made.after.entities) == (1, 0)
    assert made.after.linkability == 0


def test_two_values_that_met_on_one_site_link_what_each_was_met_on() -> None:
    rows = [
        met("a.example", "T", "1"),
        met("b.example", "T", "1"),
        met("b.example", "T", "2"),
        met("c.example", "T", "2"),
    ]
    assert linkage(rows, SITES).entities[0].after == [["a.example", "b.example", "c.example"]]


def test_forms_of_one_value_are_one_by_their_thread() -> None:
    rows = [met("a.example", "T", "plain", thread="t"), met("b.example", "T", "hashed", thread="t")]
    assert linkage(rows, SITES).entities[0].after == [["a.example", "b.example"]]


def test_partners_put_theirs_together() -> None:
    rows = [
        met("a.example", "T", "1"), met("b.example", "T", "1"), met("b.example", "U", "1"), met("b.example", "U", "2"),
        met("c.example", "U", "2"),
    ]  # fmt: skip
    made = linkage(rows, SITES)
    assert made.after.linkability == 2 / 6
    assert made.after.with_partners == 3 / 6
    assert {one.name: one.partners_after for one in made.entities} == {"T": ["U"], "U": ["T"]}


def test_a_site_that_is_a_tracker_elsewhere_links_its_own_visits() -> None:
    rows = [met("a.example", "Social", "1", party="first"), met("b.example", "Social", "1")]
    assert linkage(rows, SITES).entities[0].after == [["a.example", "b.example"]]
    assert linkage(rows[:1], SITES).entities == []


def test_sites_that_were_not_visited_do_not_count() -> None:
    rows = [met("a.example", "T", "1"), met("px.example", "T", "1")]
    assert linkage(rows, ["a.example"]).entities[0].after == []
    assert linkage([], []).before.linkability == 0


marks = st.lists(
    st.tuples(st.sampled_from(SITES), st.sampled_from("TUV"), st.sampled_from("1234"), st.integers(0, 1)), max_size=20
)


@given(marks)
def test_linkability_is_what_counting_pairs_one_by_one_gives(drawn: list[tuple[str, str, str, int]]) -> None:
    made = linkage([met(site, entity, digest, shared=shared) for site, entity, digest, shared in drawn], SITES)
    pairs = {pair for one in made.entities for group in one.before for pair in combinations(group, 2)}
    assert made.before.linkability == len(pairs) / 6
    assert made.after.linkability <= made.before.linkability <= made.before.with_partners
    assert made.after.coverage <= made.before.coverage
