"""The two kinds of voice streams: a person's microphone, and a slot of a listener.

Strategy: each listener has a fixed number of slots, negotiated once. A speaker is seated in a
slot; the slot goes on with its own SSRC, and its sequence numbers and timestamps continue across
speakers, as if one source had gone on talking (RFC 3550 section 5.1).

Rules:
* The sequence number leaves with an offset that is fixed while a speaker is seated, so that a
  packet lost on the way in stays visible as a gap on the way out.
* A packet older than the seat is never forwarded: its number may already have been used, and an
  SRTP index must not be used twice (RFC 3711 section 9.1).
* Nothing here reads a clock or a socket.
"""

from collections.abc import Callable

from world.protocol import rtp
from world.protocol.rtcp import Reception, ReceptionReport, SenderReport

PACKETS_PER_S = 100.0
"""Twice what 20 ms frames need; beyond it a microphone's packets are dropped."""

PACKET_BURST = 50.0
MAX_PAYLOAD_BYTES = 400
"""At 50 packets a second 160 kbit/s, far above any voice; bounds what one copy can cost."""

LOUDEST_CLAIM_DBOV = -15.0
"""A claimed level counts as at most this, so that a false claim cannot push others out."""

ATTACK, RELEASE = 0.5, 0.05
"""How far the smoothed level follows one louder, one quieter packet."""

ONSET_PAUSE_S = 1.0
"""After a pause this long the level begins anew with the next packet."""

MAX_CATCH_UP_SAMPLES = 10 * rtp.CLOCK_HZ


class Microphone:
    """What one person sends, and the slots that carry it now.

    Attributes:
      epoch: the room epoch that its packets belong to; 0 is mute.
      level_db: smoothed level as claimed, capped.
    """

    __slots__ = (
        "_allowance",
        "_earned_s",
        "epoch",
        "last_s",
        "last_timestamp",
        "level_db",
        "level_id",
        "member",
        "payload_type",
        "reception",
        "slots",
        "ssrc",
    )

    def __init__(self, member: int, payload_type: int, level_id: int) -> None:
        self.member, self.payload_type, self.level_id = member, payload_type, level_id
        self.epoch = 0
        self.ssrc: int | None = None
        self.reception: Reception | None = None
        self.level_db = float(rtp.SILENCE_DBOV)
        self.last_s, self.last_timestamp = float("-inf"), 0
        self.slots: list[Slot] = []
        self._allowance, self._earned_s = PACKET_BURST, float("-inf")

    def accepts(self, packet: rtp.RtpPacket, now_s: float) -> bool:
        """Returns whether a packet is of this stream and within its budget, and spends it."""
        if packet.payload_type != self.payload_type or self.ssrc not in {None, packet.ssrc}:
            return False
        if not 0 < len(packet.payload) <= MAX_PAYLOAD_BYTES:
            return False
        earned = (now_s - self._earned_s) * PACKETS_PER_S
        self._allowance = min(PACKET_BURST, self._allowance + earned)
        self._earned_s = now_s
        if self._allowance < 1.0:
            return False
        self._allowance -= 1.0
        return True

    def note(self, packet: rtp.RtpPacket, now_s: float) -> int:
        """Takes a packet into the statistics; returns its sequence number across wraps."""
        reception = self.reception
        if reception is None:
            self.ssrc = packet.ssrc
            self.reception = reception = Reception(packet.sequence)
        sequence = reception.add(packet.sequence, packet.timestamp, now_s)
        if sequence == reception.highest:
            self.last_timestamp = packet.timestamp
        if packet.level_dbov is not None:
            self._smooth(float(packet.level_dbov), now_s - self.last_s)
        self.last_s = now_s
        return sequence

    def _smooth(self, claimed_dbov: float, pause_s: float) -> None:
        claimed_dbov = min(LOUDEST_CLAIM_DBOV, claimed_dbov)
        share = ATTACK if claimed_dbov > self.level_db else RELEASE
        if pause_s > ONSET_PAUSE_S:
            share = 1.0
        self.level_db += (claimed_dbov - self.level_db) * share

    def timestamp_at(self, now_s: float) -> int:
        """Returns the timestamp that a packet sent now would have."""
        if self.reception is None:
            return 0
        return self.last_timestamp + int((now_s - self.last_s) * rtp.CLOCK_HZ)

    def report(self, now_s: float) -> ReceptionReport | None:
        """Returns the report about this microphone, None before its first packet."""
        if self.reception is None or self.ssrc is None:
            return None
        return self.reception.report(self.ssrc, now_s)


