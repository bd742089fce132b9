import pytest

from tests.world.small_clinic import ROOM, WAITING, SmallClinic
from world.past import told_now
from world.protocol import messages as m


@pytest.mark.parametrize(
    "kind", [lambda slot: m.Said(slot, "a", "text"), lambda slot: m.Came(slot, "a")]
)
def test_an_old_event_has_the_slot_that_its_sender_has_now(kind):
    small = SmallClinic()
    small.come("a")
    small.come("b")
    slots = {who: small.clinic.bodies[who].slot for who in "ab"}
    assert told_now(small.clinic, WAITING, "b", kind(slots["a"])) == kind(slots["b"])


def test_who_is_there_no_more_is_taken_for_nobody_who_is():
    small = SmallClinic()
    small.come("a")
    slot = small.clinic.bodies["a"].slot
    told = told_now(small.clinic, WAITING, "gone", m.Said(slot, "gone", "text"))
    assert told.slot != slot
    told = told_now(small.clinic, ROOM, "a", m.Went(3, "a"))
    assert told.slot not in {body.slot for body in small.clinic.in_room(ROOM).values()}


def test_what_names_no_slot_stays_as_it_is():
    small = SmallClinic()
    small.come("a")
    told = m.Told("The doctor calls you.", None)
    assert told_now(small.clinic, WAITING, "a", told) is told
