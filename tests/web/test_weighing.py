from __future__ import annotations

from louver.ledger.findings import Told
from louver.web.drawing import bar
from louver.web.weighing import knowers, picture, ties


def told(entity: str, site: str, outcome: str, *, kind: str = "sync-id", sure: int = 1, party: str = "third") -> Told:
    return Told(site=site, entity=entity, party=party, kind=kind, outcome=outcome, sure=sure, count=3)


def test_who_could_and_who_can_is_told_apart_by_what_got_through() -> None:
    found = ties(
        [
            told("Known", "a.example", "shared"),
            told("Known", "b.example", "blocked"),
            told("Spared", "a.example", "rewritten"),
            told("Guess", "a.example", "shared", sure=0),
            told("Plain", "a.example", "shared", kind="language"),
            told("Own", "a.example", "shared", party="first"),
        ]
    )
    assert {(one.owner, one.site): one.look for one in found} == {
        ("Known", "a.example"): "known",
        ("Known", "b.example"): "spared",
        ("Spared", "a.example"): "spared",
        ("Guess", "a.example"): "met",
        ("Plain", "a.example"): "met",
    }
    first = knowers(found)[0]
    assert (first.name, first.can, first.could) == ("Known", ["a.example"], ["a.example", "b.example"])


def test_the_picture_stays_small_and_keeps_what_matters() -> None:
    many = [told("Spared", f"site{number}.example", "blocked") for number in range(300)]
    found = ties([*many, told("Known", "z.example", "shared")])
    drawn = picture(found, knowers(found), 24)
    assert len(drawn.sites) == 24
    assert "z.example" in [dot.name for dot in drawn.sites]
    assert drawn.height < 1000
    assert all(0 <= line.y1 <= drawn.height and 0 <= line.y2 <= drawn.height for line in drawn.lines)


def test_a_bar_never_leaves_its_frame_and_shows_whatever_is_not_nothing() -> None:
    pieces = bar({"shared": 1, "rewritten": 0, "blocked": 100_000}, 100_000)
    assert [piece.look for piece in pieces] == ["shared", "blocked"]
    assert pieces[0].width > 1
    assert all(piece.x + piece.width <= 100.01 for piece in pieces)
    assert bar({"shared": 0}, 0) == []
