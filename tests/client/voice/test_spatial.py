import numpy as np
import pytest

from client.voice.spatial import (
    AHEAD,
    HEAD_RADIUS_M,
    SOUND_M_PER_S,
    HeadPose,
    Placement,
    SpatialMixer,
    ear_delay_s,
    ear_filters,
    head_shadow,
    place,
)
from world.geometry import quaternion_from_yaw

RATE_HZ = 48_000
HERE = (3.0, 3.0, 1.6)


def render(placement, sound):
    mixer = SpatialMixer(1)
    blocks = sound[: sound.size // 480 * 480].reshape(-1, 1, 480).astype(np.float32)
    return np.concatenate([mixer.mix(block, [placement]) for block in blocks])


def right_after_left_us(stereo):
    """Returns how much later the right ear hears, in microseconds, to a part of a sample."""
    size = 1 << (2 * len(stereo)).bit_length()
    left, right = (np.fft.rfft(stereo[:, ear], size) for ear in (0, 1))
    spectrum = right * np.conj(left)
    fine = 16
    wide = np.zeros(size * fine // 2 + 1, complex)
    wide[: spectrum.size] = spectrum
    products = np.fft.irfft(wide, size * fine)
    lags = np.arange(-60 * fine, 60 * fine + 1)
    return lags[products[lags].argmax()] / fine / RATE_HZ * 1e6


@pytest.fixture(scope="module")
def noise():
    rng = np.random.default_rng(5)
    spectrum = np.fft.rfft(rng.normal(size=RATE_HZ))
    spectrum[1500:] = 0
    return (0.1 * np.fft.irfft(spectrum) / np.fft.irfft(spectrum).std()).astype(np.float32)


def test_the_delay_between_the_ears_is_woodworths():
    azimuth = np.deg2rad([0.0, 30.0, 60.0, 90.0])
    far, near = ear_delay_s(np.pi / 2 + azimuth), ear_delay_s(np.pi / 2 - azimuth)
    expected = HEAD_RADIUS_M / SOUND_M_PER_S * (azimuth + np.sin(azimuth))
    assert far - near == pytest.approx(expected)
    assert (far - near)[-1] == pytest.approx(656e-6, abs=1e-6)


def test_the_shadow_follows_brown_and_duda():
    angles, high_hz = np.deg2rad([0.0, 90.0, 150.0]), np.array([0.0, 1e9])
    gain = np.abs(head_shadow(angles, high_hz))
    assert gain[:, 0] == pytest.approx([1.0, 1.0, 1.0])
    assert gain[:, 1] == pytest.approx([2.0, 1.05 + 0.95 * np.cos(0.6 * np.pi), 0.1], abs=1e-6)


@pytest.mark.parametrize(
    ("mouth_m", "sign"),
    [((1.0, 3.0, 1.6), 1), ((5.0, 3.0, 1.6), -1), ((3.0, 5.0, 1.6), 0), ((3.0, 1.0, 1.6), 0)],
    ids=["left", "right", "ahead", "behind"],
)
def test_a_voice_at_a_side_is_louder_and_earlier_there(noise, mouth_m, sign):
    stereo = render(place(HeadPose(HERE), mouth_m), noise)
    louder_left_db = 20 * np.log10(stereo[:, 0].std() / stereo[:, 1].std())
    right_later_us = right_after_left_us(stereo)
    if sign == 0:
        assert abs(louder_left_db) < 0.1
        assert abs(right_later_us) < 5
    else:
        assert sign * louder_left_db > 3
        assert 600 < sign * right_later_us < 900


@pytest.mark.parametrize("azimuth_deg", [-75, -40, -10, 10, 40, 75])
def test_the_azimuth_can_be_read_from_the_ears(noise, azimuth_deg):
    angle = np.deg2rad(azimuth_deg)
    mouth_m = (HERE[0] + 2 * np.sin(angle), HERE[1] + 2 * np.cos(angle), HERE[2])
    stereo = render(place(HeadPose(HERE), mouth_m), noise)
    expected_us = -1e6 * HEAD_RADIUS_M / SOUND_M_PER_S * (angle + np.sin(angle))
    # The shadow filter adds some delay of its own at the far ear.
    assert right_after_left_us(stereo) == pytest.approx(expected_us, abs=150)


def test_turning_the_head_turns_the_world(noise):
    rotation = tuple(quaternion_from_yaw(np.array([np.pi / 2]))[0])
    facing_minus_x = HeadPose(HERE, rotation)
    assert place(facing_minus_x, (3.0, 5.0, 1.6)).right_deg == 0
    assert place(facing_minus_x, (1.0, 3.0, 1.6)).right_deg == 90
    assert place(HeadPose(HERE), (3.0, 3.0, 3.0)).right_deg == 90


def test_distance_makes_a_voice_softer_by_the_worlds_law():
    gains = [place(HeadPose(HERE), (3.0, 3.0 + d, 1.6)).gain for d in (0.2, 1.0, 2.0, 4.0)]
    assert gains == pytest.approx([1.0, 1.0, 0.5, 0.25])
    assert place(HeadPose(HERE), HERE) == AHEAD


def test_blocks_join_to_what_one_long_convolution_gives(noise):
    placement = Placement(60, 120, 0.5)
    stereo = render(placement, noise[:9600])
    for ear, angle in ((0, 60), (1, 120)):
        taps = np.fft.irfft(ear_filters()[angle], 640)
        expected = 0.5 * np.convolve(noise[:9600], taps)[:9600]
        # The first block fades in.
        assert stereo[480:, ear] == pytest.approx(expected[480:], abs=1e-5)


def test_a_voice_that_moves_makes_no_clicks():
    tone = np.sin(2 * np.pi * 300 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    mixer, out = SpatialMixer(1), []
    for i, block in enumerate(tone.reshape(-1, 1, 480)):
        right_deg = (3 * i) % 360
        right_deg = min(right_deg, 360 - right_deg)
        out.append(mixer.mix(block, [Placement(180 - right_deg, right_deg, 1.0)]))
    sound = np.concatenate(out)[480:]
    bend = np.abs(np.diff(sound, n=2, axis=0)).max()
    assert bend < 4 * (2 * np.pi * 300 / RATE_HZ) ** 2


def test_a_silent_voice_gives_exact_silence():
    mixer = SpatialMixer(2)
    assert not mixer.mix(np.ones((2, 480), np.float32), [None, None]).any()
