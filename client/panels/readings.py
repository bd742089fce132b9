"""From the world's readings and signals to what the monitor shows."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from client.panels import wording
from client.panels.vitals import SignalView, TrendView, VitalsView, VitalView
from client.ui.history import History
from client.ui.trace import Trace
from client.ui.vocabulary import Tone
from world.vitals.catalog import DIASTOLIC, ECG_LEAD_II, HEART_RATE, SIGNS, SYSTOLIC, Sign
from world.vitals.observation import Quality, Reading, State
from world.vitals.playback import Playback

MICROVOLTS_PER_MILLIVOLT: Final = 1000.0
PRESSURES: Final = (SYSTOLIC, DIASTOLIC)
WORSE: Final = (State.LIVE, State.STALE, State.ABSENT, State.INVALID)
"""How a sign may stand, from the best to the worst."""
TREND_S: Final = 300.0
TREND_USUAL: Final = (40.0, 120.0)
TREND_STEP: Final = 20.0
"""What the axis of the heart rate's course shows at least, and in which steps; this project's
choice, wide enough that a heart at rest does not look as if it raced."""

NAMES: Final = MappingProxyType(
    {
        "vitals.heart-rate": "Heart rate",
        "vitals.respiration": "Breathing rate",
        "vitals.oxygen-saturation": "Oxygen saturation",
        "vitals.temperature": "Temperature",
        "vitals.systolic": "Blood pressure, upper",
        "vitals.diastolic": "Blood pressure, lower",
        "vitals.ecg-lead-ii": "ECG, lead II",
    }
)
# UCUM codes as people read them.
UNITS: Final = MappingProxyType(
    {"/min": "per min", "%": "%", "Cel": "\u00b0C", "mm[Hg]": "mmHg", "uV": "\u00b5V"}
)
TONES: Final = MappingProxyType(
    {
        "vital-ecg": Tone.SIGNAL,
        "vital-pleth": Tone.PLETH,
        "vital-respiration": Tone.BREATH,
        "vital-temperature": Tone.WARMTH,
        "vital-pressure": Tone.PRESSURE,
    }
)
"""The theme's tone for each color that the catalog of signs names."""


def vital(reading: Reading) -> VitalView:
    """Returns a number as the monitor shows it."""
    sign = reading.sign
    text = "" if reading.value is None else sign.text(reading.value)
    name, unit, tone = NAMES[sign.name_key], UNITS[sign.unit], TONES[sign.color]
    return VitalView(sign.code, name, text, unit, reading.state, reading.age_s, tone)


def ecg(playback: Playback, now_s: float) -> SignalView:
    """Returns the ECG's trace at this moment, in mV; none where there is no signal."""
    sign = SIGNS[ECG_LEAD_II]
    name, tone, state = NAMES[sign.name_key], TONES[sign.color], playback.state(now_s)
    trace = None
    if playback.sweep is not None and state is not State.ABSENT:
        samples = playback.screen(now_s) / MICROVOLTS_PER_MILLIVOLT
        trace = Trace(samples, playback.sweep.size / playback.sweep.rate_hz)
    return SignalView(name, state, trace, playback.age_s(now_s), tone)


def trend(measured: Sequence[tuple[float, float]], server_s: float) -> TrendView:
    """Returns the course of the heart rate.

    Args:
      measured: when by the server's clock, oldest first, and what.
      server_s: the server's clock now.
    """
    sign = SIGNS[HEART_RATE]
    name, since = f"{NAMES[sign.name_key]}, last 5 min", "5 min ago"
    table = np.array([one for one in measured if server_s - one[0] <= TREND_S], float)
    if not len(table):
        return TrendView(name, since, "Nothing was measured yet.")
    ages_s = np.maximum(0.0, server_s - table[:, 0])
    history = History(ages_s, table[:, 1], TREND_S, sign.stale_after_s, TREND_USUAL, TREND_STEP)
    return TrendView(name, since, _course(sign, table[:, 1].tolist(), float(ages_s[0])), history)


def monitor(
    playback: Playback,
    readings: tuple[Reading, ...],
    now_s: float,
    course: TrendView | None = None,
) -> VitalsView:
    """Returns the whole monitor; a replayed signal or number is called one."""
    qualities = (playback.quality, *(reading.quality for reading in readings))
    return VitalsView(
        ecg(playback, now_s),
        _with_one_pressure([vital(reading) for reading in readings]),
        is_replayed=any(Quality.REPLAYED in quality for quality in qualities),
        trend=course,
    )


def _with_one_pressure(vitals: list[VitalView]) -> tuple[VitalView, ...]:
    """Returns the signs with the two blood pressures as one, as clinicians write them."""
    pair = {one.key: one for one in vitals if one.key in PRESSURES}
    if len(pair) < len(PRESSURES):
        return tuple(vitals)
    upper, lower = (pair[key] for key in PRESSURES)
    worse = max(upper, lower, key=lambda one: WORSE.index(one.state))
    text = f"{upper.text}/{lower.text}" if upper.text and lower.text else ""
    both = replace(worse, key=upper.key, name="Blood pressure", text=text)
    return tuple(both if one is upper else one for one in vitals if one is not lower)


def _course(sign: Sign, values: list[float], since_s: float) -> str:
    low, high = sign.text(min(values)), sign.text(max(values))
    return f"{low} to {high} {UNITS[sign.unit]} in the last {wording.age(since_s)}"
