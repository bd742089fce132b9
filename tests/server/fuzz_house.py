"""The real gateway, desk and bodies on connections without a network, for very many frames.

Only what is slow is left out: the store forgets what it is told, and time is a number.
"""

import asyncio
import contextlib
import uuid
from types import SimpleNamespace

from server.attempt_book import AttemptBook
from server.audience import Audience
from server.bedside import Bedside
from server.chart import Chart
from server.clinic_loader import CONSULT_ROOMS, WAITING, load_plans
from server.conductor import Conductor
from server.config import ASSETS
from server.desk import Desk
from server.gateway import Clocks, Gateway
from server.motion_lane import MotionLane
from server.proctor import Proctor
from server.store.users import User
from server.vitals.ingest import VitalsIngest
from server.websocket import frame_head
from tests.server.raw_client import frame, handshake
from world.clinic import STANDING_EYES_M, Clinic
from world.errors import NotSignedIn
from world.protocol import messages as m
from world.protocol.codec import decode_server_message, encode_client_message
from world.visit_records import Visits

AT_DOOR_M = (9.5, 1.35, 1.6)
DOORS = {"consult-1": "door-1", "consult-2": "door-2"}


class Nothing:
    """Takes every call, awaited or not, and gives an empty list."""

    def __getattr__(self, name):
        return self

    def __call__(self, *_, **__):
        return self

    def __await__(self):
        return self._empty().__await__()

    async def _empty(self):
        return []


class ForgetfulStore:
    @contextlib.asynccontextmanager
    async def write(self):
        yield Nothing()

    read = write


class Doorman:
    """Knows who has which ticket; a ticket may be used again."""

    def __init__(self):
        self.users, self._held_up = {}, None

    def hold_up(self):
        """Lets whoever comes from now on wait for the event that is returned."""
        self._held_up = asyncio.Event()
        return self._held_up

    def let_pass(self):
        """Lets whoever comes from now on pass at once; who waits goes on waiting."""
        self._held_up = None

    def ticket(self, who, role):
        ticket = f"{who:>16}".replace(" ", "-")
        self.users[ticket] = User(
            uuid.uuid5(uuid.NAMESPACE_URL, who).hex, role, who, f"{who} real", f"{who} alias",
            0, is_demo=True, created_at_s=0.0,
        )  # fmt: skip
        return ticket

    async def consume_ticket(self, ticket):
        if self._held_up is not None:
            await self._held_up.wait()
        if ticket not in self.users:
            raise NotSignedIn("Sign in again.")
        return self.users[ticket], SimpleNamespace(id=ticket)


class Transport:
    """A connection whose other end is the test."""

    def __init__(self, protocol):
        self.written, self.is_lost, self.backlog = [], False, 0
        self._protocol = protocol

    def get_extra_info(self, name):
        return ("198.51.100.7", 1) if name == "peername" else None

    def write(self, data):
        self.written.append(data)

    def get_write_buffer_size(self):
        return self.backlog

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.close()

    def is_closing(self):
        return self.is_lost

    def close(self):
        if not self.is_lost:
            self.is_lost = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close

    @property
    def close_codes(self):
        heads = (data[:4] for data in self.written if data[:1] == b"\x88")
        return [int.from_bytes(head[2:4], "big") for head in heads]

    @property
    def messages(self):
        return [decode_server_message(payload) for payload in self.payloads if payload[:1] != b"\0"]

    @property
    def payloads(self):
        found = []
        for data in self.written:
            if data[:1] == b"\x82":
                head = {126: 4, 127: 10}.get(data[1], 2)
                found.append(data[head:])
        return found


class FuzzHouse:
    def __init__(self):
        self.now_s = 1_000.0
        clinic = Clinic(load_plans(ASSETS), Visits(WAITING, frozenset(CONSULT_ROOMS)))
        store, clocks = ForgetfulStore(), Clocks(lambda: self.now_s, lambda: self.now_s)
        self.doorman, self.lane = Doorman(), MotionLane(frame_head)
        self.audience = Audience(self.lane, 20.0)
        self.conductor = voice = Conductor(self.audience, lambda row, is_loud: None)
        chart = Chart(store)
        bedside = Bedside(VitalsIngest(chart.keep), chart, self.audience, clocks.now_s)
        self.bedside = bedside
        new_id = lambda: uuid.uuid4().hex  # noqa: E731 -- as the composition root does
        book = AttemptBook(store, self.audience)
        self.desk = Desk(
            clinic, store, self.audience, self.doorman, bedside, voice, book, clocks, new_id
        )
        self.audience.move(clinic, (), set(), self.now_s)
        self.proctor = Proctor(self.audience, store, clocks, self.desk.hear)
        self.gateway = Gateway(self.desk, (), 10_000, new_id, clocks, self.proctor.steer)
        self.serving = asyncio.ensure_future(self.desk.run())

    def connect(self, ticket, device=None, seen=()):
        """Connects, and asks to be let in; returns the protocol and its transport."""
        protocol = self.gateway.connect()
        transport = Transport(protocol)
        protocol.connection_made(transport)
        protocol.data_received(handshake())
        protocol.data_received(frame(encode_client_message(m.Authenticate(ticket, seen, device))))
        return protocol, transport

    async def settle(self, dt_s=0.0):
        """Lets everything that waits be done, and the time pass."""
        self.now_s += dt_s
        for _ in range(6):
            await asyncio.sleep(0)
        while self.desk._jobs:  # noqa: ASYNC110 -- what waits is the desk's own
            await asyncio.sleep(0)
        for _ in range(12):
            await asyncio.sleep(0)
        self.lane.tick(0.05)
        for row, sequence, head_m in self.lane.corrections:
            self.audience.correct(row, sequence, head_m)
        self.bedside.deliver(self.desk.clinic)

    async def person(self, who, role="patient"):
        protocol, transport = self.connect(self.doorman.ticket(who, role))
        await self.settle()
        return protocol, transport

    async def consult(self, patient, doctor, room_id="consult-1"):
        """Brings the two, who came in as this patient and this doctor, into a consult room."""
        await self.ask(patient, m.CheckIn(101))
        await self.ask(doctor, m.CallPatient(101, room_id))
        for protocol in (doctor, patient):
            await self.go_through(protocol, 102, DOORS[room_id])

    async def go_through(self, protocol, number, door="door-1"):
        """Puts somebody before a door, and lets them ask to go through it."""
        body = self.desk.clinic.bodies[self.gateway._sessions[protocol].user_id]
        x, y, z = self.desk.clinic.plans[body.room_id].door(door).position_m
        self.lane.place(protocol.row, (x, y, z + STANDING_EYES_M))
        await self.ask(protocol, m.GoThrough(number, door))

    def user_id(self, who):
        return uuid.uuid5(uuid.NAMESPACE_URL, who).hex

    async def ask(self, protocol, message):
        protocol.data_received(frame(encode_client_message(message)))
        await self.settle()

    def is_in(self, who):
        return self.audience.row_of(self.user_id(who)) is not None

    def place(self, who, at_m):
        self.lane.place(self.audience.row_of(self.user_id(who)), at_m)

    async def close(self):
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
