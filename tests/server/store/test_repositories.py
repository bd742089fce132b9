"""The smaller repositories on both databases: what is written is what is read."""

from dataclasses import replace

import pytest

from server.store.clinics import Clinic
from server.store.relations import Report
from world.errors import Conflict


async def test_a_person_has_one_place_and_finds_it_again(store, open_store, user, presence):
    async with store.write() as work:
        await work.presences.put([presence(user.id), presence(user.id, room_id="other")][:1])
        await work.presences.put([presence(user.id, room_id="consult-1", since_number=7)])
    again = await open_store()
    async with again.read() as work:
        found = await work.presences.everybody()
    assert found == [presence(user.id, room_id="consult-1", since_number=7)]


async def test_many_places_are_written_at_once_and_forgotten_one_by_one(store, make_user, presence):
    places = [presence((await make_user()).id) for _ in range(3)]
    async with store.write() as work:
        await work.presences.put(places)
        await work.presences.put([])
        await work.presences.remove(places[0].user_id)
        found = await work.presences.everybody()
    assert sorted(found, key=lambda p: p.user_id) == sorted(places[1:], key=lambda p: p.user_id)


async def test_blocks_and_agreements_are_one_sided_and_can_be_taken_back(store, make_user):
    a, b = await make_user(), await make_user()
    async with store.write() as work:
        for _ in range(2):
            await work.relations.block(a.id, b.id, 1.0)
            await work.relations.agree_to_voice(b.id, a.id, 1.0)
        assert await work.relations.blocks() == {(a.id, b.id)}
        assert await work.relations.voice_agreements() == {(b.id, a.id)}
        await work.relations.unblock(a.id, b.id)
        await work.relations.withdraw_voice(b.id, a.id)
        assert await work.relations.blocks() == await work.relations.voice_agreements() == set()


async def test_reports_read_back_in_their_order(store, make_user):
    a, b = await make_user(), await make_user()
    reports = [Report(f"{i}" * 32, a.id, b.id, "waiting", float(i), f"words {i}") for i in (1, 2)]
    async with store.write() as work:
        for report in reversed(reports):
            await work.relations.report(report)
    async with store.read() as work:
        assert await work.relations.reports() == reports
    assert "words" not in repr(reports)


async def test_observations_read_back_by_patient_code_and_time(store, make_user, observation):
    a, b = await make_user(), await make_user()
    mine = [observation(a.id, measured_at_s=float(i), value=60.0 + i / 3) for i in range(5)]
    others = [observation(b.id), observation(a.id, code="9279-1")]
    async with store.write() as work:
        await work.vitals.add([*reversed(mine), *others])
        await work.vitals.add([])
    async with store.read() as work:
        assert await work.vitals.of_patient(a.id, "8867-4", 1.0, 2) == mine[2:4]


async def test_answered_requests_read_back(store, make_user):
    a, b = await make_user(), await make_user()
    async with store.write() as work:
        await work.answers.put({a.id: (3, ()), b.id: (4, ((2, 5, "There is none."),))})
        await work.answers.put({a.id: (9, ((9, 1, "Sign in."),))})
        await work.answers.put({})
    async with store.read() as work:
        assert await work.answers.everybody() == {
            a.id: (9, ((9, 1, "Sign in."),)),
            b.id: (4, ((2, 5, "There is none."),)),
        }


async def test_a_clinic_is_opened_once(store):
    clinic = Clinic("Clinic", is_demo=True, opened_at_s=1.0)
    async with store.write() as work:
        assert await work.clinics.find() is None
        await work.clinics.open(clinic)
    async with store.read() as work:
        assert await work.clinics.find() == clinic

    async def open_again():
        async with store.write() as work:
            await work.clinics.open(replace(clinic, name="Other"))

    with pytest.raises(Conflict):
        await open_again()
