"""A person's voice, and the program's own sounds, with and without a sound card."""

import asyncio

import numpy as np
import pytest

from client.config import ASSETS
from client.network import channel as c
from client.network import voice_line
from client.network.voice_line import NO_SOUND, VoiceLine
from client.voice.devices import DeviceUnavailable
from client.voice.receive import BLOCK_SAMPLES
from client.voice.sound_card import SoundDevice, SoundDevices

SOUNDS = ASSETS / "sounds"
HEADSET = SoundDevice("Headset, ALSA", "Headset")


class Device:
    """Stands in for a microphone or for headphones; remembers which was opened."""

    opened = ()
    is_there = True

    def __init__(self, key=None):
        self.key, self.render = key, None

    def start(self, callback):
        if not self.is_there:
            raise DeviceUnavailable("No loudspeaker: plug one in.")
        type(self).opened = (*self.opened, self.key)
        self.render = callback
        type(self).last = self

    def stop(self):
        pass


@pytest.fixture
def card(monkeypatch):
    """A machine with one headset that speaks and hears."""
    microphone, headphones = type("Mouth", (Device,), {}), type("Ears", (Device,), {})
    monkeypatch.setattr(voice_line, "Microphone", microphone)
    monkeypatch.setattr(voice_line, "Headphones", headphones)
    found = SoundDevices((HEADSET,), (HEADSET,))
    monkeypatch.setattr(voice_line, "sound_devices", lambda: found)
    return microphone, headphones


@pytest.fixture
async def line():
    told = []
    line = VoiceLine(told.append, SOUNDS, has_sound_card=False)
    line.told = told
    yield line
    await line.close()


@pytest.fixture
async def wired(card):
    told = []
    line = VoiceLine(told.append, SOUNDS, has_sound_card=True)
    line.told = told
    yield line
    await line.close()


async def test_without_a_sound_card_there_is_no_microphone_and_no_meter(line):
    line.tell_level()
    await line.start_devices("", "")
    line.tell_level()
    found, trouble, silence = line.told
    assert found == c.DevicesFound((), ())
    assert silence == c.Trouble("output", NO_SOUND)
    assert (trouble.about, trouble.is_denied) == ("microphone", False)
    assert "without --no-sound" in trouble.sentence


async def test_looking_again_says_again_what_there_is(line):
    await line.start_devices("", "")
    line.told.clear()
    await line.start_devices("", "")
    assert c.DevicesFound((), ()) in line.told


async def test_a_test_sound_without_a_sound_card_says_what_is_the_case_and_what_to_do(line):
    await line.start_devices("", "")
    line.told.clear()
    line.test_sound()
    assert line.told == [c.Trouble("output", NO_SOUND)]


async def test_a_test_sound_without_loudspeakers_says_so_each_time(card, wired):
    card[1].is_there = False
    await wired.start_devices("", "")
    wired.told.clear()
    for _ in range(2):
        wired.test_sound()
    assert wired.told == [c.Trouble("output", "No loudspeaker: plug one in.")] * 2


async def test_the_devices_that_were_chosen_are_opened_at_the_first_start(card, wired):
    await wired.start_devices(HEADSET.key, HEADSET.key)
    assert card[0].opened == card[1].opened == (HEADSET.key,)


async def test_a_device_that_is_not_plugged_in_gives_way_to_the_systems_choice(card, wired):
    await wired.start_devices("Gone, ALSA", HEADSET.key)
    assert (card[0].opened, card[1].opened) == ((None,), (HEADSET.key,))


async def test_what_the_clinic_announces_comes_out_of_the_loudspeaker_in_order(card, wired):
    await wired.start_devices("", "")
    await wired.play(("chime", "met"))
    blocks = [card[1].last.render(float(n) / 100) for n in range(400)]
    loud = np.array([np.abs(block).max() for block in blocks])
    assert blocks[0].shape == (BLOCK_SAMPLES, 2)
    assert loud[:30].max() > 0.1
    assert loud[70:].max() > 0.3
    assert loud[-50:].max() == 0.0
    wired.tell_counts()
    assert wired.told[-1].heard_dbov == -127.0


async def test_an_announcement_whose_file_is_lost_is_a_sentence(tmp_path):
    told = []
    line = VoiceLine(told.append, tmp_path, has_sound_card=False)
    await line.play(("met",))
    assert "Install Metaclinic anew" in told[0].sentence
    await line.close()
    await asyncio.sleep(0)
