"""A clinic in which two people can consult, and others would like to know about it."""

import time

from server.auth.sessions import Sessions
from tests.server.living_world import World
from tests.server.raw_client import RawClient
from world.protocol import messages as m

ROOM, DOOR = "consult-1", "door-1"
PATIENT_NAME, DOCTOR_NAME = "Canaria Patientsson", "Canaria Doctorsdottir"


class Clinic(World):
    """Two who belong together, and three who stand before the same door."""

    async def begin(self):
        await self.open()
        self.accounts = {}
        for who, role, name in [
            ("patient", "patient", PATIENT_NAME),
            ("doctor", "doctor", DOCTOR_NAME),
            ("former", "patient", "Fern Former"),
            ("stranger", "patient", "Sam Stranger"),
            ("bystander", "carer", "Bea Bystander"),
        ]:
            user, token = await self.account(role, name, alias=f"{who} alias")
            await self.put_near(user, DOOR)
            self.accounts[who] = user, token
        await self.start()
        self.doctor, self.doctor_sees = await self.come("doctor")

    async def come(self, who):
        connection, watcher, _ = self.connect(self.accounts[who][1])
        await watcher.until(lambda w: w.of(m.RoomView))
        return connection, watcher

    def id_of(self, who):
        return self.accounts[who][0].id

    async def hostile(self, who, seen=()):
        client = RawClient(self.port)
        await client.enter(await self.ticket(who), seen)
        return client

    async def ticket(self, who):
        return await Sessions(self.store, time.time).issue_ticket(self.accounts[who][1])

    async def consult(self, patient, patient_sees):
        """Brings doctor and patient into the room; returns the visit's id."""
        await accepted(patient.request(m.CheckIn))
        lists = await self.doctor_sees.until(waiting_list)
        visit_id = lists[-1].entries[-1].visit_id
        await accepted(self.doctor.request(lambda n: m.CallPatient(n, ROOM, visit_id)))
        for connection in (self.doctor, patient):
            await accepted(connection.request(lambda n: m.GoThrough(n, DOOR)))
        await patient_sees.until(lambda w: w.room.room_id == ROOM)
        return visit_id

    async def end(self, visit_id, patient):
        await accepted(self.doctor.request(lambda n: m.ChangeVisit(n, visit_id, "end")))
        for connection in (self.doctor, patient):
            await accepted(connection.request(lambda n: m.GoThrough(n, DOOR)))


def waiting_list(watcher):
    return [one for one in watcher.of(m.QueueView) if one.entries][-1:]


async def accepted(answer):
    answer = await answer
    assert isinstance(answer, m.Accepted), answer


def invite(visit_id, guest, *, is_invited=True):
    """Returns the request that asks this guest in, or sends it out again."""
    here = guest.of(m.RoomView)[-1]
    return lambda n: m.Invite(n, visit_id, here.own_slot, is_invited, here.room_id)


def agree(visit_id):
    """Returns a guest's yes to being asked into this visit."""
    return lambda n: m.AnswerInvitation(n, visit_id, agrees=True)
