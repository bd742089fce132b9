from collections.abc import Callable

import numpy as np
import pytest

from world.geometry import FloatArray

# P, Q, R, S and T as bells: height in mV, place after R in s, width in s.
WAVES = (
    (0.12, -0.17, 0.022),
    (-0.12, -0.025, 0.008),
    (1.1, 0.0, 0.011),
    (-0.25, 0.028, 0.009),
    (0.3, 0.27, 0.05),
)
MakeEcg = Callable[..., tuple[FloatArray, FloatArray]]


def synthetic_ecg(
    rate_hz: int,
    seconds: float,
    *,
    per_min: float = 70.0,
    jitter: float = 0.05,
    noise_mv: float = 0.01,
    wander_mv: float = 0.15,
    seed: int = 7,
) -> tuple[FloatArray, FloatArray]:
    """Returns millivolts and the samples of the R peaks."""
    rng = np.random.default_rng(seed)
    beats = [0.8]
    while beats[-1] < seconds - 1:
        beats.append(beats[-1] + 60 / per_min * (1 + jitter * rng.standard_normal()))
    beats = beats[:-1]
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    signal = wander_mv * np.sin(2 * np.pi * 0.25 * time_s)
    signal += noise_mv * rng.standard_normal(time_s.size)
    for beat in beats:
        for height, place, width in WAVES:
            signal += height * np.exp(-0.5 * ((time_s - beat - place) / width) ** 2)
    return signal, np.round(np.array(beats) * rate_hz)


@pytest.fixture(scope="session")
def make_ecg() -> MakeEcg:
    return synthetic_ecg
