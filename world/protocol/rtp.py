"""RTP packets as bytes (RFC 3550 section 5.1), as voice uses them on both ends.

Not here: any state of a stream, SRTP, RTCP. Of the header extensions (RFC 8285, one-byte form)
only the audio level (RFC 6464) is read; CSRCs and padding are skipped.
"""

import struct
from typing import NamedTuple

CLOCK_HZ = 48_000
"""The RTP clock of Opus, whatever the audio's bandwidth (RFC 7587 section 4.1)."""

FRAME_SAMPLES = 960
"""Samples in one packet of voice: 20 ms."""

SILENCE_DBOV = -127
"""The level that RFC 6464 gives to digital silence."""

LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
"""By which name the two ends negotiate the audio level extension (RFC 6464 section 4)."""

HEADER = struct.Struct("!BBHLL")
_EXTENSION = struct.Struct("!HH")
_ONE_BYTE_PROFILE = 0xBEDE


class RtpPacket(NamedTuple):
    """One packet of a stream; level_dbov is what the sender claims, None if it says nothing."""

    is_marked: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    level_dbov: int | None
    payload: bytes


def parse(data: bytes, level_id: int) -> RtpPacket:
    """Returns the packet in `data`.

    Args:
      data: a decrypted datagram.
      level_id: the negotiated number of the audio level extension, 0 for none.

    Raises:
      ValueError: if `data` is no RTP packet of version 2, or a length in it is false.
    """
    try:
        first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
        at = 12 + 4 * (first & 15)
        level_dbov = None
        if first & 0x10:
            profile, words = _EXTENSION.unpack_from(data, at)
            at, end = at + 4, at + 4 + 4 * words
            if profile == _ONE_BYTE_PROFILE and level_id:
                level_dbov = _level(data[at:end], level_id)
            at = end
    except (struct.error, IndexError) as error:
        raise ValueError(f"RTP header cut short at {len(data)} bytes") from error
    if first >> 6 != 2 or at > len(data):
        raise ValueError(f"not an RTP packet of version 2: {len(data)} bytes")
    payload = data[at : -data[-1] or at] if first & 0x20 else data[at:]
    return RtpPacket(second > 127, second & 0x7F, sequence, timestamp, ssrc, level_dbov, payload)


def _level(extensions: bytes, level_id: int) -> int | None:
    at = 0
    while at < len(extensions):
        byte = extensions[at]
        if byte >> 4 == level_id:
            return -(extensions[at + 1] & 0x7F)
        at += 2 + (byte & 15) if byte else 1
    return None


def pack(packet: RtpPacket) -> bytes:
    """Returns the packet with a bare 12-byte header; its level is not written."""
    marker = 0x80 if packet.is_marked else 0
    return (
        HEADER.pack(
            0x80, marker | packet.payload_type, packet.sequence, packet.timestamp, packet.ssrc
        )
        + packet.payload
    )


def pack_with_level(packet: RtpPacket, level_id: int) -> bytes:
    """Returns the packet with its level in a one-byte header extension.

    The voice-activity flag of RFC 6464 is left unset: the forwarder ranks by level alone.
    """
    level = -(SILENCE_DBOV if packet.level_dbov is None else packet.level_dbov)
    header = pack(packet._replace(payload=b""))
    extension = struct.pack("!HHBBH", _ONE_BYTE_PROFILE, 1, level_id << 4, level & 0x7F, 0)
    return bytes((header[0] | 0x10,)) + header[1:] + extension + packet.payload


def is_rtcp(data: bytes) -> bool:
    """Returns whether a datagram of a multiplexed stream is RTCP (RFC 5761 section 4)."""
    return len(data) > 1 and 192 <= data[1] <= 223


def sequence_delta(sequence: int, origin: int) -> int:
    """Returns how far `sequence` is ahead of `origin`, -32768 to 32767, across wraps."""
    return ((sequence - origin + 0x8000) & 0xFFFF) - 0x8000


def timestamp_delta(timestamp: int, origin: int) -> int:
    """Returns how far `timestamp` is ahead of `origin` in samples, across wraps."""
    return ((timestamp - origin + 0x80000000) & 0xFFFFFFFF) - 0x80000000
