"""The vital signs that this person may see: newest values, the trace, how each may be shown."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from client.panels import readings
from client.panels.vitals import VitalsView
from world.protocol import messages as m
from world.vitals.catalog import ECG_LEAD_II, HEART_RATE, SIGNS
from world.vitals.observation import Observation, Quality, reading
from world.vitals.playback import PLAYOUT_DELAY_S, Playback

SPAN_S: Final = 4.0
ALWAYS: Final = (HEART_RATE,)
"""What the monitor has a place for even before anything was measured."""
KEPT_RATES: Final = 600
"""Heart rates that are kept for their course, two a second; beyond it the oldest goes."""


def _playback() -> Playback:
    ecg = SIGNS[ECG_LEAD_II]
    return Playback(ecg.stale_after_s, ecg.absent_after_s, PLAYOUT_DELAY_S, SPAN_S)


@dataclass(slots=True)
class VitalSigns:
    """One patient's signs.

    Attributes:
      is_seen: whether anything of them was sent, so that there is something to show.
      rates: when each heart rate was measured, by the server's clock, and what it was.
    """

    is_seen: bool = False
    newest: dict[str, Observation] = field(default_factory=dict)
    rates: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=KEPT_RATES))
    ecg: Playback = field(default_factory=_playback)

    def apply(self, message: m.Observed | m.Waveform | m.VitalsOver, now_s: float) -> None:
        """Takes in what arrived at `now_s` of this machine's clock."""
        match message:
            case m.Observed(observation):
                self.is_seen = True
                self.newest[observation.code] = observation
                if observation.code == HEART_RATE:
                    self._remember(observation)
            case m.Waveform(block):
                self.is_seen = True
                if block.code == ECG_LEAD_II:
                    self.ecg.add(block, now_s)
            case m.VitalsOver():
                self.clear()

    def clear(self) -> None:
        """Forgets everything: nothing of one patient may be shown beside another."""
        self.is_seen = False
        self.newest.clear()
        self.rates.clear()
        self.ecg = _playback()

    @property
    def is_replayed(self) -> bool:
        """Whether what is measured now is played from a recording."""
        return any(one.quality & Quality.REPLAYED for one in self.newest.values())

    def view(self, now_s: float, server_s: float) -> VitalsView:
        """Returns what the monitor shows now.

        Args:
          now_s: this machine's clock, by which blocks arrived.
          server_s: the server's clock, by which values are dated.
        """
        codes = (*ALWAYS, *(code for code in self.newest if code not in ALWAYS))
        found = tuple(reading(code, self.newest.get(code), server_s) for code in codes)
        return readings.monitor(self.ecg, found, now_s, readings.trend(self.rates, server_s))

    def _remember(self, observation: Observation) -> None:
        """Keeps a rate for the course; one that no heart can have is no part of it."""
        value, at_s = observation.value, observation.measured_s
        if value is None or at_s is None or not SIGNS[HEART_RATE].is_plausible(value):
            return
        if not self.rates or at_s > self.rates[-1][0]:
            self.rates.append((at_s, value))
