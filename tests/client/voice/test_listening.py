import numpy as np
import pytest

from client.voice.listening import Listening
from client.voice.microphone import MicrophoneChain, OutgoingStream
from client.voice.spatial import HeadPose
from world.protocol import rtp

STREAM = OutgoingStream(ssrc=9, payload_type=96, level_id=0)
LEFT_M, RIGHT_M, HERE_M = (0.0, 2.0, 1.6), (4.0, 2.0, 1.6), (2.0, 2.0, 1.6)


class Talk:
    """A listener with two slots, and packets of a voice that never pauses."""

    def __init__(self):
        self.listening, self.now_s, self.sequence = Listening(2), 10.0, 500
        self.listening.set_poses(HeadPose(HERE_M), {1: LEFT_M, 2: RIGHT_M})
        self.microphone, self.phase = MicrophoneChain(), 0

    def packet(self):
        at = (self.phase + np.arange(960)) / 48_000
        self.phase += 960
        # A steady tone would be taken for background noise, and not be sent.
        tone = np.sin(2 * np.pi * 180 * at + 20 * np.sin(9 * at)) * (1 + np.sin(25 * at))
        data = self.microphone.take((8000 * tone).astype(np.int16), STREAM)
        self.sequence += 1
        return rtp.parse(data, 0)._replace(sequence=self.sequence)

    def go_on(self, frames, slot=0, *, arrives=True):
        out = []
        for _ in range(frames):
            packet = self.packet()
            if arrives:
                self.listening.push(slot, packet, self.now_s)
            for _ in range(2):
                out.append(self.listening.render(self.now_s))
                self.now_s += 0.01
        return np.concatenate(out)


def side(sound):
    power = (sound.astype(float) ** 2).sum(axis=0)
    return np.sign(power[0] - power[1]) if power.sum() > 0.5 else 0


def test_nothing_is_heard_before_the_word_of_who_speaks():
    talk = Talk()
    assert not talk.go_on(50).any()
    assert talk.listening.chains() == []


def test_packets_that_came_before_the_word_are_heard():
    talk = Talk()
    talk.go_on(3)
    talk.listening.assign(0, 1, 501)
    assert talk.listening.chains()[0][1].counts.played == 0
    talk.go_on(20)
    assert talk.listening.chains()[0][1].counts.played >= 18


def test_each_speaker_is_heard_at_their_place():
    talk = Talk()
    talk.listening.assign(0, 1, None)
    assert side(talk.go_on(40)) == 1
    talk.listening.assign(0, 2, talk.sequence + 1)
    talk.go_on(5)
    assert side(talk.go_on(40)) == -1


def test_a_freed_slot_is_silent_after_one_block_of_fading():
    talk = Talk()
    talk.listening.assign(0, 1, None)
    talk.go_on(40)
    talk.listening.assign(0, None, talk.sequence + 1)
    sound = talk.go_on(20)
    assert not sound[480:].any()


def test_packets_of_the_new_speaker_that_came_before_the_word_are_theirs():
    talk = Talk()
    talk.listening.assign(0, 1, None)
    talk.go_on(40)
    first = talk.sequence + 1
    talk.listening.push(0, talk.packet(), talk.now_s)
    talk.listening.push(0, talk.packet(), talk.now_s)
    talk.listening.assign(0, 2, first)
    _, chain = talk.listening.chains()[0]
    assert len(chain.take_from(first)) == 2


def test_late_packets_of_the_old_speaker_are_not_the_new_ones():
    talk = Talk()
    talk.listening.assign(0, 1, None)
    talk.go_on(10)
    talk.listening.assign(0, None, talk.sequence + 1)
    old = talk.packet()
    talk.listening.push(0, old, talk.now_s)
    talk.listening.assign(0, 2, old.sequence + 1)
    _, chain = talk.listening.chains()[0]
    assert chain.is_idle


def test_one_ear_can_have_it_all():
    talk = Talk()
    talk.listening.is_mono = True
    talk.listening.assign(0, 1, None)
    sound = talk.go_on(40)
    assert sound.any()
    assert (sound[:, 0] == sound[:, 1]).all()


def test_a_listener_may_make_one_voice_softer():
    levels = []
    for volume in (1.0, 0.5):
        talk = Talk()
        talk.listening.volumes[1] = volume
        talk.listening.assign(0, 1, None)
        levels.append(talk.go_on(40).std())
    assert levels[1] == pytest.approx(levels[0] / 2, rel=0.01)


def test_a_voice_without_a_known_place_is_ahead():
    talk = Talk()
    talk.listening.assign(0, 77, None)
    sound = talk.go_on(40)
    assert sound.any()
    assert sound[:, 0] == pytest.approx(sound[:, 1])
