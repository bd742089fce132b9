"""A person's voice: the microphone's packets out, everybody else's sound in.

The caller carries the signalling (`connect` gives an offer, `set_answer` takes the answer) and
tells who speaks on which slot and where heads are. Everything is called from the event loop's
thread; only the devices call back from threads of their own.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from client.voice.devices import AudioInput, AudioOutput, DeviceUnavailable
from client.voice.listening import Listening
from client.voice.local_sounds import LocalSounds
from client.voice.microphone import MicrophoneChain
from client.voice.opus import Samples
from client.voice.peer import Peer
from client.voice.receive import ReceiveChain
from client.voice.spatial import HeadPose, Sound
from world.errors import LocalProtocolError
from world.geometry import Vector
from world.protocol import rtcp, rtp

SLOTS = 8
MAX_WAITING_FRAMES = 10
"""Captured frames that wait for the event loop; beyond it the oldest goes."""

REPORT_S = 1.0
CNAME = b"client"

STALLED_S = 1.0
"""A microphone that delivers nothing for so long was unplugged, or is kept by another program."""

VoiceState: TypeAlias = Literal["new", "connecting", "connected", "lost", "closed"]
MicrophoneState: TypeAlias = Literal["missing", "stalled", "muted", "held back", "open"]


@dataclass(frozen=True, slots=True)
class VoiceDevices:
    """Where a person's voice comes from and where the others' goes."""

    microphone: AudioInput
    output: AudioOutput


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """How one speaker arrives.

    Attributes:
      delay_ms: how long its packets are held back for an even sound.
      lost_percent: frames that were neither received in time nor recovered.
    """

    speaker: int
    delay_ms: float
    lost_percent: float


@dataclass(frozen=True, slots=True)
class VoiceStatistics:
    """What there is to know about the connection.

    Attributes:
      srtp_profile: how media is encrypted, empty before the connection.
      round_trip_ms: None before the first report.
      sent_lost_percent: of own packets, as the server reports it.
    """

    state: VoiceState
    srtp_profile: str
    packets_sent: int
    packets_received: int
    round_trip_ms: float | None
    sent_lost_percent: float
    voices: tuple[HeardVoice, ...]


class VoiceClient:
    """One person's voice connection.

    Args:
      devices: started by `start_devices`.
      on_state: told each change of the state.
      host_addresses: own addresses for media; none means all of this machine.
    """

    def __init__(
        self,
        devices: VoiceDevices,
        on_state: Callable[[VoiceState], None] = lambda _: None,
        host_addresses: tuple[str, ...] = (),
    ) -> None:
        self.state: VoiceState = "new"
        self.microphone_error: DeviceUnavailable | None = None
        self.output_error: DeviceUnavailable | None = None
        self._devices, self._on_state = devices, on_state
        self._host_addresses = host_addresses
        self._loop = asyncio.get_running_loop()
        self._microphone, self._listening = MicrophoneChain(), Listening(SLOTS)
        self._local = LocalSounds()
        self._captured: deque[Samples] = deque(maxlen=MAX_WAITING_FRAMES)
        self._receptions: dict[int, rtcp.Reception] = {}
        self._round_trip_s: float | None = None
        self._sent_lost = 0.0
        self._received = 0
        self._frame_s = float("-inf")
        self._peer: Peer | None = None
        self._reporter: asyncio.Task[None] | None = None

    def start_devices(self) -> None:
        """Opens the devices; one that is missing is kept as an error, and the other goes on."""
        self.microphone_error = self.output_error = None
        self._frame_s = time.perf_counter()
        try:
            self._devices.microphone.start(self._on_frame)
        except DeviceUnavailable as error:
            self.microphone_error = error
        try:
            self._devices.output.start(self.render)
        except DeviceUnavailable as error:
            self.output_error = error

    async def connect(self) -> str:
        """Returns the offer of a new connection; an older one ends."""
        await self._disconnect()
        self._set_state("connecting")
        self._peer = Peer(SLOTS, self._host_addresses, self)
        return await self._peer.offer()

    async def set_answer(self, answer_sdp: str) -> None:
        """Takes the server's answer to the offer of `connect`.

        Raises:
          RemoteProtocolError: if it does not fit.
          LocalProtocolError: if there is no offer.
        """
        if self._peer is None:
            raise LocalProtocolError("there is no offer that could be answered")
        await self._peer.take_answer(answer_sdp)

    def assign_slot(
        self, slot: int, speaker: int | None, first_sequence: int | None = None
    ) -> None:
        """Takes the server's word of who is heard on a slot; None: nobody any more."""
        if 0 <= slot < SLOTS:
            self._listening.assign(slot, speaker, first_sequence)

    def set_poses(self, listener: HeadPose, mouths_m: Mapping[int, Vector]) -> None:
        """Takes where the own head and the speakers' mouths are, in one room's frame."""
        self._listening.set_poses(listener, mouths_m)

    def set_muted(self, is_muted: bool) -> None:  # noqa: FBT001 -- a setter
        """Mutes the microphone, or opens it."""
        self._microphone.is_muted = is_muted

    def set_push_to_talk(self, is_on: bool) -> None:  # noqa: FBT001 -- a setter
        """Chooses whether a key must be held to be heard."""
        self._microphone.is_push_to_talk = is_on

    def hold_to_talk(self, is_held: bool) -> None:  # noqa: FBT001 -- a setter
        """Tells whether the key is held."""
        self._microphone.is_talk_held = is_held

    def set_mono(self, is_mono: bool) -> None:  # noqa: FBT001 -- a setter
        """Gives both ears the same, for those who hear with one."""
        self._listening.is_mono = is_mono

    def set_volume(self, speaker: int, volume: float) -> None:
        """Makes one speaker softer or louder for this listener: 0 to 2."""
        self._listening.volumes[speaker] = max(0.0, min(2.0, volume))

    def play(self, samples: NDArray[np.float32]) -> None:
        """Plays (n,) mono samples at 48 kHz to this person alone, beside the voices."""
        self._local.play(samples)

    def heard_dbov(self) -> float:
        """Returns how loud the last second of the others' voices was, -127 for silence."""
        return self._listening.heard_dbov()

    def level(self) -> float:
        """Returns the microphone's meter in dBov, -127 to 0; it works before a connection."""
        return self._microphone.level_dbov

    @property
    def microphone_state(self) -> MicrophoneState:
        """Why what is said now is sent, or not; "held back" waits for the push-to-talk key."""
        if self.microphone_error is not None:
            return "missing"
        if time.perf_counter() - self._frame_s > STALLED_S:
            return "stalled"
        if self._microphone.is_muted:
            return "muted"
        return "open" if self._microphone.is_open else "held back"

    @property
    def is_sending(self) -> bool:
        """Whether what is said now is sent."""
        return self.microphone_state == "open" and self.state == "connected"

    def stats(self) -> VoiceStatistics:
        """Returns what there is to know about the connection."""
        is_up = self._peer is not None and self.state == "connected"
        return VoiceStatistics(
            state=self.state,
            srtp_profile=self._peer.srtp_profile if is_up and self._peer else "",
            packets_sent=self._microphone.packets,
            packets_received=self._received,
            round_trip_ms=None if self._round_trip_s is None else self._round_trip_s * 1e3,
            sent_lost_percent=self._sent_lost,
            voices=tuple(_heard(*voice) for voice in self._listening.chains()),
        )

    async def close(self) -> None:
        """Ends the connection and releases the devices."""
        self._devices.microphone.stop()
        self._devices.output.stop()
        await self._disconnect()
        self._set_state("closed")

    def on_rtp(self, data: bytes, now_s: float) -> None:
        """Takes a packet from the server."""
        try:
            packet = rtp.parse(data, 0)
        except ValueError:
            return
        slot = self._peer.slots.get(packet.ssrc) if self._peer else None
        if slot is None or not packet.payload:
            return
        self._received += 1
        if packet.ssrc not in self._receptions:
            self._receptions[packet.ssrc] = rtcp.Reception(packet.sequence)
        self._receptions[packet.ssrc].add(packet.sequence, packet.timestamp, now_s)
        self._listening.push(slot, packet, now_s)

    def on_rtcp(self, data: bytes, now_s: float) -> None:
        """Takes the server's reports: the round trip, and what it lost of our voice."""
        try:
            senders, receptions = rtcp.parse(data)
        except ValueError:
            return
        for sender in senders:
            if sender.ssrc in self._receptions:
                self._receptions[sender.ssrc].on_sender_report(sender, now_s)
        own = self._peer.microphone if self._peer else None
        for report in receptions:
            if own is not None and report.ssrc == own.ssrc:
                self._round_trip_s = rtcp.round_trip_s(report, rtcp.ntp_from_unix(time.time()))
                self._sent_lost = report.fraction_lost / 2.56
                self._microphone.expect_loss(self._sent_lost)

    def on_connected(self) -> None:
        """Media can flow."""
        self._set_state("connected")
        self._reporter = asyncio.ensure_future(self._report_forever())

    def on_lost(self) -> None:
        """The connection has ended."""
        if self._reporter is not None:
            self._reporter.cancel()
            self._reporter = None
        for slot in range(SLOTS):
            self._listening.assign(slot, None, None)
        if self._peer is not None:  # else this end has let it go
            self._set_state("lost")

    def render(self, now_s: float) -> Sound:
        """Returns the next (480, 2) of sound, where the caller is the output device."""
        both: Sound = self._listening.render(now_s) + self._local.render()
        return both.clip(-1.0, 1.0)

    def _on_frame(self, frame: Samples) -> None:
        """Takes a captured frame, from any thread."""
        self._frame_s = time.perf_counter()
        self._captured.append(frame)
        self._loop.call_soon_threadsafe(self._send_captured)

    def _send_captured(self) -> None:
        while self._captured:
            stream = self._peer.microphone if self._peer and self.state == "connected" else None
            packet = self._microphone.take(self._captured.popleft(), stream)
            if packet is not None and self._peer is not None:
                self._peer.send(packet)

    async def _report_forever(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            peer = self._peer
            if peer is None or peer.microphone is None:
                continue
            microphone, now_s = self._microphone, time.perf_counter()
            ntp = rtcp.ntp_from_unix(time.time())
            sender = rtcp.SenderReport(
                peer.microphone.ssrc,
                ntp,
                microphone.timestamp,
                microphone.packets & 0xFFFFFFFF,
                microphone.octets & 0xFFFFFFFF,
            )
            received = [r.report(ssrc, now_s) for ssrc, r in self._receptions.items()]
            senders = [sender] if microphone.packets else []
            peer.send(rtcp.pack(senders, received, peer.microphone.ssrc, CNAME))

    async def _disconnect(self) -> None:
        peer, self._peer = self._peer, None
        self._receptions.clear()
        if peer is not None:
            # Goes on if the caller is cancelled: a peer half closed would keep its socket.
            await asyncio.shield(asyncio.ensure_future(peer.close()))

    def _set_state(self, state: VoiceState) -> None:
        if state != self.state:
            self.state = state
            self._on_state(state)


def _heard(speaker: int, chain: ReceiveChain) -> HeardVoice:
    counts = chain.counts
    lost = counts.concealed + counts.faded
    total = counts.played + counts.recovered + lost
    return HeardVoice(speaker, chain.delay_s * 1e3, 100 * lost / total if total else 0.0)
