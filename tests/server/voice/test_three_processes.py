"""One voice server and two people, each a process of its own; this test plays the world."""

import asyncio
import json
import secrets
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from client.voice.spatial import HeadPose, SpatialMixer, place
from client.voice.speech import load_speech
from server.voice.control import SlotAssigned, VoiceCounts
from server.voice.link import LinkUp, VoiceLink

ROOT = Path(__file__).resolve().parents[3]
SPEECH = ROOT / "assets" / "sounds" / "doctor-welcome.wav"
OTHER_SPEECH = ROOT / "assets" / "sounds" / "doctor-vitals.wav"
DOCTOR, PATIENT = 7, 12
DOCTOR_M, PATIENT_M = (0.0, 2.0, 1.2), (2.0, 2.0, 1.2)
RATE_HZ = 48_000


class Process:
    """A started program that answers each line with one."""

    def __init__(self, process):
        self.process, self.turn = process, asyncio.Lock()

    async def order(self, order, value=0):
        async with self.turn:
            self.process.stdin.write(json.dumps({order: value}).encode() + b"\n")
            line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        return json.loads(line)


@asynccontextmanager
async def started(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *map(str, arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1_000_000,
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class World:
    """The world's part: signalling, a plan 20 times a second, slots told to the listener."""

    def __init__(self, port, secret, people):
        self.people, self.grants, self.is_alive = people, {}, True
        self.link = VoiceLink(port, secret, self.on_event)
        self.up, self.counted, self.assigned = asyncio.Event(), asyncio.Event(), asyncio.Queue()
        self.counts = None

    def on_event(self, event):
        if isinstance(event, SlotAssigned):
            self.assigned.put_nowait(event)
        elif isinstance(event, VoiceCounts):
            self.counts = event
            self.counted.set()
        elif isinstance(event, LinkUp):
            self.up.set()

    async def plan(self):
        while True:
            if self.is_alive:
                self.link.set_plan(dict.fromkeys(self.people, 3), self.grants)
            await asyncio.sleep(0.05)

    async def tell(self):
        while True:
            event = await self.assigned.get()
            value = [event.slot, event.speaker, event.first_sequence]
            await self.people[event.listener].order("assign", value)

    async def connect(self, member):
        offer = await self.people[member].order("connect")
        await self.people[member].order("answer", await self.link.join(member, offer))

    async def fresh_counts(self):
        """Returns counts that were taken wholly after this call."""
        for _ in range(2):
            self.counted.clear()
            await asyncio.wait_for(self.counted.wait(), 10)
        return self.counts


@asynccontextmanager
async def clinic(tmp_path):
    secret = secrets.token_hex(16).encode()
    (tmp_path / "secret").write_bytes(secret)
    server_line = ("-m", "server.voice", "--secret-file", tmp_path / "secret")
    person = Path(__file__).with_name("person_process.py")
    async with (
        started(*server_line, "--host-address", "127.0.0.1") as server,
        started(person) as doctor,
        started(person) as patient,
    ):
        ready = json.loads(await asyncio.wait_for(server.process.stdout.readline(), 20))
        world = World(ready["control_port"], secret, {DOCTOR: doctor, PATIENT: patient})
        tasks = [
            asyncio.create_task(work) for work in (world.link.run(), world.plan(), world.tell())
        ]
        await asyncio.wait_for(world.up.wait(), 10)
        await asyncio.gather(world.connect(DOCTOR), world.connect(PATIENT))
        yield world, doctor, patient
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(doctor.order("close"), patient.order("close"))
        # Whoever started it reads one line only: a second one could block it some day.
        server.process.terminate()
        assert await asyncio.wait_for(server.process.stdout.read(), 10) == b""


def pieces(sent, heard, piece=RATE_HZ // 4):
    """Returns, for each loud piece of what was sent, where in `heard` it is, and how alike."""
    found = []
    for at in range(0, sent.size - piece, piece):
        part = sent[at : at + piece]
        if part.std() < 0.02:
            continue
        size = 1 << (heard.size + piece).bit_length()
        products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(part, size)), size)
        energy = np.concatenate(([0.0], np.cumsum(heard**2)))
        norms = np.sqrt((energy[piece:] - energy[:-piece] + 1e-9) * (part**2).sum())
        likeness = products[: norms.size] / norms
        best = int(likeness.argmax())
        found.append((at, best - at, float(likeness[best])))
    return np.array(found)


def expected_db(sent):
    """Returns how much louder than what was sent each ear should be, by the mixer alone."""
    mixer, placement = SpatialMixer(1), place(HeadPose(PATIENT_M), DOCTOR_M)
    blocks = sent[: sent.size // 480 * 480].reshape(-1, 1, 480).astype(np.float32)
    sound = np.concatenate([mixer.mix(block, [placement]) for block in blocks])
    return 20 * np.log10(sound.std(axis=0) / sent.std())


def right_after_left_samples(sound):
    left, right = sound[:, 0], sound[:, 1]
    size = 1 << (2 * left.size).bit_length()
    products = np.fft.irfft(np.fft.rfft(right, size) * np.conj(np.fft.rfft(left, size)), size)
    lags = np.arange(-60, 61)
    return int(lags[products[lags].argmax()])


async def test_a_voice_arrives_whole_in_its_place_and_only_while_the_world_allows_it(tmp_path):
    async with clinic(tmp_path) as (world, doctor, patient):
        # The gate is closed: the server gets the doctor's packets and forwards none.
        await patient.order("poses", [PATIENT_M, {DOCTOR: DOCTOR_M}])
        await doctor.order("say", str(OTHER_SPEECH))
        counts = await world.fresh_counts()
        assert counts.received > 20
        assert counts.forwarded == 0
        assert (await patient.order("stats"))[1] == 0

        # The gate is open: the patient, who looks along +Y, hears the doctor at the left.
        world.grants = {PATIENT: [(DOCTOR, -6.0)]}
        said_s, length_s = await doctor.order("say", str(SPEECH))
        await asyncio.sleep(length_s + 0.5)
        await patient.order("save", str(tmp_path / "heard.npz"))
        profile, got, _ = await patient.order("stats")
        assert "GCM" in profile
        assert got > 100
        assert (await doctor.order("stats"))[2] is not None
        kept = np.load(tmp_path / "heard.npz")
        began_s, sound = float(kept["began_s"]), kept["sound"].astype(float)
        sound = sound[max(0, int((said_s - began_s - 0.1) * RATE_HZ)) :]
        heard_from_s = max(began_s, said_s - 0.1)
        sent = load_speech(SPEECH) / 32_768
        found = pieces(sent, sound[:, 0])
        delay_s = heard_from_s + found[:, 1] / RATE_HZ - said_s
        level_db = 20 * np.log10(sound.std(axis=0) / sent.std())
        assert np.median(found[:, 2]) > 0.6
        assert (found[:, 2] > 0.4).mean() > 0.7
        assert 10 < right_after_left_samples(sound) < 45
        assert level_db[0] > level_db[1] + 3
        assert np.abs(level_db - expected_db(sent)).max() < 3
        assert 0 < np.median(delay_s) < 0.4

        # The world goes silent: after the lease nothing more is forwarded.
        world.is_alive = False
        await doctor.order("say", str(OTHER_SPEECH))
        await asyncio.sleep(0.7)
        before = (await patient.order("stats"))[1]
        counts = await world.fresh_counts()
        assert (await patient.order("stats"))[1] == before
        assert counts.denied > 40
