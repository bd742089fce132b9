"""The load: many people in one process, each with a websocket of its own, all moving.

Every pose carries its number in the left hand's x (one quantization step per number, modulo
NUMBERS), so that the age of a received record is known without a stamp on the wire. Run as
`python -m tools.bench.load` with a JSON job on standard input; prints one JSON object.
"""

import asyncio
import json
import os
import ssl
import sys
import time
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from world.geometry import FloatArray
from world.protocol import messages as m
from world.protocol import motion
from world.protocol.codec import decode_server_message, encode_client_message

NUMBERS = 256
CODE_STEP_M = 2 * motion.HAND_REACH_M / 4095
NEAREST = 24
SAMPLED = 12
WARM_UP_S = 4.0
RADIUS_M = 0.05


class Person(asyncio.Protocol):
    """One client: the handshake by `websockets`, then frames read by hand, since load must be
    cheaper than what it loads.
    """

    def __init__(self, url: str, ticket: str, index: int) -> None:
        self.index = index
        self.key = os.urandom(4)
        self.room: m.RoomView | None = None
        self.head_m = np.zeros(3)
        self.bytes_received = 0
        self.records = 0
        self.is_open = False
        self.frames: list[tuple[float, bytes]] | None = None
        self.entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ticket = ticket
        self._protocol = ClientProtocol(
            parse_uri(url), subprotocols=[Subprotocol(m.SUBPROTOCOL)], max_size=2**22
        )
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins the handshake."""
        self._transport = cast("asyncio.Transport", transport)
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Reads what the server sent."""
        if not self.is_open:
            self._protocol.receive_data(data)
            for event in self._protocol.events_received():
                if isinstance(event, Response):
                    self.is_open = True
                    message = m.Authenticate(self._ticket)
                    self._protocol.send_binary(encode_client_message(message))
                elif isinstance(event, Frame):
                    self._take(bytes(event.data))
            self._flush()
            return
        self.bytes_received += len(data)
        buffer = self._buffer + data if self._buffer else data
        at, size = 0, len(buffer)
        while size - at >= 2:
            length, head = buffer[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(buffer[at + 2 : at + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(buffer[at + 2 : at + 10], "big"), 10
            if size - at < head + length:
                break
            self._take(buffer[at + head : at + head + length])
            at += head + length
        self._buffer = buffer[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets whoever waits for the entry know."""
        if not self.entered.done():
            self.entered.set_exception(exc or ConnectionError("closed before entering"))

    def send(self, payload: bytes) -> None:
        """Writes one masked frame."""
        if self._transport is not None:
            self._transport.write(payload)

    def _take(self, payload: bytes) -> None:
        if payload[:1] == b"\0":
            self.records += (len(payload) - motion.FRAME_HEADER_BYTES) // motion.RECORD_BYTES
            if self.frames is not None:
                self.frames.append((time.perf_counter(), payload))
            return
        message = decode_server_message(payload)
        if isinstance(message, m.RoomView):
            self.room, self.head_m = message, np.array(message.position_m)
            if not self.entered.done():
                self.entered.set_result(None)
        elif isinstance(message, m.Corrected):
            self.head_m = np.array(message.position_m)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if self._transport is not None and data:
                self._transport.write(data)


@dataclass(slots=True)
class Crowd:
    """All people, and what they sent when.

    Attributes:
      sent_s: (NUMBERS,) when the pose of each number was captured.
    """

    people: list[Person]
    homes_m: FloatArray
    sent_s: FloatArray = field(default_factory=lambda: np.zeros(NUMBERS))
    number: int = 0

    def move(self, *, is_walking: bool) -> None:
        """Sends everybody's next pose."""
        count = len(self.people)
        self.number += 1
        code = self.number % NUMBERS
        phase = self.number * 0.13 + np.arange(count)
        poses = motion.resting(count)
        at_m = np.array([person.head_m for person in self.people])
        if is_walking:
            way_m = np.clip(self.homes_m - at_m[:, :2], -0.05, 0.05)
            at_m[:, :2] += way_m
            for person, head_m in zip(self.people, at_m, strict=True):
                person.head_m = head_m
        at_m[:, 0] += RADIUS_M * np.sin(phase)
        at_m[:, 2] = 1.6 + 0.02 * np.sin(phase * 1.7)
        poses.head_m[:] = at_m
        poses.head_rotation[:, 0], poses.head_rotation[:, 3] = np.cos(phase / 9), np.sin(phase / 9)
        poses.hand_m[:, 0] = np.stack(
            [
                np.full(count, (code - NUMBERS / 2 + 0.5) * CODE_STEP_M),
                0.3 + 0.1 * np.sin(phase),
                -0.5 + 0.1 * np.cos(phase),
            ],
            axis=1,
        )
        poses.hand_m[:, 1] = np.stack(
            [0.25 + 0.1 * np.cos(phase), 0.3 + 0.1 * np.sin(phase * 2), np.full(count, -0.5)],
            axis=1,
        )
        poses.flags[:] = motion.LEFT_TRACKED | motion.RIGHT_TRACKED
        self.sent_s[code] = time.perf_counter()
        payloads = motion.encode_inputs(self.number, poses)
        keys = np.array([list(person.key) for person in self.people], np.uint8)
        masked = payloads ^ keys[:, np.arange(motion.INPUT_BYTES) % 4]
        head = bytes((0x82, 0x80 | motion.INPUT_BYTES))
        for person, row in zip(self.people, masked, strict=True):
            person.send(head + person.key + row.tobytes())


async def run(job: dict[str, object]) -> dict[str, float]:
    """Connects everybody, moves them for a while, and returns what the sampled ones saw."""
    tls = None
    if job["certificate"]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.load_verify_locations(str(job["certificate"]))
    tickets = job["tickets"]
    assert isinstance(tickets, list)  # noqa: S101 -- our own job
    people = await _connect(str(job["url"]), [str(ticket) for ticket in tickets], tls)
    rng = np.random.default_rng(7)
    crowd = Crowd(people, rng.uniform((0.6, 0.6), (9.4, 7.4), (len(people), 2)))
    hz, seconds = float(str(job["hz"])), float(str(job["seconds"]))
    await _keep_moving(crowd, hz, WARM_UP_S, is_walking=True)
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    before = sum(person.bytes_received for person in people)
    records = sum(person.records for person in people)
    for person in people[:SAMPLED]:
        person.frames = []
    await _keep_moving(crowd, hz, seconds, is_walking=False)
    sys.stdout.write("end\n")
    sys.stdout.flush()
    received = sum(person.bytes_received for person in people) - before
    records = sum(person.records for person in people) - records
    return {**_ages(crowd), "down_bytes_per_avatar_update": received / max(records, 1)}


async def _connect(url: str, tickets: list[str], tls: ssl.SSLContext | None) -> list[Person]:
    loop = asyncio.get_running_loop()
    uri = parse_uri(url)
    people = []
    for index, ticket in enumerate(tickets):
        person = Person(url, ticket, index)
        await loop.create_connection(lambda person=person: person, uri.host, uri.port, ssl=tls)
        await person.entered
        people.append(person)
    return people


async def _keep_moving(crowd: Crowd, hz: float, seconds: float, *, is_walking: bool) -> None:
    loop = asyncio.get_running_loop()
    due_s, end_s = loop.time(), loop.time() + seconds
    while due_s < end_s:
        crowd.move(is_walking=is_walking)
        due_s += 1 / hz
        await asyncio.sleep(max(0.0, due_s - loop.time()))


def _ages(crowd: Crowd) -> dict[str, float]:
    """Returns the age of the nearest people's poses, and the gaps of all the others."""
    heads_m = np.array([person.head_m for person in crowd.people])
    slots = np.array([person.room.own_slot for person in crowd.people if person.room])
    ages_s: list[FloatArray] = []
    gaps_s: list[FloatArray] = []
    for person in crowd.people[:SAMPLED]:
        distance_m = np.linalg.norm(heads_m[:, :2] - person.head_m[:2], axis=1)
        order = slots[np.argsort(distance_m)]
        near, far = order[1 : NEAREST + 1], order[NEAREST + 1 :]
        last_s: dict[int, float] = {}
        for arrived_s, frame in person.frames or []:
            _, seen, poses = motion.decode_records(frame)
            code = np.rint(poses.hand_m[:, 0, 0] / CODE_STEP_M + NUMBERS / 2 - 0.5).astype(int)
            age_s = arrived_s - crowd.sent_s[code % NUMBERS]
            ages_s.append(age_s[np.isin(seen, near)])
            fars = seen[np.isin(seen, far)]
            gaps_s.append(
                np.array([arrived_s - last_s[slot] for slot in fars if slot in last_s], float)
            )
            last_s.update(dict.fromkeys(fars.tolist(), arrived_s))
    ages_ms = np.concatenate(ages_s) * 1000 if ages_s else np.zeros(1)
    gaps_ms = np.concatenate(gaps_s) * 1000 if gaps_s else np.zeros(0)
    return {
        "pose_age_p50_ms": float(np.percentile(ages_ms, 50)),
        "pose_age_p99_ms": float(np.percentile(ages_ms, 99)),
        "far_update_gap_p99_ms": float(np.percentile(gaps_ms, 99)) if len(gaps_ms) else 0.0,
    }


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
