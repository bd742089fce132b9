import itertools

import numpy as np
import pytest

from client.voice.microphone import MicrophoneChain, OutgoingStream, measure
from world.protocol import rtp

STREAM = OutgoingStream(ssrc=9, payload_type=96, level_id=2)


def voice(count, peak=8000):
    at = np.arange(count * 960) / 48_000
    tone = np.sin(2 * np.pi * 200 * at) + 0.5 * np.sin(2 * np.pi * 610 * at)
    return (peak / 1.5 * tone).astype(np.int16).reshape(-1, 960)


def sent(chain, frames, stream=STREAM):
    packets = [chain.take(frame, stream) for frame in frames]
    return [rtp.parse(packet, 2) for packet in packets if packet is not None]


def test_every_frame_of_speech_is_a_packet_with_its_level():
    packets = sent(MicrophoneChain(), voice(20))
    assert len(packets) == 20
    assert {packet.ssrc for packet in packets} == {9}
    assert all(-20 < packet.level_dbov < -10 for packet in packets)
    for before, after in itertools.pairwise(packets):
        assert rtp.sequence_delta(after.sequence, before.sequence) == 1
        assert rtp.timestamp_delta(after.timestamp, before.timestamp) == 960


@pytest.mark.parametrize("gate", ["muted", "key not held", "not connected"])
def test_a_closed_gate_sends_nothing_at_all_but_the_meter_moves(gate):
    chain = MicrophoneChain()
    chain.is_muted = gate == "muted"
    chain.is_push_to_talk = gate == "key not held"
    assert sent(chain, voice(50), None if gate == "not connected" else STREAM) == []
    assert chain.packets == 0
    assert chain.level_dbov > -20


def test_push_to_talk_sends_while_the_key_is_held():
    chain = MicrophoneChain()
    chain.is_push_to_talk = True
    frames = voice(30)
    assert sent(chain, frames[:10]) == []
    chain.is_talk_held = True
    held = sent(chain, frames[10:20])
    chain.is_talk_held = False
    assert len(held) == 10
    assert held[0].is_marked
    assert not held[1].is_marked
    assert sent(chain, frames[20:]) == []


def test_a_pause_keeps_its_length_in_the_timestamps():
    chain = MicrophoneChain()
    frames = voice(30)
    before = sent(chain, frames[:10])[-1]
    chain.is_muted = True
    sent(chain, frames[10:20])
    chain.is_muted = False
    after = sent(chain, frames[20:])[0]
    assert rtp.timestamp_delta(after.timestamp, before.timestamp) == 11 * 960
    assert rtp.sequence_delta(after.sequence, before.sequence) == 1


def test_the_meter_falls_slowly():
    chain = MicrophoneChain()
    sent(chain, voice(5))
    loud_dbov = chain.level_dbov
    sent(chain, np.zeros((5, 960), np.int16))
    assert loud_dbov - 10 < chain.level_dbov < loud_dbov


def test_levels_are_those_of_the_standard():
    assert measure(np.zeros(960, np.int16)) == -127
    assert measure(np.full(960, -32_768, np.int16)) == pytest.approx(0)
    sine = 32_767 * np.sin(2 * np.pi * np.arange(960) / 96)
    assert measure(sine.astype(np.int16)) == pytest.approx(-3.01, abs=0.01)
