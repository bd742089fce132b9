"""Who gets whose voice: the gate, the loudest few, the copies. Pure: no clock, no socket.

Default deny. A copy leaves only if all of this holds at that moment:
* the lease is fresh: the world was heard from within the last LEASE_S;
* speaker and listener hold the same room epoch, and it is not 0;
* the world's latest plan grants that pair, and it was not revoked since;
* the speaker is seated in one of the listener's slots, among the loudest.

Every restriction takes effect before the call that brings it returns, so that the world may close
a door as soon as it is acknowledged. The payload is never decoded.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from server.voice.streams import Microphone, Slot
from world.protocol import rtp
from world.protocol.rtcp import ReceptionReport, SenderReport

LEASE_S = 0.5
IDLE_S = 0.4
"""A microphone that sent nothing for so long takes no new slot."""

FLOOR_DB = -75.0
"""Level plus gain below which nobody is given a slot."""

STICKY_DB = 6.0
"""How much louder another must be to take the seat of one who has it."""

SPEAKING_DBOV = -50.0
"""Smoothed level above which a person counts as speaking."""

Grants: TypeAlias = Mapping[int, Sequence[tuple[int, float]]]
"""listener -> (speaker, gain in dB) of each whom they may hear."""


@dataclass(frozen=True, slots=True)
class SlotChange:
    """Who is heard on a slot from that sequence number on; speaker None: it is free."""

    listener: int
    slot: int
    speaker: int | None
    first_sequence: int


@dataclass(slots=True)
class Counts:
    """What happened to packets so far."""

    received: int = 0
    forwarded: int = 0
    malformed: int = 0
    refused: int = 0
    denied: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One connected person: what they send and what they are sent."""

    microphone: Microphone
    slots: tuple[Slot, ...]


