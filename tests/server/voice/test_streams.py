import pytest

from server.voice.streams import LOUDEST_CLAIM_DBOV, Microphone, Slot
from world.protocol import rtp


def packet(sequence, timestamp, level_dbov=-20):
    return rtp.RtpPacket(False, 96, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, 5, level_dbov, b"v")


def talking(start, timestamp, packets=10, now_s=50.0):
    microphone = Microphone(1, 96, 2)
    for i in range(packets):
        each = packet(start + i, timestamp + 960 * i)
        assert microphone.accepts(each, now_s + 0.02 * i)
        microphone.note(each, now_s + 0.02 * i)
    return microphone, now_s + 0.02 * packets


def slot():
    return Slot(listener=2, index=0, ssrc=77, payload_type=111, emit=lambda _: None)


def out(slot, microphone):
    """Returns sequence number and timestamp of the microphone's newest packet on the slot."""
    sequence = microphone.reception.highest + slot.sequence_offset
    return sequence & 0xFFFF, (microphone.last_timestamp + slot.timestamp_offset) & 0xFFFFFFFF


def test_a_slot_goes_on_where_the_last_speaker_ended():
    first, now_s = talking(65_530, 4_294_960_000)
    second, _ = talking(3, 500)
    place = slot()
    place.seat(first, now_s)
    first.note(packet(65_530 + 10, 4_294_960_000 + 9600), now_s)
    last = out(place, first)
    place.vacate()
    place.seat(second, now_s + 0.02)
    second.note(packet(13, 500 + 9600), now_s + 0.02)
    following = out(place, second)
    assert rtp.sequence_delta(following[0], last[0]) == 1
    assert rtp.timestamp_delta(following[1], last[1]) >= 960


def test_a_speaker_who_said_nothing_uses_no_number_up():
    microphone, now_s = talking(100, 0)
    place = slot()
    before = place.next_sequence
    place.seat(microphone, now_s)
    place.vacate()
    assert place.next_sequence == before
    assert microphone.slots == []


def test_a_speaker_with_a_wild_clock_does_not_carry_the_slot_away_for_good():
    wild, now_s = talking(1, 0)
    place = slot()
    place.seat(wild, now_s)
    wild.note(packet(11, 0x70000000), now_s)
    place.vacate()
    calm, _ = talking(1, 0)
    place.seat(calm, now_s + 1)
    assert abs(rtp.timestamp_delta(out(place, calm)[1], place.timestamp_at(now_s + 1))) < 96_000


def test_nobody_is_seated_before_their_first_packet():
    with pytest.raises(ValueError, match="not sent"):
        slot().seat(Microphone(1, 96, 2), 1.0)


def test_the_level_rises_at_once_and_falls_slowly():
    microphone, now_s = talking(0, 0)
    assert microphone.level_db == pytest.approx(-20)
    microphone.note(packet(10, 9600, level_dbov=-60), now_s)
    assert -23 < microphone.level_db < -20
    microphone.note(packet(11, 10_560, level_dbov=0), now_s + 5)
    assert microphone.level_db == LOUDEST_CLAIM_DBOV


def test_no_report_is_made_on_what_was_never_used():
    assert slot().report(1.0, 1) is None
    assert Microphone(1, 96, 2).report(1.0) is None