class Slot:
    """One outgoing stream of one listener.

    Attributes:
      emit: encrypts and sends one packet; must not raise.
      epoch: the listener's room epoch; 0 is deaf.
      microphone: who is seated, None if the slot is free.
      first: the oldest sequence number of the microphone that may leave.
      next_sequence: the slot's sequence number at which the next speaker begins.
    """

    __slots__ = (
        "_last_timestamp",
        "_origin_timestamp",
        "emit",
        "epoch",
        "first",
        "index",
        "listener",
        "microphone",
        "next_sequence",
        "octets",
        "packets",
        "payload_type",
        "sequence_offset",
        "ssrc",
        "timestamp_offset",
    )

    def __init__(
        self,
        listener: int,
        index: int,
        ssrc: int,
        payload_type: int,
        emit: Callable[[bytes], None],
    ) -> None:
        self.listener, self.index, self.ssrc = listener, index, ssrc
        self.payload_type, self.emit = payload_type, emit
        self.epoch = self.packets = self.octets = 0
        self.microphone: Microphone | None = None
        self.first = self.sequence_offset = self.timestamp_offset = 0
        self.next_sequence = ssrc & 0x3FFF
        self._origin_timestamp = self._last_timestamp = ssrc >> 1

    def seat(self, microphone: Microphone, now_s: float) -> None:
        """Makes the microphone's next packet the slot's next one.

        The timestamp follows the slot's wall clock, and never goes back within a talk.
        """
        reception = microphone.reception
        if reception is None:
            raise ValueError(f"member {microphone.member} has not sent anything yet")
        self.microphone, self.first = microphone, reception.highest + 1
        self.sequence_offset = self.next_sequence - self.first
        timestamp = self.timestamp_at(now_s)
        ahead = rtp.timestamp_delta(self._last_timestamp + rtp.FRAME_SAMPLES, timestamp)
        if 0 < ahead < MAX_CATCH_UP_SAMPLES:
            timestamp += ahead
        self.timestamp_offset = timestamp - microphone.timestamp_at(now_s)
        next_out = microphone.last_timestamp + rtp.FRAME_SAMPLES + self.timestamp_offset
        behind = rtp.timestamp_delta(self._last_timestamp + rtp.FRAME_SAMPLES, next_out)
        if 0 < behind < MAX_CATCH_UP_SAMPLES:
            self.timestamp_offset += behind
        microphone.slots.append(self)

    def vacate(self) -> None:
        """Frees the slot; no packet of the speaker leaves through it after this call."""
        microphone = self.microphone
        if microphone is None or microphone.reception is None:
            return
        if microphone.reception.highest >= self.first:
            self.next_sequence = microphone.reception.highest + self.sequence_offset + 1
            self._last_timestamp = microphone.last_timestamp + self.timestamp_offset
        microphone.slots.remove(self)
        self.microphone = None

    def timestamp_at(self, now_s: float) -> int:
        """Returns the slot's own wall clock in samples."""
        return self._origin_timestamp + int(now_s * rtp.CLOCK_HZ)

    def report(self, now_s: float, ntp: int) -> SenderReport | None:
        """Returns what the listener is told about the stream, None if nothing was sent yet."""
        if not self.packets:
            return None
        timestamp = self.timestamp_at(now_s)
        if self.microphone is not None:
            timestamp = self.microphone.timestamp_at(now_s) + self.timestamp_offset
        return SenderReport(
            self.ssrc,
            ntp,
            timestamp & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )
