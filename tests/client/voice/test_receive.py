"""The receive chain on a simulated clock, with packets of real speech."""

import random
from pathlib import Path

import numpy as np
import pytest

from client.voice.opus import Encoder
from client.voice.receive import MAX_WAITING_PACKETS, ReceiveChain
from client.voice.speech import load_speech
from world.protocol.rtp import RtpPacket

SPEECH = Path(__file__).resolve().parents[3] / "assets" / "sounds" / "doctor-welcome.wav"
ONE_WAY_S = 0.015
SIZE = 131_072


@pytest.fixture(scope="module")
def spoken():
    """20 s of speech and its packets; the sequence numbers wrap soon."""
    samples = np.resize(load_speech(SPEECH), 20 * 48_000)
    encoder = Encoder()
    packets = []
    for i, frame in enumerate(samples.reshape(-1, 960)):
        payload = encoder.encode(frame)
        if payload:
            packets.append(_packet(i, len(packets), payload))
    return samples, packets


def _packet(frame, count, payload):
    sequence, timestamp = (65_500 + count) & 0xFFFF, (4_294_900_000 + frame * 960) & 0xFFFFFFFF
    return frame, RtpPacket(False, 96, sequence, timestamp, 5, None, payload)


def arrivals(packets, loss=0.0, jitter_s=0.0, drift=0.0, seed=1):
    rng = random.Random(seed)
    times = [
        ((frame + 1) * 0.02 * (1 + drift) + ONE_WAY_S + rng.uniform(0, jitter_s), packet)
        for frame, packet in packets
        if rng.random() >= loss
    ]
    return sorted(times, key=lambda entry: entry[0])


def play(chain, arriving, length_s):
    out, at = [], 0
    for block in range(int(length_s * 100)):
        now_s = block * 0.01
        while at < len(arriving) and arriving[at][0] <= now_s:
            chain.push(arriving[at][1], arriving[at][0])
            at += 1
        out.append(chain.pull(now_s))
    return np.concatenate(out).astype(float)


def ear_delays_ms(said, heard, piece=24_000):
    """Returns mouth to ear at several places, from the signal alone, where it is clear."""
    found = []
    for at in range(48_000, said.size - 2 * piece, piece):
        part = said[at : at + piece].astype(float)
        near = heard[at : at + 2 * piece]
        if part.std() < 300 or near.size < 2 * piece:
            continue
        products = np.fft.irfft(np.fft.rfft(near, SIZE) * np.conj(np.fft.rfft(part, SIZE)), SIZE)
        energy = np.concatenate(([0.0], np.cumsum(near**2)))[: 14_400 + piece]
        norms = np.sqrt(energy[piece:] - energy[:-piece] + 1)
        likeness = products[: norms.size] / (norms * np.sqrt((part**2).sum()))
        if likeness.max() > 0.5:
            found.append(likeness.argmax() / 48)
    return np.array(found)


def test_on_a_perfect_network_nothing_is_made_up_and_the_delay_is_small(spoken):
    said, packets = spoken
    chain = ReceiveChain()
    heard = play(chain, arrivals(packets), 20)
    assert chain.counts.recovered == chain.counts.concealed == chain.counts.late == 0
    assert np.median(ear_delays_ms(said, heard)) < 90


def test_jitter_buys_as_much_delay_as_it_needs(spoken):
    said, packets = spoken
    chain = ReceiveChain()
    heard = play(chain, arrivals(packets, jitter_s=0.04), 20)
    assert 0.03 < chain.delay_s < 0.08
    assert chain.counts.concealed < 0.02 * len(packets)
    assert len(ear_delays_ms(said, heard)) > 15


def test_lost_packets_are_mostly_recovered_and_add_no_delay(spoken):
    said, packets = spoken
    chain = ReceiveChain()
    heard = play(chain, arrivals(packets, loss=0.10, jitter_s=0.02, seed=3), 20)
    assert chain.counts.recovered > chain.counts.concealed
    assert chain.counts.faded < 0.02 * len(packets)
    delays_ms = ear_delays_ms(said, heard)
    assert delays_ms[-3:].max() < 130


@pytest.mark.parametrize("drift", [-500e-6, 500e-6])
def test_clocks_that_drift_apart_do_not_gather_delay(spoken, drift):
    said, packets = spoken
    chain = ReceiveChain()
    heard = play(chain, arrivals(packets, jitter_s=0.02, drift=drift), 20)
    delays_ms = ear_delays_ms(said, heard)
    at_end_ms = delays_ms[-1] - 20_000 * drift
    assert abs(at_end_ms - delays_ms[0]) < 25


def test_after_a_stall_the_delay_comes_back(spoken):
    _, packets = spoken
    held = [
        (11.3 + 0.01 * (t - 11.0) if 11.0 <= t < 11.3 else t, packet)
        for t, packet in arrivals(packets, jitter_s=0.01)
    ]
    chain = ReceiveChain()
    play(chain, held, 20)
    assert chain.delay_s < 0.05


def test_packets_may_come_twice_and_in_any_order(spoken):
    said, packets = spoken
    doubled = arrivals(packets, jitter_s=0.03, seed=4) + arrivals(packets, jitter_s=0.03, seed=5)
    chain = ReceiveChain()
    heard = play(chain, sorted(doubled, key=lambda entry: entry[0]), 20)
    counts = chain.counts
    assert counts.played <= len(packets)
    assert counts.played + counts.doubled + counts.late >= 2 * len(packets) - 10
    assert len(ear_delays_ms(said, heard)) > 15


def test_packets_of_the_next_speaker_can_be_moved_on(spoken):
    _, packets = spoken
    chain = ReceiveChain()
    for frame, packet in packets[:10]:
        chain.push(packet, frame * 0.02)
    first = packets[6][1].sequence
    moved = chain.take_from(first)
    assert [packet.sequence for packet, _ in moved] == [p.sequence for _, p in packets[6:10]]
    assert chain.take_from(first) == []


def test_a_flood_of_packets_is_bounded(spoken):
    _, packets = spoken
    chain = ReceiveChain()
    for _, packet in packets[:100]:
        chain.push(packet, 0.5)
    assert len(chain.take_from(packets[0][1].sequence)) <= MAX_WAITING_PACKETS


def test_a_hostile_timestamp_begins_anew_and_sound_goes_on(spoken):
    _, packets = spoken
    chain, rng = ReceiveChain(), random.Random(6)
    now_s = 0.0
    for frame, packet in packets[:200]:
        now_s = frame * 0.02
        if frame % 10 == 5:
            wild = packet._replace(timestamp=rng.getrandbits(32), sequence=rng.getrandbits(16))
            chain.push(wild, now_s)
        chain.push(packet, now_s)
        assert chain.pull(now_s).shape == (480,)
        chain.pull(now_s + 0.01)
    tail = [chain.push(p, f * 0.02) or chain.pull(f * 0.02) for f, p in packets[200:300]]
    assert np.concatenate(tail).astype(float).std() > 50
