"""A world with training rooms in this process, on real sockets, and real simulation processes."""

import asyncio
import time
from dataclasses import replace

from server.auth.keys import make_private_folder, write_private
from server.config import ServerConfig
from server.store.presence import Presence
from server.world_process import run_world
from sim.environment import FIRST_SCOPE
from sim.instruments.inputs import Inputs, pack
from sim.instruments.trocar import Posture
from tests.server.living_world import World
from tests.server.raw_client import RawClient, frame
from tests.server.simulation.worker import SECRET, Worker
from tools.bench.training_rooms import SPAWN_M, write_rooms
from world.clinic import STANDING_EYES_M
from world.protocol import messages as m
from world.protocol import steering
from world.protocol.scene_lane import SCENE_LANE, SceneDecoder

ROOM = "training-1"


class TrainingWorld(World):
    """A world process in this process with `rooms` training rooms, one worker beside it."""

    def __init__(self, folder, database_url, rooms=2):
        assets = write_rooms(folder / "assets", rooms)
        super().__init__(
            ServerConfig(folder, database_url=database_url, is_plain=True, assets=assets)
        )
        make_private_folder(self.config.run_files)
        write_private(self.config.simulation_secret, SECRET)
        (folder / "worker").mkdir()
        self.worker = Worker(folder / "worker")

    async def start(self):
        self.config = replace(self.config, world_port=self.port)
        ready = asyncio.get_running_loop().create_future()
        ports = (self.worker.port,) if self.worker.port else ()
        self._task = asyncio.create_task(run_world(self.config, None, ready.set_result, ports))
        done, _ = await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self._task in done:
            self._task.result()
        self.port = ready.result()

    async def stands(self, role, room=ROOM):
        """Makes an account whose body stands in a room; to be called before the world starts."""
        user, token = await self.account(role, alias=role)
        x, y, z = SPAWN_M
        at_m = (x, y, z + STANDING_EYES_M)
        place = Presence(user.id, room, None, at_m, 0.0, time.time(), stream=f"room:{room}")
        async with self.store.write() as work:
            await work.presences.put([place])
        return user, token


class Practitioner(RawClient):
    """A client in a training room: it practises, or looks on.

    Attributes:
      scenes: the frames of the scene lane.
    """

    def __init__(self, port):
        super().__init__(port)
        self.scenes, self.sequence = [], 0

    def took(self, payload):
        if payload[:1] == bytes((SCENE_LANE,)):
            self.scenes.append(payload)
            return True
        return False

    def steer(self, inputs):
        self.sequence += 1
        self.write(frame(steering.encode(self.sequence, inputs)))

    async def move(self, seconds):
        for step in range(round(seconds * 60)):
            self.steer(asked(step))
            await asyncio.sleep(1 / 60)

    async def begin(self):
        """Begins once something can be practised; returns when the scene stands."""
        await self.until(lambda: self.of(m.Procedures) and self.of(m.Procedures)[-1].entries)
        answer = await self.answer(lambda n: m.BeginAttempt(n, "peg_transfer"))
        assert isinstance(answer, m.Accepted), answer
        await self.until(lambda: self.of(m.StationView)[-1].state == "running")

    async def watch(self, tier):
        answer = await self.answer(lambda n: m.WatchStation(n, tier))
        assert isinstance(answer, m.Accepted), answer

    def seen(self):
        """Returns the scene after all frames, which must follow one another from a key frame."""
        decoder = SceneDecoder()
        for scene in self.scenes:
            decoder.read(scene)
        return decoder

    def overs(self):
        events = [one.body for one in self.of(m.Event)]
        return [body for body in events if isinstance(body, m.AttemptOver)]


def asked(step, *, is_done=False):
    return pack(
        Inputs(
            Posture(0.3 * (step % 40) / 40, 0.0, 0.1, jaw=0.5),
            Posture(-0.2, 0.05 * (step % 30) / 30, 0.09),
            FIRST_SCOPE,
            is_done=is_done,
        )
    )
