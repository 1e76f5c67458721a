from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from louver.policies import Shelf
from louver.web.desk import CannotChangeError, Desk
from louver.web.slats import (
    GROUPS,
    Group,
    Position,
    group_position,
    group_rules,
    recipient_position,
    recipient_rules,
)

if TYPE_CHECKING:
    from pathlib import Path

SITE = "news.example"
OWNER = {"owner": "Example Inc"}
HOST = {"recipient": "px.example"}
READING = next(group for group in GROUPS if group.id == "reading")


@pytest.mark.parametrize("position", Position)
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.id)
def test_what_a_group_was_set_to_is_read_back(group: Group, position: Position) -> None:
    rules = group_rules(group, position)
    assert group_position(group, rules) is position
    assert [group_position(other, rules) for other in GROUPS if other is not group] == [None] * (len(GROUPS) - 1)


@pytest.mark.parametrize("position", Position)
def test_what_a_recipient_was_set_to_is_read_back(position: Position) -> None:
    rules = [*recipient_rules(HOST, Position.BLOCK), *recipient_rules(OWNER, position)]
    assert recipient_position(OWNER, rules) is position
    assert recipient_position(HOST, rules) is Position.BLOCK
    assert recipient_position({"owner": "Other"}, rules) is None


def test_every_kind_stands_in_one_group_at_most() -> None:
    kinds = [kind for group in GROUPS for kind in group.kinds]
    assert len(kinds) == len(set(kinds))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Shelf(tmp_path))


def rules(desk: Desk) -> list[dict[str, object]]:
    return desk.shelf.site_rules(SITE)


def test_a_slat_is_tilted_again_and_given_back(desk: Desk) -> None:
    desk.tilt_group(SITE, "reading", Position.SOFTEN)
    desk.tilt_group(SITE, "reading", Position.HIDE)
    assert rules(desk) == group_rules(READING, Position.HIDE)
    desk.tilt_group(SITE, "reading", None)
    assert SITE not in desk.shelf.own().sites


def test_a_recipient_counts_for_more_than_a_group_whichever_came_last(desk: Desk) -> None:
    desk.tilt_recipient(SITE, OWNER, Position.SHARE)
    desk.tilt_group(SITE, "reading", Position.HIDE)
    assert rules(desk) == [*recipient_rules(OWNER, Position.SHARE), *group_rules(READING, Position.HIDE)]


def test_rules_written_by_hand_are_left_alone(desk: Desk) -> None:
    by_hand = {"owner": "Example Inc", "type": "script", "treatment": "block"}
    desk.shelf.change_rules(SITE, lambda _: False, [by_hand])
    desk.tilt_recipient(SITE, OWNER, Position.SHARE)
    desk.tilt_recipient(SITE, OWNER, None)
    assert rules(desk) == [by_hand]


def test_undo_takes_back_one_change_after_the_other(desk: Desk) -> None:
    desk.tilt_group(SITE, "reading", Position.HIDE)
    first = desk.shelf.text()
    desk.off(SITE, "1h")
    assert desk.last is not None
    desk.undo()
    assert desk.shelf.text() == first
    desk.undo()
    assert desk.last is None
    with pytest.raises(CannotChangeError):
        desk.undo()


def test_undo_leaves_an_edit_by_hand_alone(desk: Desk) -> None:
    desk.tilt_group(SITE, "reading", Position.HIDE)
    edited = desk.shelf.text() + "# mine\n"
    desk.shelf.own_file.write_text(edited)
    with pytest.raises(CannotChangeError):
        desk.undo()
    assert desk.shelf.text() == edited


def test_who_decides_is_told_of_a_change_and_only_of_one(tmp_path: Path) -> None:
    told: list[str] = []
    desk = Desk(Shelf(tmp_path), lambda: told.append("changed"))
    desk.tilt_group(SITE, "reading", Position.HIDE)
    desk.tilt_group(SITE, "reading", Position.HIDE)
    desk.undo()
    assert told == ["changed", "changed"]
