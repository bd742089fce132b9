"""From the world's readings and signals to what the monitor shows."""

from types import MappingProxyType
from typing import Final

from client.panels.vitals import SignalView, VitalsView, VitalView
from client.ui.trace import Trace
from world.vitals.observation import Quality, Reading
from world.vitals.playback import Playback

MICROVOLTS_PER_MILLIVOLT: Final = 1000.0

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


def vital(reading: Reading) -> VitalView:
    """Returns a number as the monitor shows it."""
    sign = reading.sign
    text = "" if reading.value is None else sign.text(reading.value)
    name, unit = NAMES[sign.name_key], UNITS[sign.unit]
    return VitalView(sign.code, name, text, unit, reading.state, reading.age_s)


def ecg(playback: Playback, now_s: float) -> SignalView:
    """Returns the ECG's trace at this moment, in mV."""
    name, state = NAMES["vitals.ecg-lead-ii"], playback.state(now_s)
    if playback.sweep is None:
        return SignalView(name, state)
    samples = playback.screen(now_s) / MICROVOLTS_PER_MILLIVOLT
    trace = Trace(samples, playback.sweep.size / playback.sweep.rate_hz)
    return SignalView(name, state, trace, playback.age_s(now_s))


def monitor(playback: Playback, readings: tuple[Reading, ...], now_s: float) -> VitalsView:
    """Returns the whole monitor; a replayed signal or number is called one."""
    qualities = (playback.quality, *(reading.quality for reading in readings))
    return VitalsView(
        ecg(playback, now_s),
        tuple(vital(reading) for reading in readings),
        is_replayed=any(Quality.REPLAYED in quality for quality in qualities),
    )
