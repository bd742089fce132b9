"""The world as a whole: a real store, real sockets on loopback, the client's own connection."""

import asyncio
import random
import time

import pytest

from client.network.connection import Connection, ConnectionState
from server.auth.sessions import Sessions
from server.clinic_loader import load_plans
from server.config import ASSETS, ServerConfig
from tests.server.living_world import Watcher, World
from tools.bots.body import BotBody
from world.errors import TooManyRequests
from world.protocol import messages as m
from world.protocol import motion

TEXTS = 2 * 8
"""More than one may write at once, so that the writer goes on at the pace that is allowed."""


@pytest.fixture
async def world(tmp_path, database_url):
    world = World(ServerConfig(data=tmp_path, database_url=database_url, is_plain=True))
    await world.open()
    await world.start()
    yield world
    await world.close()


async def _say(connection, text):
    while True:
        answer = await connection.request(lambda number: m.Say(number, text))
        if not (isinstance(answer, m.Refused) and answer.code == TooManyRequests.code):
            return answer
        await asyncio.sleep(0.5)


async def test_a_person_comes_in_and_finds_the_waiting_room(world):
    _, watcher = await world.person(alias="Blue Heron")
    assert isinstance(watcher.messages[0], m.Welcome)
    assert watcher.room.room_id == "waiting"
    assert [person.name for person in watcher.room.people] == ["Real Name"]
    leads_to = [door.leads_to for door in watcher.room.doors]
    assert leads_to == ["consult-1", "consult-2", "training-1"]


async def test_patients_know_one_another_by_their_neutral_names_only(world):
    _, one = await world.person(name="Secret One", alias="Blue Heron")
    _, other = await world.person(name="Secret Two", alias="Red Kite")
    await one.until(lambda w: w.of(m.PersonView))
    assert one.of(m.PersonView)[0].person.name == "Red Kite"
    assert "Secret One" not in str(other.messages)
    assert "Secret Two" not in str(one.messages)


async def test_what_one_says_the_others_read_and_it_is_acknowledged(world):
    speaker, _ = await world.person(alias="Blue Heron")
    _, reader = await world.person()
    answer = await _say(speaker, "Good morning")
    assert isinstance(answer, m.Accepted)
    [event] = await reader.until(lambda w: w.events(m.Said))
    assert (event.body.name, event.body.text) == ("Blue Heron", "Good morning")


async def test_a_drop_loses_nothing_and_doubles_nothing(world):
    speaker, _ = await world.person()
    reader, watcher = await world.person()
    for number in range(TEXTS):
        if number % 7 == 3:
            reader.drop()
        if number % 11 == 5:
            speaker.drop()
        assert isinstance(await _say(speaker, f"text {number}"), m.Accepted)
    await watcher.until(lambda w: len(w.events(m.Said)) >= TEXTS)
    texts = [event.body.text for event in watcher.events(m.Said)]
    assert texts == [f"text {number}" for number in range(TEXTS)]


async def test_who_drops_comes_back_to_the_same_seat(world):
    connection, watcher = await world.person()
    plan = load_plans(ASSETS)["waiting"]
    body = BotBody({"waiting": plan.layout}, random.Random(1))
    body.connection, watcher.message, watcher.motion = connection, body.message, body.motion
    body.message(watcher.room)
    moving = asyncio.create_task(body.keep_moving())
    assert await body.sit("chair-1")
    await body.until(lambda: body.seat == "chair-1")
    moving.cancel()
    before, body.seat = body.room, None
    connection.drop()
    assert await body.until(lambda: body.room is not before)
    own = next(person for person in body.room.people if person.slot == body.room.own_slot)
    assert own.seat == "chair-1"
    assert body.room.own_slot == before.own_slot


async def test_a_restart_of_the_world_keeps_places_and_acknowledged_texts(world):
    speaker, _ = await world.person()
    _, watcher = await world.person()
    assert isinstance(await _say(speaker, "before"), m.Accepted)
    await watcher.until(lambda w: w.events(m.Said))
    await world.stop()
    pending = speaker.request(lambda number: m.Say(number, "during"))
    await world.start()
    assert isinstance(await pending, m.Accepted)
    await watcher.until(lambda w: len(w.events(m.Said)) == 2)
    assert [event.body.text for event in watcher.events(m.Said)] == ["before", "during"]


