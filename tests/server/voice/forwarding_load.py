"""What one forwarded packet costs: a real voice server process, real DTLS-SRTP connections.

`python tests/server/voice/forwarding_load.py --members 16 --seconds 5`: everybody hears everybody,
everybody talks, every slot is taken. Prints one JSON object; cpu_us_per_forwarded is the server
process's CPU time over the copies that it sent, everything included.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from client.voice.peer import Peer
from server.voice.control import VoiceCounts
from server.voice.link import LinkUp, VoiceLink
from world.protocol import rtp

ROOT = Path(__file__).resolve().parents[3]
PAYLOAD_BYTES = 60


class Member:
    def __init__(self):
        self.connected, self.lost, self.got, self.ages_s = asyncio.Event(), False, 0, []
        self.peer = Peer(8, ("127.0.0.1",), self)
        self.sequence = 0

    def on_rtp(self, data, now_s):
        self.got += 1
        packet = rtp.parse(data, 0)
        self.ages_s.append(now_s - int.from_bytes(packet.payload[:8], "big") / 1e6)

    def on_rtcp(self, data, now_s):
        pass

    def on_connected(self):
        self.connected.set()

    def on_lost(self):
        self.lost = True

    def speak(self):
        stream, self.sequence = self.peer.microphone, self.sequence + 1
        stamp = int(time.monotonic() * 1e6).to_bytes(8, "big")
        packet = rtp.RtpPacket(
            False,
            stream.payload_type,
            self.sequence & 0xFFFF,
            self.sequence * 960,
            stream.ssrc,
            -20,
            stamp + bytes(PAYLOAD_BYTES - 8),
        )
        self.peer.send(rtp.pack_with_level(packet, stream.level_id))


async def measure(members, seconds):
    """Returns the figures of one run."""
    secret = secrets.token_hex(16).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "secret"
        path.write_bytes(secret)
        server = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "server.voice", "--host-address", "127.0.0.1", "--secret-file", str(path)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        port = json.loads(await server.stdout.readline())["control_port"]
    counts, up = asyncio.Queue(), asyncio.Event()

    def on_event(event):
        if isinstance(event, VoiceCounts):
            counts.put_nowait(event)
        elif isinstance(event, LinkUp):
            up.set()

    link = VoiceLink(port, secret, on_event)
    tasks = [asyncio.create_task(link.run())]
    try:
        await up.wait()
        people = [Member() for _ in range(members)]
        for number, person in enumerate(people):
            await person.peer.take_answer(await link.join(number, await person.peer.offer()))
        await asyncio.gather(*(person.connected.wait() for person in people))
        grants = {a: [(b, -6.0) for b in range(members) if b != a] for a in range(members)}
        tasks += [asyncio.create_task(work) for work in (plan(link, grants), talk(people))]
        for _ in range(2):
            first = await counts.get()
        for person in people:
            person.ages_s.clear()
        for _ in range(seconds):
            last = await counts.get()
        return figures(first, last, people, members, seconds)
    finally:
        for task in tasks:
            task.cancel()
        server.terminate()
        await server.wait()


async def plan(link, grants):
    while True:
        link.set_plan(dict.fromkeys(grants, 1), grants)
        await asyncio.sleep(0.05)


async def talk(people):
    next_s = time.monotonic()
    while True:
        for turn in range(4):
            for person in people[turn::4]:
                person.speak()
            next_s += 0.005
            await asyncio.sleep(max(0.0, next_s - time.monotonic()))


def figures(first, last, people, members, seconds):
    forwarded, cpu_s = last.forwarded - first.forwarded, last.cpu_s - first.cpu_s
    ages_s = sorted(age for person in people for age in person.ages_s)
    return {
        "members": members,
        "forwarded_per_s": round(forwarded / seconds),
        "expected_per_s": members * min(8, members - 1) * 50,
        "cpu_us_per_forwarded": round(cpu_s / max(1, forwarded) * 1e6, 1),
        "server_cores": round(cpu_s / seconds, 3),
        "unsent": last.unsent - first.unsent,
        "transit_p50_ms": round(1e3 * ages_s[len(ages_s) // 2], 2),
        "transit_p99_ms": round(1e3 * ages_s[len(ages_s) * 99 // 100], 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    import uvloop

    result = uvloop.run(measure(given.members, given.seconds))
    sys.stdout.write(json.dumps(result) + "\n")
