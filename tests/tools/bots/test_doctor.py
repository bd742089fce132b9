"""A bot doctor's patience with people: it waits for who is slow, and ends no visit by surprise."""

import asyncio
import random

import pytest

from tools.bots import doctor as doctor_module
from tools.bots.body import BotBody
from tools.bots.doctor import (
    BOT_CONSULT_S,
    CONSULT_S,
    FETCH_S,
    GOOD_BYE,
    GREETING,
    LAST_MINUTE,
    ROOM,
    BotDoctor,
)
from tools.bots.rota import Rota
from world.protocol import messages as m
from world.visit_states import Limits

VISIT, STREAM = "v" * 32, "visit:v"
FASTER = 400.0


class Voice:
    def __init__(self):
        self.said = []

    async def say(self, name):
        self.said.append(name)


class Link:
    """Answers every request, and keeps it."""

    def __init__(self):
        self.asked = []

    def request(self, make):
        self.asked.append(make(1))
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(m.Accepted(1))
        return answer

    def of(self, kind):
        return [one for one in self.asked if isinstance(one, kind)]


class Room:
    """A consult room in which the bot doctor sits, and somebody who comes."""

    def __init__(self, others=()):
        self.body = body = BotBody({}, random.Random(1))
        own = m.Person(slot=4, name="Doctor", role="doctor", appearance=1)
        body.message(m.RoomView(ROOM, "consult", 4, (1.0, 1.0, 1.6), 0.0, (own,), (), STREAM))
        body.sit = lambda _: asyncio.sleep(0)
        body.connection = self.link = Link()
        self.voice, self._number = Voice(), 0
        rota = Rota(body, others, lambda: 0.0)
        self.doctor = BotDoctor(body, self.voice, others, asyncio.Event(), rota)
        self.patient(is_inside=True)

    def patient(self, *, is_inside, state="in-consult", name="Robin Field"):
        entry = m.QueueEntry(VISIT, state, name, 0.0, ROOM, is_inside=is_inside)
        self.body.message(m.QueueView((entry,)))

    def writes(self, text, slot=5):
        self._number += 1
        self.body.message(m.Event(STREAM, self._number, 0.0, m.Said(slot, "Robin", text)))

    def texts(self):
        return [one.text for one in self.link.of(m.Say)]

    def is_ended(self):
        return bool(self.link.of(m.ChangeVisit))


@pytest.fixture
def faster(monkeypatch):
    """Lets every wait of the doctor take less time."""
    for name in ("CONSULT_S", "LAST_MINUTE_S", "BOT_CONSULT_S", "AWAY_S", "LOOK_S", "SETTLE_S"):
        monkeypatch.setattr(doctor_module, name, getattr(doctor_module, name) / FASTER)


async def until(is_so):
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.002)


def test_a_slow_person_has_time_and_the_clinic_calls_again_before_the_bot_gives_up():
    assert Limits().recall_after_s < FETCH_S < Limits().call_limit_s
    assert CONSULT_S >= 5 * 60


async def test_a_visit_goes_on_until_the_person_says_good_bye(faster):
    room = Room()
    seeing = asyncio.create_task(room.doctor._consult(VISIT))
    await until(lambda: "doctor-vitals" in room.voice.said)
    room.writes("What is the small wave?")
    room.writes("Good-bye, says the doctor", slot=4)
    await asyncio.sleep(2 * BOT_CONSULT_S / FASTER)
    assert not room.is_ended()
    room.writes("Thank you, good-bye.")
    await seeing
    assert room.texts() == [GREETING, GOOD_BYE]
    assert room.voice.said == ["doctor-vitals", "doctor-goodbye"]
    assert [one.change for one in room.link.of(m.ChangeVisit)] == ["end"]


async def test_before_the_longest_visit_ends_the_person_is_told_in_words(faster):
    room = Room()
    await room.doctor._consult(VISIT)
    assert room.texts() == [GREETING, LAST_MINUTE, GOOD_BYE]
    assert room.voice.said[-1] == "doctor-goodbye"
    assert room.is_ended()


async def test_who_goes_out_and_stays_out_has_ended_the_visit_and_is_not_spoken_to(faster):
    room = Room()
    seeing = asyncio.create_task(room.doctor._consult(VISIT))
    await until(lambda: "doctor-vitals" in room.voice.said)
    room.patient(is_inside=False)
    await seeing
    assert room.is_ended()
    assert room.texts() == [GREETING]
    assert "doctor-goodbye" not in room.voice.said


async def test_who_comes_back_at_once_goes_on(faster, monkeypatch):
    monkeypatch.setattr(doctor_module, "AWAY_S", 5.0)
    monkeypatch.setattr(doctor_module, "CONSULT_S", 30.0)
    room = Room()
    seeing = asyncio.create_task(room.doctor._consult(VISIT))
    await until(lambda: "doctor-vitals" in room.voice.said)
    room.patient(is_inside=False)
    await asyncio.sleep(0.05)
    room.patient(is_inside=True)
    await asyncio.sleep(0.05)
    assert not room.is_ended()
    room.writes("bye")
    await seeing
    assert room.is_ended()


async def test_a_visit_that_the_patient_has_ended_is_not_ended_again(faster):
    room = Room()
    seeing = asyncio.create_task(room.doctor._consult(VISIT))
    await until(lambda: "doctor-vitals" in room.voice.said)
    room.body.message(m.QueueView(()))
    await seeing
    assert not room.is_ended()


async def test_another_bot_is_seen_shortly_and_told_nothing_in_writing(faster, monkeypatch):
    monkeypatch.setattr(doctor_module, "CONSULT_S", 3_600.0)
    other = BotBody({}, random.Random(2))
    other.name = "Robin Field"
    room = Room([other])
    async with asyncio.timeout(5):
        await room.doctor._consult(VISIT)
    assert room.texts() == []
    assert room.is_ended()


async def test_own_words_are_no_good_bye_after_a_restart_of_the_world(faster):
    room = Room()
    seeing = asyncio.create_task(room.doctor._consult(VISIT))
    await asyncio.sleep(0)
    room.writes(GREETING, slot=4)
    own = m.Person(slot=9, name="Doctor", role="doctor", appearance=1)
    view = m.RoomView(ROOM, "consult", 9, (1.0, 1.0, 1.6), 0.0, (own,), (), STREAM, 1)
    room.body.message(view)
    await asyncio.sleep(0.1)
    assert not room.is_ended()
    room.writes("Good-bye.", slot=8)
    await seeing
    assert room.is_ended()


async def test_a_bot_that_is_called_and_does_not_come_holds_up_no_person():
    room = Room(others=(BotBody({}, random.Random(2), name="A Bot"),))
    room.patient(is_inside=False, state="called", name="A Bot")
    waiting = asyncio.create_task(room.doctor._until_inside(VISIT))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    entries = room.body.queue.entries
    person = m.QueueEntry("w" * 32, "checked-in", "Robin Field", 0.0, None)
    room.body.message(m.QueueView((*entries, person)))
    room.body.message(m.DoorView(m.DoorState("door-1", "waiting", is_open=True, may_pass=True)))
    room.body.go_through = lambda _: asyncio.sleep(0)
    async with asyncio.timeout(5):
        await waiting
        await room.doctor._see(VISIT)
    assert [one.change for one in room.link.of(m.ChangeVisit)] == ["uncall"]