async def test_bodies_move_and_others_see_it(world):
    mover, mine = await world.person()
    _, other = await world.person()
    start_m = mine.room.position_m
    poses = motion.resting(1)
    poses.head_m[0] = (start_m[0] + 0.05, start_m[1], start_m[2])
    await other.until(lambda w: w.frames)
    mover.send_frame(motion.encode_inputs(1, poses).tobytes())

    def is_moved(w):
        _, slots, seen = w.frames[-1]
        heads = seen.head_m[slots == mine.room.own_slot]
        return len(heads) and abs(heads[0, 0] - start_m[0] - 0.05) < 0.002

    await other.until(is_moved)


async def test_the_same_account_on_a_second_device_takes_over(world):
    _, token = await world.account()
    _, first, first_task = world.connect(token)
    await first.until(lambda w: w.of(m.RoomView))
    _, second, _ = world.connect(token)
    await second.until(lambda w: w.of(m.RoomView))
    await first.until(lambda w: w.states[-1][0] is ConnectionState.ENDED)
    assert "another device" in first.states[-1][1]
    assert second.room.own_slot == first.room.own_slot
    await asyncio.gather(first_task, return_exceptions=True)


async def test_a_ticket_opens_one_connection_only(world):
    _, token = await world.account()
    ticket = await Sessions(world.store, time.time).issue_ticket(token)

    async def same_ticket():
        return ticket

    watchers = []
    for _ in range(2):
        watcher = Watcher()
        connection = Connection(
            f"ws://127.0.0.1:{world.port}", None, same_ticket, watcher, time.time
        )
        world._people.append(asyncio.create_task(connection.run()))
        await watcher.until(lambda w: w.of(m.RoomView) or ConnectionState.ENDED in dict(w.states))
        watchers.append(watcher)
    assert watchers[0].of(m.RoomView)
    assert not watchers[1].messages


async def test_a_doctor_calls_the_patient_who_walks_in_and_the_door_closes(world):
    patient, patient_sees = await world.person(name="Pat Real")
    doctor, doctor_sees = await world.person("doctor", "Dr. Real")
    assert isinstance(await patient.request(m.CheckIn), m.Accepted)
    [queue] = [q for q in await doctor_sees.until(_lists) if q.entries][-1:]
    assert queue.entries[0].patient_name == "Pat Real"
    call = await doctor.request(lambda number: m.CallPatient(number, "consult-1"))
    assert isinstance(call, m.Accepted)
    await patient_sees.until(lambda w: w.events(m.Told))
    await patient_sees.until(lambda w: [v for v in w.of(m.QueuePlace) if v.state == "called"])


def _lists(watcher):
    lists = watcher.of(m.QueueView)
    return lists if lists and lists[-1].entries else None


async def test_words_from_before_a_restart_are_told_as_of_who_wrote_them(world):
    first, _ = await world.person(alias="Grey Heron")
    speaker, spoken = await world.person(alias="Blue Heron")
    reader, read = await world.person(alias="Red Kite")
    # The slots of this life are given anew in the next one, and the first of them is free by then.
    await first.request(m.LeaveClinic)
    own_slot = spoken.room.own_slot
    reader.check_certificate = _refuse_to_come
    reader.drop()
    assert isinstance(await _say(speaker, "for who is away"), m.Accepted)
    await world.stop()
    await world.start()
    rooms = len(spoken.of(m.RoomView))
    await spoken.until(lambda w: len(w.of(m.RoomView)) > rooms)
    assert spoken.room.own_slot != own_slot
    reader.check_certificate = None
    reader.hurry()
    said = (await read.until(lambda w: w.events(m.Said)))[0].body
    writer = next(one for one in read.room.people if one.slot == said.slot)
    assert (said.text, writer.name, said.name) == ("for who is away", "Blue Heron", "Blue Heron")


def _refuse_to_come(_certificate):
    raise OSError
