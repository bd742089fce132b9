"""The vital signs that this person may see: newest values, the trace, how each may be shown."""

from dataclasses import dataclass, field
from typing import Final

from client.panels.vitals import SignalView, VitalsView, VitalView
from client.ui.trace import Trace
from world.protocol import messages as m
from world.vitals.catalog import (
    ECG_LEAD_II,
    HEART_RATE,
    OXYGEN_SATURATION,
    SIGNS,
)
from world.vitals.observation import Observation, Quality, State, reading
from world.vitals.playback import PLAYOUT_DELAY_S, Playback

SPAN_S: Final = 4.0
UV_PER_MV: Final = 1000.0
NAMES: Final = {
    HEART_RATE: "Heart rate",
    OXYGEN_SATURATION: "Oxygen saturation",
    ECG_LEAD_II: "ECG, lead II",
}
UNITS: Final = {"/min": "per min", "Cel": "\u00b0C", "mm[Hg]": "mmHg"}
ALWAYS: Final = (HEART_RATE,)
"""What the monitor has a place for even before anything was measured."""


def _playback() -> Playback:
    ecg = SIGNS[ECG_LEAD_II]
    return Playback(ecg.stale_after_s, ecg.absent_after_s, PLAYOUT_DELAY_S, SPAN_S)


@dataclass(slots=True)
class VitalSigns:
    """One patient's signs.

    Attributes:
      is_seen: whether anything of them was sent, so that there is something to show.
    """

    is_seen: bool = False
    newest: dict[str, Observation] = field(default_factory=dict)
    ecg: Playback = field(default_factory=_playback)

    def apply(self, message: m.Observed | m.Waveform | m.VitalsOver, now_s: float) -> None:
        """Takes in what arrived at `now_s` of this machine's clock."""
        match message:
            case m.Observed(observation):
                self.is_seen = True
                self.newest[observation.code] = observation
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
        self.ecg = _playback()

    def view(self, now_s: float, server_s: float) -> VitalsView:
        """Returns what the monitor shows now.

        Args:
          now_s: this machine's clock, by which blocks arrived.
          server_s: the server's clock, by which values are dated.
        """
        codes = (*ALWAYS, *(code for code in self.newest if code not in ALWAYS))
        quality = self.ecg.quality
        for observation in self.newest.values():
            quality |= Quality(observation.quality)
        return VitalsView(
            self._signal(now_s),
            tuple(self._value(code, server_s) for code in codes),
            is_replayed=bool(quality & Quality.REPLAYED),
        )

    def _signal(self, now_s: float) -> SignalView:
        state = self.ecg.state(now_s)
        trace = None
        if state is not State.ABSENT:
            trace = Trace(self.ecg.screen(now_s) / UV_PER_MV, SPAN_S)
        return SignalView(NAMES[ECG_LEAD_II], state, trace, self.ecg.age_s(now_s))

    def _value(self, code: str, server_s: float) -> VitalView:
        now = reading(code, self.newest.get(code), server_s)
        text = "" if now.value is None else now.sign.text(now.value)
        name = NAMES.get(code) or now.sign.name_key.removeprefix("vitals.").replace("-", " ")
        unit = UNITS.get(now.sign.unit, now.sign.unit)
        return VitalView(code, name.capitalize(), text, unit, now.state, now.age_s)
