import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap
from aiortc.rtp import RtpPacket as Reference
from hypothesis import given
from hypothesis import strategies as st

from world.protocol import rtp

PACKETS = st.builds(
    rtp.RtpPacket,
    is_marked=st.booleans(),
    payload_type=st.integers(96, 127),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    level_dbov=st.integers(-127, 0),
    payload=st.binary(max_size=200),
)


@given(PACKETS)
def test_a_packet_with_a_level_comes_back_as_it_was(packet):
    assert rtp.parse(rtp.pack_with_level(packet, 2), 2) == packet


@given(PACKETS)
def test_a_bare_packet_comes_back_without_its_level(packet):
    assert rtp.parse(rtp.pack(packet), 2) == packet._replace(level_dbov=None)


@given(PACKETS)
def test_another_implementation_reads_the_same(packet):
    extensions = HeaderExtensionsMap()
    uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    header = RTCRtpHeaderExtensionParameters(id=2, uri=uri)
    extensions.configure(RTCRtpParameters(headerExtensions=[header]))
    read = Reference.parse(rtp.pack_with_level(packet, 2), extensions)
    assert (read.sequence_number, read.timestamp, read.ssrc, read.payload_type) == (
        packet.sequence,
        packet.timestamp,
        packet.ssrc,
        packet.payload_type,
    )
    assert read.payload == packet.payload
    assert read.extensions.audio_level == (False, -packet.level_dbov)


def test_padding_contributors_and_unknown_extensions_are_passed_over():
    header = bytes.fromhex("b2e0 0001 00000002 00000003 0000000a 0000000b bede 0002")
    data = header + bytes.fromhex("31aabb 00 20 85 0000") + b"voice" + b"\0\0\3"
    packet = rtp.parse(data, 2)
    assert packet.payload == b"voice"
    assert packet.level_dbov == -5


@given(st.binary(max_size=64))
def test_any_bytes_are_a_packet_or_a_value_error(data):
    try:
        packet = rtp.parse(data, 2)
    except ValueError:
        return
    assert len(packet.payload) <= len(data) - 12


@pytest.mark.parametrize(("a", "b", "delta"), [(5, 3, 2), (1, 0xFFFF, 2), (0xFFFE, 1, -3)])
def test_sequence_numbers_compare_across_the_wrap(a, b, delta):
    assert rtp.sequence_delta(a, b) == delta


def test_timestamps_compare_across_the_wrap():
    assert rtp.timestamp_delta(960, 0xFFFFFFFF) == 961
