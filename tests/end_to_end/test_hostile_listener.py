"""Hostile clients want to hear a consult behind its closed door, over the real voice server.

The voice server is a process of its own, voices are real WebRTC, and whoever is outside has a
modified client: it offers voice again and again, asks to be let in, and counts every RTP packet
that its connection decrypts, whatever it says it is.
"""

import asyncio
import json
import secrets
import sys
from contextlib import asynccontextmanager

import numpy as np
import pytest

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.speech import load_speech
from server.auth.keys import make_private_folder, write_private
from server.config import ASSETS, ServerConfig
from tests.end_to_end.consult import DOOR, ROOM, Clinic, accepted, agree, invite
from world.protocol import messages as m
from world.protocol.rtp import CLOCK_HZ

SPEECH_S = 50
A_WHILE = 60
"""Packets of 20 ms that the people inside hear of each other before a test goes on."""
UNDER_WAY_S = 0.2
"""How long a packet that left before a door closed may need to be taken out of its socket."""


class Voice(VoiceClient):
    """Somebody who talks without a pause, and keeps what arrives.

    Attributes:
      packets: every RTP packet that was decrypted.
    """

    def __init__(self):
        mouth = SpeechSource()
        self.packets, self._has_changed = [], asyncio.Event()
        super().__init__(
            VoiceDevices(mouth, NullOutput()), lambda _: self._has_changed.set(), ("127.0.0.1",)
        )
        self.set_muted(False)
        self.start_devices()
        words = load_speech(ASSETS / "sounds" / "doctor-welcome.wav")
        mouth.say(np.resize(words, SPEECH_S * CLOCK_HZ))

    def on_rtp(self, data, now_s):
        self.packets.append(data)
        self._has_changed.set()
        super().on_rtp(data, now_s)

    async def until(self, is_so):
        async with asyncio.timeout(20):
            while not is_so():
                self._has_changed.clear()
                await self._has_changed.wait()

    async def hears(self, count):
        """Waits for so many packets more."""
        before = len(self.packets)
        await self.until(lambda: len(self.packets) >= before + count)

    async def join_as(self, sees, ask):
        """Connects: `ask` brings the offer to the world, and the answer comes to `sees`."""
        offer, before = await self.connect(), len(sees.of(m.VoiceAnswer))
        await accepted(ask(lambda number: m.OfferVoice(number, offer)))
        await sees.until(lambda *_: len(sees.of(m.VoiceAnswer)) > before)
        await self.set_answer(sees.of(m.VoiceAnswer)[-1].sdp)
        await self.until(lambda: self.state == "connected")


@asynccontextmanager
async def voice_server(config):
    make_private_folder(config.run_files)
    write_private(config.voice_secret, secrets.token_hex(32).encode())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.voice", "--secret-file", str(config.voice_secret)),
        *("--host-address", "127.0.0.1"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        yield json.loads(line)["control_port"]
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def clinic(tmp_path):
    config = ServerConfig(data=tmp_path, is_plain=True, world_port=0)
    async with voice_server(config) as voice_port:
        clinic = Clinic(config, voice_port)
        await clinic.begin()
        yield clinic
        await clinic.close()


@pytest.fixture
async def voices():
    """Makes voices, and ends them with the test."""
    made = []

    def one():
        made.append(Voice())
        return made[-1]

    yield one
    await asyncio.gather(*(voice.close() for voice in made))


async def _talk(clinic, voices):
    """Brings doctor and patient together until they hear each other well."""
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    inside = voices(), voices()
    await inside[0].join_as(patient_sees, patient.request)
    await inside[1].join_as(clinic.doctor_sees, clinic.doctor.request)
    await _goes_on(inside)
    return visit_id, inside, (patient_sees, clinic.doctor_sees)


async def _goes_on(inside):
    await asyncio.gather(*(voice.hears(A_WHILE) for voice in inside))


def _assert_hear_only_each_other(inside_sees):
    patient, doctor = inside_sees
    for mine, other in ((patient, doctor), (doctor, patient)):
        speakers = {slot.speaker for slot in mine.of(m.VoiceSlot)}
        assert speakers <= {None, other.room.own_slot}


async def test_who_is_outside_a_closed_door_gets_no_packet_of_a_consult(clinic, voices):
    _, inside, inside_sees = await _talk(clinic, voices)
    outside = []
    for who in ("stranger", "bystander", "former"):
        client, voice = await clinic.hostile(who), voices()
        outside.append((client, voice))
        for _ in range(3):
            await voice.join_as(client, client.answer)
            for make in (
                lambda n: m.GoThrough(n, DOOR),
                lambda n: m.OpenDoor(n, DOOR),
                lambda n: m.AgreeToTalk(n, inside_sees[0].room.own_slot),
            ):
                assert isinstance(await client.answer(make), m.Refused)
    await _goes_on(inside)
    assert [voice.state for _, voice in outside] == ["connected"] * 3
    assert [len(voice.packets) for _, voice in outside] == [0, 0, 0]
    assert [slot for client, _ in outside for slot in client.of(m.VoiceSlot)] == []
    _assert_hear_only_each_other(inside_sees)


async def test_a_guest_who_was_let_out_hears_nothing_more(clinic, voices):
    visit_id, inside, _ = await _talk(clinic, voices)
    guest, ears = await clinic.hostile("bystander"), voices()
    await ears.join_as(guest, guest.answer)
    await accepted(clinic.doctor.request(invite(visit_id, guest)))
    await _goes_on(inside)
    assert ears.packets == []
    await accepted(guest.answer(agree(visit_id)))
    await accepted(guest.answer(lambda n: m.GoThrough(n, DOOR)))
    await ears.hears(A_WHILE)
    assert guest.of(m.RoomView)[-1].room_id == ROOM

    await accepted(clinic.doctor.request(invite(visit_id, guest, is_invited=False)))
    await guest.until(lambda: guest.of(m.RoomView)[-1].room_id == "waiting")
    await asyncio.sleep(UNDER_WAY_S)
    heard = len(ears.packets)
    await _goes_on(inside)
    assert len(ears.packets) == heard
    assert ears.state == "connected"

    await ears.join_as(guest, guest.answer)
    assert isinstance(await guest.answer(lambda n: m.GoThrough(n, DOOR)), m.Refused)
    await _goes_on(inside)
    assert len(ears.packets) == heard
