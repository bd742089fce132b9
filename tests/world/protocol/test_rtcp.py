import pytest
from aiortc.rtp import RtcpPacket, RtcpSdesPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from world.protocol import rtcp

WORD = st.integers(0, 0xFFFFFFFF)
SENDERS = st.builds(rtcp.SenderReport, WORD, st.integers(0, 2**64 - 1), WORD, WORD, WORD)
RECEPTIONS = st.builds(
    rtcp.ReceptionReport,
    WORD,
    st.integers(0, 255),
    st.integers(-0x800000, 0x7FFFFF),
    WORD,
    WORD,
    WORD,
    WORD,
)


@given(st.lists(SENDERS, max_size=9), st.lists(RECEPTIONS, max_size=8))
def test_reports_come_back_as_they_were(senders, receptions):
    data = rtcp.pack(senders, receptions, own_ssrc=7, cname=b"voice")
    assert rtcp.parse(data) == (senders, receptions)


@given(st.lists(SENDERS, min_size=1, max_size=9), st.lists(RECEPTIONS, max_size=8))
def test_another_implementation_reads_the_same(senders, receptions):
    packets = RtcpPacket.parse(rtcp.pack(senders, receptions, own_ssrc=7, cname=b"voice"))
    reports = [packet for packet in packets if isinstance(packet, RtcpSrPacket)]
    assert [packet.ssrc for packet in reports] == [sender.ssrc for sender in senders]
    assert [r.packets_lost for r in reports[0].reports] == [r.packets_lost for r in receptions]
    assert isinstance(packets[-1], RtcpSdesPacket)
    assert packets[-1].chunks[0].items == [(1, b"voice")]


@given(st.binary(max_size=80))
def test_any_bytes_are_reports_or_a_value_error(data):
    try:
        rtcp.parse(data)
    except ValueError:
        return


def test_lost_packets_are_counted_across_the_wrap():
    reception = rtcp.Reception(65_530)
    for i in range(20):
        if i not in {4, 9}:
            reception.add((65_530 + i) & 0xFFFF, i * 960, i * 0.02)
    report = reception.report(ssrc=1, now_s=1.0)
    assert report.packets_lost == 2
    assert report.fraction_lost == 2 * 256 // 20
    assert report.highest_sequence == 65_530 + 19
    assert report.jitter == 0
    assert reception.report(ssrc=1, now_s=2.0).fraction_lost == 0


def test_jitter_follows_the_formula_of_the_standard():
    reception = rtcp.Reception(0)
    expected, late_s = 0.0, [0.0, 0.01, 0.0, 0.01]
    for i, extra_s in enumerate(late_s):
        reception.add(i, i * 960, i * 0.02 + extra_s)
        if i:
            expected += (480 - expected) / 16
    assert reception.report(1, 1.0).jitter == int(expected)


def test_the_round_trip_is_measured_from_the_answered_report():
    sent_ntp, reception = rtcp.ntp_from_unix(1_000.0), rtcp.Reception(0)
    reception.add(0, 0, 50.0)
    reception.on_sender_report(rtcp.SenderReport(1, sent_ntp, 0, 1, 1), now_s=50.0)
    report = reception.report(ssrc=1, now_s=50.25)
    assert rtcp.round_trip_s(report, rtcp.ntp_from_unix(1_000.35)) == pytest.approx(0.1, abs=1e-3)
    assert rtcp.round_trip_s(report._replace(last_report=0), sent_ntp) is None
