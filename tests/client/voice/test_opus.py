from pathlib import Path

import numpy as np
import pytest

from client.voice.opus import Decoder, Encoder, carries_correction
from client.voice.speech import load_speech

SPEECH = Path(__file__).resolve().parents[3] / "assets" / "sounds" / "doctor-vitals.wav"


@pytest.fixture(scope="module")
def frames():
    samples = load_speech(SPEECH)
    return samples[: samples.size // 960 * 960].reshape(-1, 960)


@pytest.fixture(scope="module")
def packets(frames):
    encoder = Encoder()
    return [encoder.encode(frame) for frame in frames]


def test_speech_comes_back_alike_at_about_24_kbit_per_s(frames, packets):
    decoder = Decoder()
    heard = np.concatenate([decoder.decode(packet) for packet in packets]).astype(float)
    said, delay = frames.reshape(-1).astype(float), 312
    likeness = np.corrcoef(heard[delay:], said[: said.size - delay])[0, 1]
    assert likeness > 0.85
    bit_per_s = 8 * sum(map(len, packets)) / (len(packets) * 0.02)
    assert 10_000 < bit_per_s < 30_000


def test_silence_is_hardly_ever_sent():
    encoder = Encoder()
    sent = [encoder.encode(np.zeros(960, np.int16)) for _ in range(100)]
    assert sum(bool(packet) for packet in sent[50:]) <= 5


def test_a_lost_frame_is_recovered_from_the_packet_after_it(frames, packets):
    whole, lossy = Decoder(), Decoder()
    errors, concealed_errors = [], []
    for at in range(1, len(packets) - 1):
        expected = whole.decode(packets[at]).astype(float)
        if at % 7 == 3 and carries_correction(packets[at + 1]) and expected.std() > 300:
            recovered = lossy.recover(packets[at + 1]).astype(float)
            spectrum = np.abs(np.fft.rfft(expected))[:160]
            errors.append(np.abs(np.abs(np.fft.rfft(recovered))[:160] - spectrum).sum())
            concealed_errors.append(spectrum.sum())
        else:
            lossy.decode(packets[at])
    assert len(errors) > 5
    assert sum(errors) < 0.5 * sum(concealed_errors)


def test_concealment_goes_on_and_fades_away(packets):
    decoder = Decoder()
    for packet in packets[20:40]:
        last = decoder.decode(packet)
    first = decoder.conceal(480)
    for _ in range(40):
        late = decoder.conceal(480)
    assert first.astype(float).std() > 0.1 * last.astype(float).std()
    assert late.astype(float).std() < first.astype(float).std() / 4


@pytest.mark.parametrize("payload", [b"\xff" * 40, b"\x00", bytes(range(100))])
def test_damaged_packets_are_sound_of_the_right_length(payload):
    assert Decoder().decode(payload).shape == (960,)


def test_a_frame_of_another_length_is_refused():
    with pytest.raises(ValueError, match="expected"):
        Encoder().encode(np.zeros(480, np.int16))
