"""RTCP reports as bytes (RFC 3550 section 6), and the statistics that a receiver reports.

Only what voice needs: sender reports, reception reports and a CNAME, in compound packets.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from world.protocol.rtp import CLOCK_HZ, sequence_delta

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION = 200, 201, 202
NTP_EPOCH_OFFSET_S = 2_208_988_800
"""Seconds from the NTP epoch (1900) to the Unix epoch (1970)."""

_SENDER = struct.Struct("!LQLLL")
_RECEPTION = struct.Struct("!LLLLLL")


class SenderReport(NamedTuple):
    """What a sender says about its stream; ntp is 32.32 fixed point (RFC 3550 section 4)."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int


class ReceptionReport(NamedTuple):
    """What a receiver says about a stream that it gets.

    Attributes:
      fraction_lost: share of packets lost since the last report, in 256ths.
      last_report: middle 32 bits of the ntp of the last sender report, 0 for none.
      delay: time since that report came, in 65536ths of a second.
    """

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest_sequence: int
    jitter: int
    last_report: int
    delay: int


def ntp_from_unix(unix_s: float) -> int:
    """Returns the 64-bit NTP time stamp of a Unix time."""
    return int((unix_s + NTP_EPOCH_OFFSET_S) * 4_294_967_296)


def middle(ntp: int) -> int:
    """Returns the middle 32 bits of an NTP time stamp."""
    return ntp >> 16 & 0xFFFFFFFF


def pack(
    senders: Sequence[SenderReport],
    receptions: Sequence[ReceptionReport],
    own_ssrc: int,
    cname: bytes,
) -> bytes:
    """Returns one compound packet: the sender reports, with the receptions in the first one.

    Args:
      senders: one per stream sent; none makes a receiver report.
      receptions: at most 31.
      own_ssrc: who reports, where there are no sender reports.
      cname: at most 255 bytes; says nothing about a person.
    """
    blocks = b"".join(_pack_reception(report) for report in receptions)
    count = len(receptions)
    parts = []
    for sender in senders:
        parts.append(_packet(SENDER_REPORT, count, _SENDER.pack(*sender) + blocks))
        blocks, count = b"", 0
    if not senders:
        parts.append(_packet(RECEIVER_REPORT, count, struct.pack("!L", own_ssrc) + blocks))
    ssrc = senders[0].ssrc if senders else own_ssrc
    chunk = struct.pack("!LBB", ssrc, 1, len(cname)) + cname + b"\0"
    parts.append(_packet(SOURCE_DESCRIPTION, 1, chunk + bytes(-len(chunk) % 4)))
    return b"".join(parts)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def _pack_reception(report: ReceptionReport) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, report.packets_lost)) & 0xFFFFFF
    return _RECEPTION.pack(
        report.ssrc,
        report.fraction_lost << 24 | lost,
        report.highest_sequence & 0xFFFFFFFF,
        report.jitter & 0xFFFFFFFF,
        report.last_report,
        report.delay,
    )


def parse(data: bytes) -> tuple[list[SenderReport], list[ReceptionReport]]:
    """Returns the reports in a compound packet; other kinds of packets are passed over.

    Raises:
      ValueError: if a length in it is false.
    """
    senders: list[SenderReport] = []
    receptions: list[ReceptionReport] = []
    at = 0
    try:
        while at < len(data):
            first, kind, words = struct.unpack_from("!BBH", data, at)
            body, at = data[at + 4 : at + 4 + 4 * words], at + 4 + 4 * words
            if first >> 6 != 2 or at > len(data):
                raise ValueError(f"RTCP packet with a false length: {len(data)} bytes")
            if kind == SENDER_REPORT:
                senders.append(SenderReport(*_SENDER.unpack_from(body)))
            if kind in {SENDER_REPORT, RECEIVER_REPORT}:
                start = _SENDER.size if kind == SENDER_REPORT else 4
                receptions += [_parse_reception(body, start + 24 * i) for i in range(first & 31)]
    except struct.error as error:
        raise ValueError(f"RTCP packet cut short: {len(data)} bytes") from error
    return senders, receptions


def _parse_reception(body: bytes, at: int) -> ReceptionReport:
    ssrc, lost, highest, jitter, last_report, delay = _RECEPTION.unpack_from(body, at)
    signed = ((lost & 0xFFFFFF) ^ 0x800000) - 0x800000
    return ReceptionReport(ssrc, lost >> 24, signed, highest, jitter, last_report, delay)


class Reception:
    """The statistics of one received stream (RFC 3550 appendices A.1, A.3 and A.8).

    Attributes:
      highest: the highest sequence number so far, counted on across wraps.
    """

    __slots__ = (
        "_base",
        "_jitter",
        "_last_report",
        "_prior",
        "_reported_s",
        "_transit",
        "highest",
        "packets",
    )

    def __init__(self, sequence: int) -> None:
        self.highest = self._base = sequence
        self.packets = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._prior = (0, 0)
        self._last_report, self._reported_s = 0, 0.0

    def add(self, sequence: int, timestamp: int, now_s: float) -> int:
        """Counts a packet; returns its sequence number counted on across wraps."""
        extended = self.highest + sequence_delta(sequence, self.highest)
        self.highest = max(self.highest, extended)
        self.packets += 1
        transit = now_s * CLOCK_HZ - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit) % 4_294_967_296
            self._jitter += (min(difference, float(CLOCK_HZ)) - self._jitter) / 16
        self._transit = transit
        return extended

    def on_sender_report(self, report: SenderReport, now_s: float) -> None:
        """Notes when the sender's report came, so that it can measure the round trip."""
        self._last_report, self._reported_s = middle(report.ntp), now_s

    def report(self, ssrc: int, now_s: float) -> ReceptionReport:
        """Returns the report on the time since the last one."""
        expected = self.highest - self._base + 1
        since, got = expected - self._prior[0], self.packets - self._prior[1]
        self._prior = (expected, self.packets)
        fraction = max(0, min(255, (since - got) * 256 // since)) if since > 0 else 0
        delay_s = now_s - self._reported_s if self._last_report else 0.0
        return ReceptionReport(
            ssrc,
            fraction,
            expected - self.packets,
            self.highest,
            int(self._jitter),
            self._last_report,
            int(min(delay_s, 60_000.0) * 65_536),
        )


def round_trip_s(report: ReceptionReport, now_ntp: int) -> float | None:
    """Returns the round trip that a report shows, None if it answers no sender report.

    Source: RFC 3550 section 6.4.1, DLSR.
    """
    if not report.last_report:
        return None
    return ((middle(now_ntp) - report.last_report - report.delay) & 0xFFFFFFFF) / 65_536
