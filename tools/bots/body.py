"""A bot's body: walks, sits and goes through doors by the same messages as a person's client."""

import asyncio
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from client.network.connection import Connection, Listener
from world import avatar
from world.clinic import SITTING_EYES_M, STANDING_EYES_M
from world.errors import ClinicError
from world.geometry import quaternion_from_yaw
from world.protocol import messages as m
from world.protocol import motion
from world.rooms.layout import Layout
from world.route import Spot, free_floor, route

SEND_HZ = 20.0
WALK_M_PER_S = 1.2
"""A comfortable pace. Source: Bohannon 1997, see world/avatar.py: 1.27 to 1.46 m/s."""
TURN_RAD_PER_S = 3.0
ARRIVED_M = 0.12
GIVE_UP_S = 25.0
BEFORE_DOOR_M = 0.75
BESIDE_SEAT_M = 0.7


class LostWayError(ClinicError):
    """A bot could not get where it wanted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words in a room's chat.

    Attributes:
      is_own: whether the bot itself wrote them, known when they come: after a restart of the world
        everybody has another slot.
    """

    stream: str
    number: int
    text: str
    is_own: bool


@dataclass(slots=True)
class BotBody(Listener):
    """What a bot sees of its room, and where it is.

    Args:
      layouts: room type to its layout.
      rng: for everything that differs between bots.
    """

    layouts: Mapping[str, Layout]
    rng: random.Random
    connection: Connection | None = None
    name: str = ""
    room: m.RoomView | None = None
    people: dict[int, m.Person] = field(default_factory=dict)
    doors: dict[str, m.DoorState] = field(default_factory=dict)
    heads_m: dict[int, Spot] = field(default_factory=dict)
    queue: m.QueuePlace | m.QueueView | None = None
    at_m: Spot = (0.0, 0.0)
    yaw_rad: float = 0.0
    seat: str | None = None
    looks_at_yaw_rad: float | None = None
    heard: list[Heard] = field(default_factory=list)
    on_message: Callable[[m.ServerMessage], None] = lambda _: None
    _way: list[Spot] = field(default_factory=list)
    _sequence: int = 0
    _phase_rad: float = 0.0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Gives each bot a rhythm of its own."""
        self._phase_rad = self.rng.uniform(0.0, math.tau)

    # --- what the connection tells

    def message(self, message: m.ServerMessage) -> None:
        """Keeps the picture of the room up to date."""
        match message:
            case m.RoomView():
                self._enter(message)
            case m.Welcome(name=name):
                self.name = name
            case m.PersonView(person):
                self.people[person.slot] = person
                if self.room and person.slot == self.room.own_slot:
                    self.seat = person.seat
            case m.PersonGone(slot):
                self.people.pop(slot, None)
                self.heads_m.pop(slot, None)
            case m.DoorView(door):
                self.doors[door.door] = door
            case m.Corrected(_, position_m, yaw_rad):
                self.at_m = position_m[:2]
                self.yaw_rad = self.yaw_rad if yaw_rad is None else yaw_rad
            case m.QueuePlace() | m.QueueView():
                self.queue = message
            case m.Event(stream, number, body=m.Said(slot, text=text)):
                is_own = self.room is not None and slot == self.room.own_slot
                self.heard = [*self.heard[-99:], Heard(stream, number, text, is_own)]
            case _:
                pass
        self.on_message(message)
        self._changed.set()

    def motion(self, frame: bytes) -> None:
        """Keeps where the others are."""
        _, slots, poses = motion.decode_records(frame)
        for slot, head_m in zip(slots.tolist(), poses.head_m, strict=True):
            self.heads_m[slot] = (float(head_m[0]), float(head_m[1]))

    def _enter(self, room: m.RoomView) -> None:
        is_same = self.room is not None and self.room.room_id == room.room_id
        self.room = room
        self.people = {person.slot: person for person in room.people}
        self.doors = {door.door: door for door in room.doors}
        self.heads_m.clear()
        self.at_m, self.yaw_rad = room.position_m[:2], room.yaw_rad
        self.seat = self.people[room.own_slot].seat
        if not is_same:
            self._way = []

    # --- what the bot does

    @property
    def layout(self) -> Layout:
        """The layout of the room where the bot is."""
        if self.room is None:
            raise LostWayError("the bot is in no room yet")
        return self.layouts[self.room.room_type]

    @property
    def link(self) -> Connection:
        """The bot's connection."""
        if self.connection is None:
            raise LostWayError("the bot has no connection yet")
        return self.connection

    def is_in(self, room_id: str) -> bool:
        """Whether the bot is in that room."""
        return self.room is not None and self.room.room_id == room_id

    async def until(self, is_so: Callable[[], bool], within_s: float = GIVE_UP_S) -> bool:
        """Waits until something is so; returns False if it was not in time."""
        try:
            async with asyncio.timeout(within_s):
                while not is_so():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def arrival(self) -> None:
        """Waits until the bot is in a room, however long the clinic takes."""
        while not await self.until(lambda: self.room is not None):
            pass

    async def go(self, goal_m: Spot) -> bool:
        """Walks somewhere; returns whether it arrived."""
        if self.seat is not None:
            await self.link.request(m.Stand)
        closed = frozenset(name for name, door in self.doors.items() if not door.is_open)
        ground = avatar.ground(self.layout, closed)
        self._way = route(free_floor(ground), self.at_m, goal_m)
        self.looks_at_yaw_rad = None
        return await self.until(lambda: not self._way)

    async def sit(self, seat_name: str) -> bool:
        """Walks to a seat and sits down; returns whether it could."""
        seat = next((seat for seat in self.layout.seats if seat.name == seat_name), None)
        if seat is None:
            return False
        x, y, _ = seat.position_m
        front_m = (
            x - BESIDE_SEAT_M * math.sin(seat.yaw_rad),
            y + BESIDE_SEAT_M * math.cos(seat.yaw_rad),
        )
        await self.go(front_m)
        answer = await self.link.request(lambda number: m.Sit(number, seat_name))
        return isinstance(answer, m.Accepted)

    async def to_door(self, door_name: str) -> bool:
        """Walks up to a door."""
        door = next(door for door in self.layout.doors if door.name == door_name)
        x, y, _ = door.position_m
        before_m = (
            x + BEFORE_DOOR_M * math.sin(door.yaw_rad),
            y - BEFORE_DOOR_M * math.cos(door.yaw_rad),
        )
        return await self.go(before_m)

    async def go_through(self, door_name: str) -> bool:
        """Walks through a door; returns whether it is in the room behind."""
        await self.to_door(door_name)
        goal = self.doors[door_name].leads_to
        answer = await self.link.request(lambda number: m.GoThrough(number, door_name))
        if isinstance(answer, m.Refused):
            return False
        return await self.until(lambda: self.is_in(goal))

    async def keep_moving(self) -> None:
        """Sends poses until cancelled."""
        loop = asyncio.get_running_loop()
        period_s = 1 / SEND_HZ
        due_s = loop.time()
        while True:
            if self.room is not None:
                self._step(period_s)
                self.link.send_frame(self._pose(loop.time()))
            due_s = max(due_s + period_s, loop.time())
            await asyncio.sleep(due_s - loop.time())

    def _step(self, dt_s: float) -> None:
        wanted_rad = self.looks_at_yaw_rad
        if self._way:
            goal_m = self._way[0]
            dx, dy = goal_m[0] - self.at_m[0], goal_m[1] - self.at_m[1]
            distance_m = math.hypot(dx, dy)
            if distance_m < ARRIVED_M:
                self._way.pop(0)
                self._changed.set()
            else:
                share = min(1.0, WALK_M_PER_S * dt_s / distance_m)
                self.at_m = (self.at_m[0] + dx * share, self.at_m[1] + dy * share)
                wanted_rad = math.atan2(-dx, dy)
        if wanted_rad is not None and self.seat is None:
            turn_rad = math.remainder(wanted_rad - self.yaw_rad, math.tau)
            limit_rad = TURN_RAD_PER_S * dt_s
            self.yaw_rad += max(-limit_rad, min(limit_rad, turn_rad))

    def _pose(self, now_s: float) -> bytes:
        poses = motion.resting(1)
        eyes_m = STANDING_EYES_M if self.seat is None else SITTING_EYES_M
        sway = math.sin(now_s * 0.7 + self._phase_rad)
        poses.head_m[0] = (*self.at_m, eyes_m + 0.006 * sway)
        look_rad = 0.25 * math.sin(now_s * 0.23 + self._phase_rad) if not self._way else 0.0
        poses.head_rotation[0] = quaternion_from_yaw(np.array(self.yaw_rad + look_rad))
        self._sequence = (self._sequence + 1) & 0xFFFF
        return motion.encode_inputs(self._sequence, poses).tobytes()
