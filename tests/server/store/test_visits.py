"""Visits and who takes part, on both databases."""

import uuid
from dataclasses import replace

import pytest

from server.store.visits import Participant, VisitRecord
from world.errors import Conflict, NotFound


@pytest.fixture
def visit(user):
    return VisitRecord(uuid.uuid4().hex, user.id, None, None, "booked", False, 1.0, 2.0)


async def test_what_is_read_is_what_was_added(store, visit):
    async with store.write() as work:
        await work.visits.add(visit)
    async with store.read() as work:
        assert await work.visits.get(visit.id) == visit
        assert await work.visits.of_patient(visit.patient_id) == [visit]
        with pytest.raises(NotFound):
            await work.visits.get("0" * 32)


async def test_of_two_who_change_one_visit_the_second_is_told(store, visit):
    async with store.write() as work:
        await work.visits.add(visit)
        saved = await work.visits.save(replace(visit, state="checked_in", checked_in_at_s=3.0))
        assert saved.version == 2
    async with store.write() as work:
        with pytest.raises(Conflict, match="somebody else"):
            await work.visits.save(replace(visit, state="cancelled"))
        assert await work.visits.get(visit.id) == saved


async def test_closed_visits_are_not_among_those_that_go_on(store, visit):
    states = ["booked", "checked_in", "called", "in_consult"]
    closed = ["ended", "cancelled", "no_show", "left"]
    async with store.write() as work:
        for state in states + closed:
            await work.visits.add(replace(visit, id=uuid.uuid4().hex, state=state))
        assert sorted(v.state for v in await work.visits.not_closed()) == sorted(states)


async def test_an_unknown_state_is_refused_by_the_database(store, visit):
    async with store.write() as work:
        with pytest.raises(Conflict):
            await work.visits.add(replace(visit, state="lost"))


async def test_putting_writes_the_whole_visit_but_keeps_when_it_was_made(store, visit, make_user):
    carer, interpreter = await make_user(role="carer"), await make_user(role="interpreter")
    guests = [Participant(visit.id, carer.id, "carer", 1.0)]
    later = replace(visit, state="checked_in", checked_in_at_s=5.0, created_at_s=99.0)
    async with store.write() as work:
        await work.visits.put(visit, guests)
        await work.visits.put(later, [replace(guests[0], sees_vitals=True)])
        assert await work.visits.get(visit.id) == replace(later, created_at_s=1.0, version=2)
        assert await work.visits.participants([visit.id]) == [replace(guests[0], sees_vitals=True)]
        await work.visits.put(later, [Participant(visit.id, interpreter.id, "interpreter", 2.0)])
        (guest,) = await work.visits.participants([visit.id])
        assert guest.user_id == interpreter.id
        await work.visits.put(later, [])
        assert await work.visits.participants([visit.id]) == []
