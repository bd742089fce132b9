from dataclasses import replace

import pytest

from tests.world.small_clinic import OTHER_ROOM, ROOM, WAITING, SmallClinic
from world.clinic import stream_of, user_stream
from world.protocol import messages as m


@pytest.fixture
def small():
    return SmallClinic()


def test_a_slot_that_was_just_given_up_is_not_given_to_the_next_one(small):
    small.come("p")
    slot = small.slot("p")
    small.ask("p", m.LeaveClinic)
    small.come("q")
    assert small.slot("q") != slot


def test_slots_begin_anew_at_the_end_and_pass_over_taken_ones(small):
    small.come("p")
    small.clinic = replace(small.clinic, next_slots={WAITING: 4095})
    small.come("q")
    small.come("r")
    assert (small.slot("p"), small.slot("q"), small.slot("r")) == (0, 4095, 1)


def test_a_slot_names_somebody_in_its_own_room_only(small):
    small.in_consult()
    slot = small.slot("p")
    assert small.clinic.at_slot(ROOM, slot) == "p"
    assert small.clinic.at_slot(OTHER_ROOM, slot) is None


def test_doors_of_free_rooms_stand_open_on_both_sides(small):
    assert small.clinic.open_doors(WAITING, 0.0) == {"door-1", "door-2"}
    assert small.clinic.open_doors(ROOM, 0.0) == {"door-1"}


def test_a_held_room_has_the_stream_of_its_visit(small):
    visit_id = small.in_consult()
    assert stream_of(small.clinic, ROOM) == f"visit:{visit_id}"
    assert stream_of(small.clinic, OTHER_ROOM) == f"room:{OTHER_ROOM}"
    assert stream_of(small.clinic, WAITING) == f"room:{WAITING}"
    assert user_stream("p") == "user:p"


def test_a_plan_knows_its_doors_and_seats_by_name(small):
    plan = small.clinic.plans[WAITING]
    assert plan.door("door-1").name == "door-1"
    assert plan.seat("chair-2").name == "chair-2"
    assert plan.door("chair-1") is None
    assert plan.seat("door-1") is None


def test_names_are_in_no_representation(small):
    small.come("p")
    assert "p real" not in repr(small.clinic.profiles["p"])
    assert "p alias" not in repr(small.clinic)
