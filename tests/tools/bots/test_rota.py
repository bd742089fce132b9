import asyncio
import random

import pytest

from tools.bots.body import BotBody
from tools.bots.doctor import ROOM, BotDoctor
from tools.bots.patient import BotPatient
from tools.bots.rota import AWAY_S, Rota
from world.protocol import messages as m

DOCTOR, OTHER_DOCTOR = 1, 0


def _body(look, *others, room=("waiting", "waiting"), stream="room:waiting"):
    body = BotBody({}, random.Random(1))
    own = m.Person(slot=4, name="Me", role=None, appearance=look)
    door = m.DoorState("door-1", ROOM if room[0] == "waiting" else "waiting", True, True)
    people = (own, *others)
    body.message(m.RoomView(*room, 4, (1.0, 1.0, 1.6), 0.0, people, (door,), stream))
    return body


def _doctor(look):
    return m.Person(slot=5, name="Doctor", role="doctor", appearance=look)


@pytest.fixture
def clock():
    return {"now_s": 1_000.0}


def test_the_bot_doctor_itself_is_no_person_at_work(clock):
    patient = _body(3, _doctor(DOCTOR))
    rota = Rota(_body(DOCTOR), [patient], lambda: clock["now_s"])
    assert not rota.is_person_at_work()


def test_a_doctor_who_went_to_see_a_patient_is_still_at_work_for_a_while(clock):
    patient = _body(3, _doctor(OTHER_DOCTOR))
    rota = Rota(_body(DOCTOR), [patient], lambda: clock["now_s"])
    assert rota.is_person_at_work()
    patient.message(m.PersonGone(5))
    clock["now_s"] += AWAY_S / 2
    assert rota.is_person_at_work()
    clock["now_s"] += AWAY_S
    assert not rota.is_person_at_work()


class _Voice:
    async def say(self, name):
        pass


@pytest.mark.parametrize("is_person_there", [True, False])
async def test_the_bot_doctor_leaves_the_patients_to_a_person(clock, is_person_there):
    asked = []

    class Link:
        def request(self, make):
            asked.append(make(1))
            answer = asyncio.get_running_loop().create_future()
            answer.set_result(m.Accepted(1))
            return answer

    doctor = _body(DOCTOR, room=(ROOM, "consult"), stream="visit:1")
    doctor.connection = Link()
    doctor.to_door = lambda _: asyncio.sleep(0)
    doctor.message(m.QueueView((m.QueueEntry("v1", "checked-in", "Robin Field", 0.0),)))
    others = [_body(3, _doctor(OTHER_DOCTOR if is_person_there else DOCTOR))]
    rota = Rota(doctor, others, lambda: clock["now_s"])
    living = asyncio.create_task(BotDoctor(doctor, _Voice(), others, asyncio.Event(), rota).live())
    async with asyncio.timeout(5):
        while not asked:  # noqa: ASYNC110 -- the link tells nobody
            await asyncio.sleep(0.01)
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    assert isinstance(asked[0], m.GoThrough if is_person_there else m.CallPatient)


def test_a_bot_patient_answers_what_it_is_told_and_not_itself():
    body = _body(3, room=(ROOM, "consult"), stream="visit:1")
    patient = BotPatient(body, lambda: False, lambda: False)
    assert not patient._is_spoken_to()
    body.message(m.Event("visit:1", 1, 0.0, m.Said(5, "Doctor", "How are you?")))
    assert patient._is_spoken_to()
    body.message(m.Event("visit:1", 2, 0.0, m.Said(4, "Me", "Well.")))
    assert not patient._is_spoken_to()
