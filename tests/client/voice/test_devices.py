import asyncio

import numpy as np
import pytest

from client.voice import sound_card
from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import DeviceUnavailable, Metronome, NullOutput, SpeechSource


class Broken:
    """A device that is not there."""

    def start(self, callback):
        raise DeviceUnavailable("No microphone: none is connected.")

    def stop(self):
        pass


class Gathered(list):
    """A list that can be awaited until it holds enough."""

    def __init__(self, enough):
        super().__init__()
        self.enough, self.full = enough, asyncio.Event()

    def append(self, item):
        super().append(item)
        if len(self) >= self.enough:
            self.full.set()

    async def wait(self):
        await asyncio.wait_for(self.full.wait(), 10)


async def test_a_metronome_beats_at_its_own_times():
    beats = Gathered(10)
    metronome = Metronome(0.002, beats.append)
    metronome.start()
    await beats.wait()
    metronome.stop()
    steps = np.diff(beats)
    assert (steps >= 0.002 - 1e-9).all()
    before = len(beats)
    await asyncio.sleep(0.01)
    assert len(beats) == before


async def test_a_speech_source_says_what_it_is_given_and_then_is_silent():
    source, frames = SpeechSource(), Gathered(4)
    source.say(np.full(1500, 7, np.int16))
    source.start(frames.append)
    assert source.is_speaking
    await frames.wait()
    source.stop()
    said = np.concatenate(frames)
    assert (said[:1500] == 7).all()
    assert not said[1500:].any()
    assert not source.is_speaking


async def test_a_hushed_source_says_no_more():
    source = SpeechSource()
    source.say(np.ones(48_000, np.int16))
    source.hush()
    assert not source.is_speaking


def test_endless_speech_is_refused():
    source = SpeechSource()
    with pytest.raises(ValueError, match="would wait"):
        source.say(np.zeros(61 * 48_000, np.int16))


async def test_the_null_output_keeps_the_newest_sound():
    output, asked = NullOutput(keep_s=0.03), Gathered(6)

    def render(at_s):
        asked.append(at_s)
        return np.full((480, 2), len(asked), np.float32)

    output.start(render)
    await asked.wait()
    output.stop()
    began_s, sound = output.kept()
    assert sound.shape == (3 * 480, 2)
    assert began_s == asked[-3]
    assert sound[-1, 0] == len(asked)


async def test_without_a_microphone_a_person_still_listens():
    output = NullOutput()
    voice = VoiceClient(VoiceDevices(Broken(), output))
    voice.start_devices()
    assert "No microphone" in str(voice.microphone_error)
    assert voice.output_error is None
    assert voice.level() == -127
    assert voice.microphone_state == "missing"
    await voice.close()


class Hand:
    """A microphone that delivers when it is told to."""

    def start(self, deliver):
        self.deliver = deliver

    def stop(self):
        pass


async def test_a_person_can_see_whether_they_are_heard(monkeypatch):
    microphone = Hand()
    voice = VoiceClient(VoiceDevices(microphone, NullOutput()))
    assert voice.microphone_state == "stalled"
    voice.start_devices()
    microphone.deliver(np.full(960, 5000, np.int16))
    assert voice.microphone_state == "open"
    assert not voice.is_sending
    voice.set_push_to_talk(True)
    assert voice.microphone_state == "held back"
    voice.hold_to_talk(True)
    assert voice.microphone_state == "open"
    voice.set_muted(True)
    assert voice.microphone_state == "muted"
    await asyncio.sleep(0)
    assert voice.level() > -20
    monkeypatch.setattr("client.voice.client.STALLED_S", -1.0)
    assert voice.microphone_state == "stalled"
    await voice.close()


async def test_letting_a_connection_go_is_not_losing_it():
    states = []
    voice = VoiceClient(VoiceDevices(Hand(), NullOutput()), states.append, ("127.0.0.1",))
    await voice.connect()
    await voice.connect()
    await voice.close()
    assert states == ["connecting", "closed"]


@pytest.mark.parametrize("device", [sound_card.Microphone, sound_card.Headphones])
def test_a_sound_card_that_is_not_there_says_so(device):
    unit = device("no such device of this name")
    with pytest.raises(DeviceUnavailable, match="No "):
        unit.start(lambda _: None)
    unit.stop()
