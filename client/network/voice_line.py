"""A person's voice in the network process: when to offer, who is heard, where everybody's head is.

Rules:
* Every time the world lets the person in, and whenever it says that voice is lost, a new offer is
  made. Where voice cannot be had, it is tried again, and text goes on meanwhile.
* Heads are those of the motion lane: the own one as it was sent, the others' as they arrived.
* A microphone that is missing or denied leaves listening and text as they are.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Final

from client.network.channel import (
    AnyReport,
    DevicesFound,
    FoundDevice,
    MicrophoneLevel,
    SetVoice,
    Trouble,
    VoiceChanged,
    VoiceCounts,
)
from client.network.connection import Connection
from client.voice.announcements import load_sound
from client.voice.chime import chime
from client.voice.client import VoiceClient, VoiceDevices, VoiceState
from client.voice.devices import DeviceDenied, NoMicrophone, NullOutput
from client.voice.sound_card import Headphones, Microphone, SoundDevice, SoundDevices, sound_devices
from client.voice.spatial import HeadPose
from world.errors import ClinicError, ConfigurationError
from world.geometry import Vector
from world.protocol import messages as m
from world.protocol import motion

TRY_AGAIN_S: Final = 5.0
NO_SOUND: Final = (
    "Nothing can be heard: this program was started without sound. Start it anew without "
    "--no-sound to hear and speak; until then, read and write."
)


class VoiceLine:
    """One person's voice.

    Args:
      tell: takes reports.
      sounds: folder of the sounds among the assets.
      has_sound_card: whether there are real devices; without, nothing is said and what is heard
        can only be measured.
      host_addresses: own addresses for media; none means all of this machine.
    """

    def __init__(
        self,
        tell: Callable[[AnyReport], None],
        sounds: Path,
        *,
        has_sound_card: bool,
        host_addresses: tuple[str, ...] = (),
    ) -> None:
        self._tell, self._sounds = tell, sounds
        self._has_sound_card = has_sound_card
        self._host_addresses = host_addresses
        self._wanted = SetVoice(is_muted=False)
        self._voice = self._new_voice("", "")
        self._is_started = self._has_microphone = False
        # What is open while microphones are looked for would be closed under it.
        self._sound = asyncio.Lock()
        self._connection: Connection | None = None
        self._offering: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._head = HeadPose((0.0, 0.0, 0.0))
        self._mouths_m: dict[int, Vector] = {}
        self._own_slot = -1

    # --- what the person does

    async def start_devices(self, microphone: str, speaker: str) -> None:
        """Opens microphone and loudspeaker, or others than before."""
        is_first, self._is_started = not self._is_started, True
        async with self._sound:
            self._has_microphone = False
            if not is_first:
                await self._voice.close()
            devices = SoundDevices((), ())
            if self._has_sound_card:
                devices = await asyncio.to_thread(sound_devices)
            self._voice = self._new_voice(
                microphone if _has(devices.microphones, microphone) else "",
                speaker if _has(devices.speakers, speaker) else "",
            )
            self.set(self._wanted)
            self._tell(DevicesFound(_found(devices.microphones), _found(devices.speakers)))
            self._voice.start_devices()
        self._tell_devices()
        if not is_first and self._connection is not None:
            self._offer()

    def set(self, wanted: SetVoice) -> None:
        """Mutes, opens, holds the microphone."""
        is_told = wanted.is_muted != self._wanted.is_muted
        self._wanted = wanted
        self._voice.set_muted(wanted.is_muted)
        self._voice.set_push_to_talk(wanted.is_push_to_talk)
        self._voice.hold_to_talk(wanted.is_talk_held)
        self._voice.set_mono(wanted.is_mono)
        if is_told:
            self._tell_muted()

    def test_sound(self) -> None:
        """Plays a short sound; says why where there is nothing to play it on."""
        silent = self._why_silent()
        if silent:
            self._tell(Trouble("output", silent))
        else:
            self._voice.play(chime())

    async def play(self, names: tuple[str, ...]) -> None:
        """Plays the clinic's own sounds, in order, beside the voices."""
        for name in names:
            try:
                self._voice.play(await asyncio.to_thread(load_sound, self._sounds, name))
            except ConfigurationError as error:
                self._tell(Trouble("output", str(error)))

    # --- what the world says

    def use(self, connection: Connection) -> None:
        """Names the connection that carries the signaling."""
        self._connection = connection

    def take(self, message: m.ServerMessage) -> None:
        """Takes what concerns voice of what arrives."""
        match message:
            case m.Welcome() | m.VoiceLost():
                self._offer()
            case m.VoiceAnswer(sdp):
                self._spawn(self._answered(sdp))
            case m.VoiceSlot(slot, speaker, first_sequence):
                self._voice.assign_slot(slot, speaker, first_sequence)
            case m.RoomView(own_slot=own_slot):
                self._own_slot = own_slot
                self._mouths_m.clear()
                self._tell_muted()
            case m.PersonGone(slot):
                self._mouths_m.pop(slot, None)
            case _:
                pass

    def take_motion(self, frame: bytes) -> None:
        """Takes where the others' heads are."""
        _, slots, poses = motion.decode_records(frame)
        for slot, (x, y, z) in zip(slots.tolist(), poses.head_m.tolist(), strict=True):
            self._mouths_m[slot] = (x, y, z)
        self._voice.set_poses(self._head, self._mouths_m)

    def take_own_motion(self, frame: bytes) -> None:
        """Takes where the own head is."""
        _, poses = motion.decode_inputs(frame)
        x, y, z = poses.head_m[0].tolist()
        w, i, j, k = poses.head_rotation[0].tolist()
        self._head = HeadPose((x, y, z), (w, i, j, k))
        self._voice.set_poses(self._head, self._mouths_m)

    # --- what is told

    def tell_level(self) -> None:
        """Reports the microphone's meter, where there is one that is open."""
        if self._has_microphone:
            self._tell(MicrophoneLevel(self._voice.level(), self._voice.is_sending))

    def tell_counts(self) -> None:
        """Reports what voice has done so far."""
        stats = self._voice.stats()
        heard_dbov = self._voice.heard_dbov()
        self._tell(VoiceCounts(stats.packets_sent, stats.packets_received, heard_dbov))

    async def close(self) -> None:
        """Ends voice."""
        for task in (*self._answering, *([self._offering] if self._offering else [])):
            task.cancel()
        await self._voice.close()

    # --- inside

    def _new_voice(self, microphone: str, speaker: str) -> VoiceClient:
        if self._has_sound_card:
            devices = VoiceDevices(Microphone(microphone or None), Headphones(speaker or None))
        else:
            devices = VoiceDevices(NoMicrophone(), NullOutput())
        return VoiceClient(devices, self._on_state, self._host_addresses)

    def _on_state(self, state: VoiceState) -> None:
        self._tell(VoiceChanged(state))

    def _tell_devices(self) -> None:
        missing, silent = self._voice.microphone_error, self._why_silent()
        self._has_microphone = missing is None
        if missing is not None:
            self._tell(Trouble("microphone", str(missing), isinstance(missing, DeviceDenied)))
        if silent:
            self._tell(Trouble("output", silent))
        self._tell_muted()

    def _why_silent(self) -> str:
        """Returns why nothing can be heard, and what to do; empty if something can."""
        if not self._has_sound_card:
            return NO_SOUND
        return str(self._voice.output_error or "")

    def _tell_muted(self) -> None:
        has_one = self._has_microphone
        is_muted = self._wanted.is_muted or not has_one
        if self._connection is not None and self._own_slot >= 0:
            self._connection.request(lambda number: m.MuteVoice(number, is_muted, has_one))

    def _offer(self) -> None:
        if self._offering is not None:
            self._offering.cancel()
        self._offering = asyncio.ensure_future(self._offer_until_taken())

    async def _offer_until_taken(self) -> None:
        connection = self._connection
        if connection is None:
            return
        if not self._is_started:
            await self.start_devices("", "")
        is_told = False
        while (refused := await self._offer_once(connection)) is not None:
            if not is_told:
                self._tell(Trouble("voice", refused.reason))
                is_told = True
            await asyncio.sleep(TRY_AGAIN_S)

    async def _offer_once(self, connection: Connection) -> m.Refused | None:
        sdp = await self._voice.connect()
        answer = await connection.request(lambda number: m.OfferVoice(number, sdp))
        return answer if isinstance(answer, m.Refused) else None

    async def _answered(self, sdp: str) -> None:
        try:
            await self._voice.set_answer(sdp)
        except ClinicError:
            self._tell(Trouble("voice", "Voice could not be set up. It is tried again."))
            await asyncio.sleep(TRY_AGAIN_S)
            self._offer()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)


def _has(devices: tuple[SoundDevice, ...], key: str) -> bool:
    return any(one.key == key for one in devices)


def _found(devices: tuple[SoundDevice, ...]) -> tuple[FoundDevice, ...]:
    return tuple(FoundDevice(one.key, one.name) for one in devices)