class Forwarder:
    """All members of one voice server, and what the world lets them hear.

    Args:
      announce: told of each change of a slot, in order, before any packet that it names.
    """

    def __init__(self, announce: Callable[[SlotChange], None]) -> None:
        self.members: dict[int, Member] = {}
        self.counts = Counts()
        self._announce = announce
        self._deadline_s = float("-inf")
        self._epochs: Mapping[int, int] = {}
        self._grants: dict[int, dict[int, float]] = {}

    def join(self, member: int, microphone: Microphone, slots: Sequence[Slot]) -> None:
        """Adds a member; one with the same number leaves first."""
        self.leave(member)
        self.members[member] = Member(microphone, tuple(slots))
        self._set_epoch(member)

    def leave(self, member: int) -> None:
        """Removes a member; nobody hears them, and they hear nobody, after this call."""
        gone = self.members.pop(member, None)
        if gone is None:
            return
        for slot in list(gone.microphone.slots):
            self._vacate(slot)
        for slot in gone.slots:
            slot.vacate()

    def extend_lease(self, sent_s: float, now_s: float) -> None:
        """Notes a word from the world, sent at `sent_s` by the clock that both ends share."""
        self._deadline_s = max(self._deadline_s, min(sent_s, now_s) + LEASE_S)

    def apply_plan(self, epochs: Mapping[int, int], grants: Grants) -> None:
        """Replaces everything that was granted; what is not in the plan is denied."""
        self._epochs = epochs
        self._grants = {listener: dict(heard) for listener, heard in grants.items()}
        for member in self.members:
            self._set_epoch(member)
        for slot in [slot for member in self.members.values() for slot in member.slots]:
            if slot.microphone is not None and not self._permits(slot, slot.microphone):
                self._vacate(slot)

    def revoke(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Takes back grants, as (listener, speaker), until the next plan."""
        for listener, speaker in pairs:
            self._grants.get(listener, {}).pop(speaker, None)
            if listener in self.members:
                for slot in self.members[listener].slots:
                    if slot.microphone is not None and slot.microphone.member == speaker:
                        self._vacate(slot)

    def reset(self) -> None:
        """Forgets every grant: the world must say anew what it wants."""
        self._deadline_s = float("-inf")
        self.apply_plan({}, {})

    def on_packet(self, microphone: Microphone, data: bytes, now_s: float) -> int:
        """Takes one decrypted packet of a microphone; returns how many copies left."""
        self.counts.received += 1
        try:
            packet = rtp.parse(data, microphone.level_id)
        except ValueError:
            self.counts.malformed += 1
            return 0
        if not microphone.accepts(packet, now_s):
            self.counts.refused += 1
            return 0
        sequence = microphone.note(packet, now_s)
        epoch = microphone.epoch
        if now_s > self._deadline_s or not epoch:
            self.counts.denied += 1
            return 0
        copies = self._copy(microphone, packet, sequence, epoch)
        self.counts.forwarded += copies
        return copies

    def rank(self, now_s: float) -> None:
        """Seats the loudest speakers of each listener; those seated have a small advantage."""
        microphones = [member.microphone for member in self.members.values()]
        live = [m for m in microphones if m.epoch and now_s - m.last_s < IDLE_S]
        for number, member in self.members.items():
            seated = [slot.microphone for slot in member.slots if slot.microphone]
            if not live and not seated:
                continue
            scored = self._scores(number, live, seated)
            best = {m for _, _, m in heapq.nlargest(len(member.slots), scored)}
            for slot in member.slots:
                if slot.microphone is not None and slot.microphone not in best:
                    self._vacate(slot)
            new = [
                m for score, _, m in scored if m in best and m not in seated and score > FLOOR_DB
            ]
            free = [slot for slot in member.slots if slot.microphone is None]
            for slot, microphone in zip(free, new, strict=False):
                slot.seat(microphone, now_s)
                self._announce(
                    SlotChange(number, slot.index, microphone.member, slot.next_sequence & 0xFFFF)
                )

    def speaking(self, now_s: float) -> dict[int, float]:
        """Returns the level in dBov of each member who speaks now."""
        return {
            number: member.microphone.level_db
            for number, member in self.members.items()
            if member.microphone.level_db > SPEAKING_DBOV
            and now_s - member.microphone.last_s < IDLE_S
        }

    def reports(
        self, number: int, now_s: float, ntp: int
    ) -> tuple[list[SenderReport], list[ReceptionReport]]:
        """Returns what a member is told in RTCP: on the slots in use, on its microphone."""
        member = self.members[number]
        sent = [slot.report(now_s, ntp) for slot in member.slots]
        received = member.microphone.report(now_s)
        return [report for report in sent if report], [received] if received else []

    def _copy(
        self, microphone: Microphone, packet: rtp.RtpPacket, sequence: int, epoch: int
    ) -> int:
        marker, copies = 0x80 if packet.is_marked else 0, 0
        payload, size = packet.payload, len(packet.payload)
        for slot in microphone.slots:
            if slot.epoch != epoch or sequence < slot.first:
                continue
            header = rtp.HEADER.pack(
                0x80,
                marker | slot.payload_type,
                (sequence + slot.sequence_offset) & 0xFFFF,
                (packet.timestamp + slot.timestamp_offset) & 0xFFFFFFFF,
                slot.ssrc,
            )
            slot.emit(header + payload)
            slot.packets += 1
            slot.octets += size
            copies += 1
        return copies

    def _scores(
        self, listener: int, live: list[Microphone], seated: list[Microphone]
    ) -> list[tuple[float, int, Microphone]]:
        gains, epoch = self._grants.get(listener, {}), self._epochs.get(listener, 0)
        scored = []
        for microphone in {*live, *seated}:
            number = microphone.member
            if number in gains and number != listener and microphone.epoch == epoch != 0:
                level = microphone.level_db if microphone in live else rtp.SILENCE_DBOV
                bonus = STICKY_DB if microphone in seated else 0.0
                scored.append((level + gains[number] + bonus, -number, microphone))
        return scored

    def _permits(self, slot: Slot, microphone: Microphone) -> bool:
        return slot.epoch == microphone.epoch != 0 and microphone.member in self._grants.get(
            slot.listener, {}
        )

    def _set_epoch(self, number: int) -> None:
        epoch, member = self._epochs.get(number, 0), self.members[number]
        member.microphone.epoch = epoch
        for slot in member.slots:
            slot.epoch = epoch

    def _vacate(self, slot: Slot) -> None:
        slot.vacate()
        self._announce(SlotChange(slot.listener, slot.index, None, slot.next_sequence & 0xFFFF))
