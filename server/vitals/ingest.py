"""The one way in for vital signs, whatever device they come from.

Rules:
* A device measures one patient at a time. Its first item decides which; another patient's is
  refused until the device is released.
* A wrong code, unit, or sender breaks the protocol. An implausible value does not: it is kept and
  shown as invalid, so that somebody looks at the sensor.
* Items that come twice or late in a stream are dropped. Of a sign the newest by measuring time is
  shown; another device that measures nothing does not push a live value aside.
* A device may send 10 s of signal, or 100 observations, ahead of time; beyond that it is refused,
  since each second of signal costs work, and so does each second that is left out, which is filled
  in, and each block however short. A patient has at most DEVICES_PER_PATIENT devices.
* Live display goes on when the store does not: what could not be kept is counted.

Nobody is asked here who may see what: `subscribe` is called by those who have asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from server.vitals.source import VitalsItem
from server.vitals.subscription import Subscription
from world.errors import Conflict, RemoteProtocolError, StoreUnavailable, TooManyRequests
from world.vitals.catalog import ECG_LEAD_II, SIGNS, sign_of
from world.vitals.derived import LONGEST_GAP_S, EcgHeartRate
from world.vitals.device_clock import DeviceClock
from world.vitals.observation import Observation, Quality, Reading, State, reading
from world.vitals.waveform import WaveformBlock, values

AHEAD_S: Final = 10.0
OBSERVATION_COST_S: Final = 0.1
BLOCK_COST_S: Final = 0.02
"""At least: no panel is better for more than fifty blocks a second."""
DEVICES_PER_PATIENT: Final = 8
"""More than hang on anybody who visits a clinic of rooms like these. Own choice."""
# Allows for a device whose clock runs fast.
REFILL: Final = 1.01


@dataclass(slots=True)
class _Stream:
    """One sign of one device."""

    sequence: int = -1
    budget_s: float = AHEAD_S
    filled_s: float | None = None
    end_s: float | None = None

    def cost_s(self, item: VitalsItem) -> float:
        """Returns how many seconds of signal an item is worth in work, and notes where it ends."""
        if isinstance(item, Observation):
            return OBSERVATION_COST_S
        lasts_s = item.count / item.rate_hz
        hole_s = 0.0 if self.end_s is None else item.start_s - self.end_s
        self.end_s = item.end_s
        return max(BLOCK_COST_S, lasts_s + min(max(hole_s, 0.0), LONGEST_GAP_S))

    def spend(self, cost_s: float, now_s: float) -> bool:
        waited_s = 0.0 if self.filled_s is None else max(0.0, now_s - self.filled_s)
        self.filled_s = now_s
        self.budget_s = min(AHEAD_S, self.budget_s + REFILL * waited_s)
        if self.budget_s < cost_s:
            return False
        self.budget_s -= cost_s
        return True


@dataclass(slots=True)
class _Device:
    patient_id: str
    clock: DeviceClock = field(default_factory=DeviceClock)
    streams: dict[str, _Stream] = field(default_factory=dict)
    heart_rate: EcgHeartRate = field(default_factory=EcgHeartRate)


@dataclass(slots=True)
class _Patient:
    newest: dict[str, Observation] = field(default_factory=dict)
    subscriptions: set[Subscription] = field(default_factory=set)


class VitalsIngest:
    """All vital signs that come into the clinic now.

    Args:
      keep: stores an observation of a patient. It must not wait; it may raise StoreUnavailable.
      max_devices: how many may send at once.

    Attributes:
      dropped: items that came twice or late.
      unkept: observations that the store did not take.
    """

    def __init__(
        self, keep: Callable[[str, Observation], None], *, max_devices: int = 1000
    ) -> None:
        self._keep = keep
        self._max_devices = max_devices
        self._devices: dict[str, _Device] = {}
        self._patients: dict[str, _Patient] = {}
        self.dropped = 0
        self.unkept = 0

    def accept(self, patient_id: str, device_id: str, item: VitalsItem, now_s: float) -> None:
        """Takes in one item of a device; never waits.

        Args:
          patient_id: whom the door knows the device to measure.
          device_id: as whom the door knows the device.
          item: what it sent.
          now_s: the server's clock.

        Raises:
          RemoteProtocolError: the item is of no known sign or unit, or names another device.
          Conflict: the device measures another patient.
          TooManyRequests: the device sends faster than anything can be measured.
        """
        _check(item, device_id)
        device = self._device(patient_id, device_id)
        stream = device.streams.setdefault(item.code, _Stream())
        if not stream.spend(stream.cost_s(item), now_s):
            raise TooManyRequests(f"device {device_id} sends sign {item.code} ahead of time")
        if 0 < item.sequence <= stream.sequence:
            self.dropped += 1
            return
        if item.sequence == 0:
            device.clock = DeviceClock()
        stream.sequence = item.sequence
        if isinstance(item, Observation):
            device.clock.hear(item.device_time_s, now_s)
            self._observed(patient_id, _stamped(item, device.clock, now_s), now_s)
        else:
            device.clock.hear(item.end_s, now_s)
            self._streamed(patient_id, device, item, now_s)

    def subscribe(self, patient_id: str) -> Subscription:
        """Returns a new watcher's queue, with the newest observation of each sign in it."""
        patient = self._patients.setdefault(patient_id, _Patient())
        subscription = Subscription(patient_id)
        for observation in patient.newest.values():
            subscription.offer(observation)
        patient.subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Closes a watcher's queue; doing it twice does no harm."""
        subscription.close()
        patient = self._patients.get(subscription.patient_id)
        if patient is not None:
            patient.subscriptions.discard(subscription)

    def readings(self, patient_id: str, now_s: float) -> dict[str, Reading]:
        """Returns every numeric sign of the catalog as it may be shown now."""
        patient = self._patients.get(patient_id)
        newest = patient.newest if patient is not None else {}
        numeric = (code for code, sign in SIGNS.items() if sign.kind == "numeric")
        return {code: reading(code, newest.get(code), now_s) for code in numeric}

    def release(self, device_id: str) -> None:
        """Forgets a device that has gone; its values stay, and grow old."""
        self._devices.pop(device_id, None)

    def forget(self, patient_id: str) -> None:
        """Forgets a patient who has left: devices, values and watchers."""
        for device_id in [d for d, v in self._devices.items() if v.patient_id == patient_id]:
            self.release(device_id)
        patient = self._patients.pop(patient_id, None)
        for subscription in patient.subscriptions if patient is not None else ():
            subscription.close()

    def _device(self, patient_id: str, device_id: str) -> _Device:
        device = self._devices.get(device_id)
        if device is None:
            if len(self._devices) >= self._max_devices:
                raise TooManyRequests(f"{self._max_devices} devices send already")
            own = sum(other.patient_id == patient_id for other in self._devices.values())
            if own >= DEVICES_PER_PATIENT:
                raise TooManyRequests(f"{own} devices of this patient send already")
            device = self._devices[device_id] = _Device(patient_id)
        if device.patient_id != patient_id:
            raise Conflict(f"device {device_id} measures another patient")
        return device

    def _streamed(
        self, patient_id: str, device: _Device, block: WaveformBlock, now_s: float
    ) -> None:
        sign = SIGNS[block.code]
        samples = values(block)
        if ((samples < sign.low) | (samples > sign.high)).any():
            block = replace(block, quality=block.quality | int(Quality.CLIPPED))
        stamped = replace(
            block,
            measured_s=min(now_s, device.clock.our_time_s(block.start_s)),
            received_s=now_s,
        )
        self._publish(patient_id, stamped)
        if block.code == ECG_LEAD_II:
            for observation in device.heart_rate.feed(block):
                self._observed(patient_id, _stamped(observation, device.clock, now_s), now_s)

    def _observed(self, patient_id: str, observation: Observation, now_s: float) -> None:
        try:
            self._keep(patient_id, observation)
        except StoreUnavailable:
            self.unkept += 1
        newest = self._patients.setdefault(patient_id, _Patient()).newest
        if _replaces(observation, newest.get(observation.code), now_s):
            newest[observation.code] = observation
            self._publish(patient_id, observation)

    def _publish(self, patient_id: str, item: VitalsItem) -> None:
        patient = self._patients.get(patient_id)
        for subscription in patient.subscriptions if patient is not None else ():
            subscription.offer(item)


def _check(item: VitalsItem, device_id: str) -> None:
    if item.device_id != device_id:
        raise RemoteProtocolError(f"device {device_id} sends in another's name", 1008)
    sign_of(item.code, item.unit, "numeric" if isinstance(item, Observation) else "waveform")
    if isinstance(item, WaveformBlock) and len(item.samples) % 2:
        raise RemoteProtocolError(f"device {device_id} sends half a sample", 1007)


def _stamped(observation: Observation, clock: DeviceClock, now_s: float) -> Observation:
    return replace(
        observation,
        measured_s=min(now_s, clock.our_time_s(observation.device_time_s)),
        received_s=now_s,
    )


def _replaces(new: Observation, old: Observation | None, now_s: float) -> bool:
    if old is None or old.measured_s is None or new.measured_s is None:
        return True
    if new.value is None and new.device_id != old.device_id:
        return reading(old.code, old, now_s).state is not State.LIVE
    return new.measured_s >= old.measured_s
