"""A world process in this process, on real sockets and a real store, and people who come to it."""

import asyncio
import time
import uuid
from dataclasses import replace
from math import cos, sin

from client.network.connection import Connection, Listener
from server.auth.keys import load_keys
from server.auth.sessions import Sessions
from server.clinic_loader import load_plans
from server.store.presence import Presence
from server.store.store import Store
from server.store.users import User
from server.world_process import run_world
from world.clinic import STANDING_EYES_M
from world.protocol import messages as m
from world.protocol import motion


class Watcher(Listener):
    """Keeps everything, and lets a test wait for what it expects."""

    def __init__(self):
        self.messages, self.frames, self.states = [], [], []
        self._changed = asyncio.Event()

    def message(self, message):
        self.messages.append(message)
        self._changed.set()

    def motion(self, frame):
        self.frames.append(motion.decode_records(frame))
        self._changed.set()

    def state(self, state, sentence):
        self.states.append((state, sentence))
        self._changed.set()

    async def until(self, is_so):
        async with asyncio.timeout(10):
            while not (found := is_so(self)):
                self._changed.clear()
                await self._changed.wait()
        return found

    def of(self, kind):
        return [message for message in self.messages if isinstance(message, kind)]

    def events(self, kind):
        return [event for event in self.of(m.Event) if isinstance(event.body, kind)]

    @property
    def room(self):
        return self.of(m.RoomView)[-1]


class World:
    """A world process in this process, and people who connect to it."""

    def __init__(self, config, voice_port=None):
        self.config, self.voice_port = config, voice_port
        self.store = None
        self.port = 0
        self._task = None
        self._people = []

    async def open(self):
        keys = load_keys(self.config.keys)
        self.store = await Store.open(self.config.url, keys.store, self.config.anchors)

    async def start(self):
        """Starts the world process, on the port that it had before."""
        self.config = replace(self.config, world_port=self.port)
        ready = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(run_world(self.config, self.voice_port, ready.set_result))
        done, _ = await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self._task in done:
            self._task.result()
        self.port = ready.result()

    async def stop(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def close(self):
        for task in self._people:
            task.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)
        await self.stop()
        await self.store.close()

    async def account(self, role="patient", name="Real Name", alias="Blue Heron"):
        user = User(
            id=uuid.uuid4().hex,
            role=role,
            login=uuid.uuid4().hex,
            display_name=name,
            alias=alias,
            appearance=0,
            is_demo=False,
            created_at_s=time.time(),
        )
        async with self.store.write() as work:
            await work.users.add(user, None)
        sessions = Sessions(self.store, time.time)
        return user, await sessions.start(user.id)

    async def put_near(self, user, door, room="waiting"):
        """Lets somebody be found before a door; to be called before the world starts."""
        place = load_plans(self.config.assets)[room].door(door)
        x, y, z = place.position_m
        at_m = (x + 0.6 * sin(place.yaw_rad), y - 0.6 * cos(place.yaw_rad), z + STANDING_EYES_M)
        async with self.store.write() as work:
            await work.presences.put([Presence(user.id, room, None, at_m, 0.0, time.time())])

    def connect(self, token, device=None):
        sessions = Sessions(self.store, time.time)
        watcher = Watcher()
        connection = Connection(
            url=f"ws://127.0.0.1:{self.port}",
            tls=None,
            get_ticket=lambda: sessions.issue_ticket(token),
            listener=watcher,
            now_s=time.time,
            device=device,
        )
        task = asyncio.create_task(connection.run())
        self._people.append(task)
        return connection, watcher, task

    async def person(self, role="patient", name="Real Name", alias="Blue Heron"):
        _, token = await self.account(role, name, alias)
        connection, watcher, _ = self.connect(token)
        await watcher.until(lambda w: w.of(m.RoomView))
        return connection, watcher
