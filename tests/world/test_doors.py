import pytest

from world.doors import door_is_open, may_pass
from world.errors import NotFound, NotPermitted
from world.people import Role
from world.visit_events import Dismiss, End, OpenDoor

WAITING, ROOM, OTHER_ROOM = "waiting", "consult-1", "consult-2"


def _passes(house, user_id, room_id=ROOM):
    return may_pass(house.visits, house.visits.people[user_id], room_id) is None


def _is_open(house):
    return door_is_open(house.visits, ROOM, house.now_s)


def test_the_way_opens_to_the_called_patient_and_to_nobody_else(house):
    house.come("r", "patient")
    house.walk_in("r", "v2")
    assert not _passes(house, "r")
    house.called()
    house.come("q", "patient")
    house.come("e", "doctor")
    house.come("n", "nurse")
    assert _passes(house, "p")
    assert _passes(house, "d")
    assert not _passes(house, "p", OTHER_ROOM)
    assert [u for u in "qenr" if _passes(house, u)] == []


def test_a_free_room_lets_in_doctors_and_nurses_only(house):
    for role in Role:
        house.come(role.value, role)
    assert {role for role in Role if _passes(house, role.value)} == {Role.NURSE, Role.DOCTOR}


def test_the_door_closes_with_both_inside_and_opens_when_one_leaves(house):
    house.called()
    opened = [_is_open(house)]
    house.go("p", ROOM)
    opened.append(_is_open(house))
    house.go("d", ROOM)
    opened.append(_is_open(house))
    house.go("p", WAITING)
    opened.append(_is_open(house))
    house.go("p", ROOM)
    opened.append(_is_open(house))
    house.do(End("v1"), "d")
    opened.append(_is_open(house))
    assert opened == [True, True, False, True, False, True]


def test_a_dropped_doctor_keeps_the_door_closed_while_the_place_is_held(house):
    house.in_consult()
    house.vanish("d")
    house.wait(119.0)
    assert not _is_open(house)
    house.wait(1.0)
    assert _is_open(house)


def test_a_door_opened_from_inside_closes_again(house):
    house.in_consult()
    house.come("c", "carer")
    house.bring_along("c", "p")
    with pytest.raises(NotPermitted):
        house.do(OpenDoor(ROOM), "c")
    house.do(OpenDoor(ROOM), "p")
    assert _is_open(house)
    assert _passes(house, "c")
    house.now_s += house.visits.limits.door_open_s
    assert not _is_open(house)


def test_a_dismissed_guest_does_not_pass_again(house):
    house.in_consult()
    house.come("c", "carer")
    house.bring_along("c", "p")
    assert _passes(house, "c")
    house.do(Dismiss("v1", "c"), "d")
    assert not _passes(house, "c")


def test_consult_rooms_are_reached_through_the_waiting_room_only(house):
    house.come("d", "doctor")
    house.go("d", ROOM)
    refusal = may_pass(house.visits, house.visits.people["d"], OTHER_ROOM)
    assert isinstance(refusal, NotPermitted)
    assert isinstance(may_pass(house.visits, house.visits.people["d"], "no-such-room"), NotFound)
