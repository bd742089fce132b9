"""From captured frames to packets: the gate, the level meter, the encoder. No device, no socket.

Rules:
* Muted, or push-to-talk and not held: nothing is encoded and nothing is sent, not even silence.
* The meter works whether the gate is open or not, so that a person can test the microphone.
* The timestamp counts every captured frame, so that a pause stays a pause for the listener.
"""

import secrets
from dataclasses import dataclass

import numpy as np

from client.voice.opus import Encoder, Samples
from world.protocol import rtp

METER_FALL_DB = 1.5
"""How far the meter falls with each frame of 20 ms."""


@dataclass(frozen=True, slots=True)
class OutgoingStream:
    """What was negotiated for the microphone; level_id 0 if the level is not sent."""

    ssrc: int
    payload_type: int
    level_id: int


class MicrophoneChain:
    """One person's outgoing voice.

    Attributes:
      is_muted: the person wants not to be heard.
      is_push_to_talk: nothing is sent unless the key is held.
      is_talk_held: the key is held.
      level_dbov: the meter, -127 (digital silence) to 0 (full scale).
      packets: sent so far.
      octets: of payload sent so far.
    """

    def __init__(self) -> None:
        self.is_muted = self.is_push_to_talk = self.is_talk_held = False
        self.level_dbov = float(rtp.SILENCE_DBOV)
        self.packets = self.octets = 0
        self.timestamp = secrets.randbits(31)
        self._sequence = secrets.randbits(14)
        self._encoder = Encoder()
        self._was_open = True

    @property
    def is_open(self) -> bool:
        """Whether what is said now is sent."""
        return not self.is_muted and (self.is_talk_held or not self.is_push_to_talk)

    def take(self, frame: Samples, stream: OutgoingStream | None) -> bytes | None:
        """Takes a captured frame; returns the packet to send, None if there is none.

        Args:
          frame: (960,).
          stream: what was negotiated; None before there is a connection.
        """
        level_dbov = measure(frame)
        self.level_dbov = max(level_dbov, self.level_dbov - METER_FALL_DB)
        self.timestamp = (self.timestamp + rtp.FRAME_SAMPLES) & 0xFFFFFFFF
        was_open, self._was_open = self._was_open, self.is_open
        if not self.is_open or stream is None:
            return None
        if not was_open:
            self._encoder.reset()
        payload = self._encoder.encode(frame)
        if not payload:
            return None
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        packet = rtp.RtpPacket(
            is_marked=not was_open,
            payload_type=stream.payload_type,
            sequence=self._sequence,
            timestamp=self.timestamp,
            ssrc=stream.ssrc,
            level_dbov=round(level_dbov),
            payload=payload,
        )
        return rtp.pack_with_level(packet, stream.level_id) if stream.level_id else rtp.pack(packet)

    def expect_loss(self, percent: float) -> None:
        """Adapts the error correction to the loss that the other end reports."""
        self._encoder.expect_loss(percent)


def measure(frame: Samples) -> float:
    """Returns the level of a frame in dBov, -127 to 0 (RFC 6464 section 3)."""
    mean_square = float(np.mean(np.square(frame.astype(np.float64) / 32_768)))
    return max(float(rtp.SILENCE_DBOV), 10 * np.log10(mean_square)) if mean_square else -127.0
