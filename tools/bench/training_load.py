"""The load of the training benchmark: bots that practise, and people who look on, in one process.

Every bot practises over a websocket of its own: it sees the scene's frames as they come, and sends
one input each 60th of a second. Observers take the frames and do not decode them, since the load
must be cheaper than what it loads. Run as `python -m tools.bench.training_load` with a JSON job on
standard input; prints one JSON object.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import cast

import numpy as np
from websockets.uri import parse_uri

from sim.instruments.inputs import Inputs, pack
from sim.procedures.catalog import PROCEDURES
from tools.bench.load import Person
from tools.bots.training.operator import EXPERT, Operator, Script
from tools.bots.training.practice import WAYS
from world.protocol import messages as m
from world.protocol import steering
from world.protocol.codec import decode_server_message, encode_client_message
from world.protocol.scene_lane import SCENE_LANE, Scene, SceneDecoder

HZ = 60
WARM_UP_S = 4.0
SCENE = bytes((SCENE_LANE,))


class Viewer(Person):
    """Somebody in a training room.

    Attributes:
      scene_bytes: of all frames of the scene, websocket frame heads included.
      decoder: what is seen; None for who only counts.
      state: of the station.
    """

    def __init__(self, url: str, ticket: str, index: int) -> None:
        super().__init__(url, ticket, index)
        self.scene_bytes = self.scene_frames = self.attempts_over = 0
        self.decoder: SceneDecoder | None = None
        self.state = ""
        self.is_offered, self.is_running = asyncio.Event(), asyncio.Event()
        self._ids = count(1)

    def ask(self, make: Callable[[int], m.ClientMessage]) -> None:
        """Sends a request."""
        self.send_payload(encode_client_message(make(next(self._ids))))

    def send_payload(self, payload: bytes) -> None:
        """Writes one masked frame."""
        size = len(payload)
        head = bytes((0x82, 0x80 | size)) if size < 126 else b""
        key = np.frombuffer(self.key, np.uint8)[np.arange(size) % 4]
        self.send(head + self.key + (np.frombuffer(payload, np.uint8) ^ key).tobytes())

    def _take(self, payload: bytes) -> None:
        if payload[:1] == SCENE:
            self.scene_bytes += len(payload) + (2 if len(payload) < 126 else 4)
            self.scene_frames += 1
            if self.decoder is not None:
                self.decoder.read(payload)
            return
        super()._take(payload)
        if payload[:1] == b"\0":
            return
        message = decode_server_message(payload)
        if isinstance(message, m.Procedures) and message.entries:
            self.is_offered.set()
        elif isinstance(message, m.StationView):
            self.state = message.state
            if message.state == "running":
                self.is_running.set()
        elif isinstance(message, m.Event) and isinstance(message.body, m.AttemptOver):
            self.attempts_over += 1


class Bot:
    """A viewer that practises one task again and again."""

    def __init__(self, viewer: Viewer, procedure: str, number: int) -> None:
        self.viewer = viewer
        self._procedure = procedure
        self._number = number
        self._sequence = count(1)
        self._script: Script | None = None

    def begin(self) -> None:
        """Asks for an attempt, and for its pictures."""
        self.viewer.decoder, self._script = SceneDecoder(), None
        self.viewer.ask(lambda number: m.BeginAttempt(number, self._procedure))
        self.viewer.ask(lambda number: m.WatchStation(number, "full"))

    def move(self) -> None:
        """Sends the next input, once there is something to see."""
        decoder = self.viewer.decoder
        if self.viewer.state != "running" or decoder is None or not decoder.scene.bodies:
            return
        try:
            inputs = self._next(decoder.scene)
        except StopIteration:
            return
        frame = steering.encode(next(self._sequence), pack(inputs))
        self.viewer.send_payload(frame)

    def _next(self, scene: Scene) -> Inputs:
        if self._script is not None:
            return self._script.send(scene)
        station = PROCEDURES[self._procedure].station
        operator = Operator(station, EXPERT, np.random.default_rng(self._number))
        operator.scene = scene
        self._script = WAYS[self._procedure](False)(operator)
        return next(self._script)


async def run(job: dict[str, object]) -> dict[str, float]:
    """Lets everybody in, practises for a while, and returns what arrived."""
    url, seconds = str(job["url"]), float(str(job["seconds"]))
    tickets = cast("list[str]", job["tickets"])
    trainees = int(str(job["trainees"]))
    viewers = await _connect(url, tickets)
    procedure = str(job["procedure"])
    bots = [Bot(viewer, procedure, number) for number, viewer in enumerate(viewers[:trainees])]
    for bot in bots:
        await bot.viewer.is_offered.wait()
        bot.begin()
    for observer in viewers[trainees:]:
        observer.ask(lambda number: m.WatchStation(number, "full"))
    async with asyncio.timeout(120):
        await asyncio.gather(*(bot.viewer.is_running.wait() for bot in bots))
    await _practise(viewers, bots, WARM_UP_S)
    _say("begin")
    before = [(one.scene_bytes, one.scene_frames) for one in viewers]
    began_s = asyncio.get_running_loop().time()
    await _practise(viewers, bots, seconds)
    wall_s = asyncio.get_running_loop().time() - began_s
    _say("end")
    kbytes = [
        (one.scene_bytes - size) / wall_s / 1_000
        for one, (size, _) in zip(viewers, before, strict=True)
    ]
    frames = [
        (one.scene_frames - number) / wall_s
        for one, (_, number) in zip(viewers, before, strict=True)
    ]
    return {
        "kbytes_per_s_per_viewer": sum(kbytes) / len(kbytes),
        "kbytes_per_s_max": max(kbytes),
        "frames_per_s_per_viewer": sum(frames) / len(frames),
        "attempts_over": sum(bot.viewer.attempts_over for bot in bots),
    }


async def _connect(url: str, tickets: list[str]) -> list[Viewer]:
    loop, uri = asyncio.get_running_loop(), parse_uri(url)
    viewers = []
    for index, ticket in enumerate(tickets):
        viewer = Viewer(url, ticket, index)
        await loop.create_connection(partial(_itself, viewer), uri.host, uri.port)
        await viewer.entered
        viewers.append(viewer)
    return viewers


def _itself(viewer: Viewer) -> Viewer:
    return viewer


async def _practise(viewers: list[Viewer], bots: list[Bot], seconds: float) -> None:
    loop, ticks = asyncio.get_running_loop(), count()
    due_s, end_s = loop.time(), loop.time() + seconds
    over = [bot.viewer.attempts_over for bot in bots]
    while due_s < end_s:
        for index, bot in enumerate(bots):
            if bot.viewer.attempts_over > over[index]:
                over[index] = bot.viewer.attempts_over
                bot.begin()
            bot.move()
        if next(ticks) % HZ == 0:
            for viewer in viewers:
                viewer.send_payload(encode_client_message(m.Ping(0.0)))
        due_s += 1 / HZ
        await asyncio.sleep(max(0.0, due_s - loop.time()))


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    """Reads the job, runs it, prints what came of it."""
    job = json.loads(sys.stdin.readline())
    runner = asyncio.run
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415 -- not installed on Windows

        runner = uvloop.run
    sys.stdout.write(json.dumps(runner(run(job))) + "\n")


if __name__ == "__main__":
    main()
