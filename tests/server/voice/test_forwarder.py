import itertools

import pytest

from server.voice.forwarder import LEASE_S, Forwarder
from server.voice.streams import LOUDEST_CLAIM_DBOV, Microphone, Slot
from world.protocol import rtp

OPUS, LEVEL_ID = 96, 2


class Clinic:
    """A forwarder with its members' packets collected per listener."""

    def __init__(self, people, slots=2):
        self.now_s = 100.0
        self.changes, self.got = [], {person: [] for person in range(people)}
        self.forwarder = Forwarder(self.changes.append)
        self.microphones = {}
        self.sequence = dict.fromkeys(range(people), 65_530)
        for person in range(people):
            self.microphones[person] = Microphone(person, OPUS, LEVEL_ID)
            self.forwarder.join(
                person,
                self.microphones[person],
                [
                    Slot(person, k, 1000 * person + k, 111, self.got[person].append)
                    for k in range(slots)
                ],
            )

    def plan(self, grants, epochs=None):
        people = self.microphones
        self.forwarder.apply_plan(epochs or dict.fromkeys(people, 7), grants)
        self.forwarder.extend_lease(self.now_s, self.now_s)

    def say(self, person, level_dbov=-20, *, lost=False, **fields):
        self.sequence[person] += 1
        if lost:
            return 0
        packet = rtp.RtpPacket(
            is_marked=False,
            payload_type=OPUS,
            sequence=self.sequence[person] & 0xFFFF,
            timestamp=self.sequence[person] * rtp.FRAME_SAMPLES & 0xFFFFFFFF,
            ssrc=person + 1,
            level_dbov=level_dbov,
            payload=bytes((person,)) + b"voice",
        )._replace(**fields)
        data = rtp.pack_with_level(packet, LEVEL_ID)
        return self.forwarder.on_packet(self.microphones[person], data, self.now_s)

    def frame(self, levels):
        self.now_s += 0.02
        self.forwarder.extend_lease(self.now_s, self.now_s)
        for person, level_dbov in levels.items():
            self.say(person, level_dbov)

    def talk(self, levels, frames=30):
        for _ in range(frames):
            self.frame(levels)
            self.forwarder.rank(self.now_s)

    def heard(self, listener):
        return {rtp.parse(data, 0).payload[0] for data in self.got[listener]}


def everybody(people):
    return {a: [(b, -6.0) for b in range(people) if b != a] for a in range(people)}


def test_nothing_leaves_before_the_world_has_said_so():
    clinic = Clinic(2)
    for _ in range(50):
        clinic.now_s += 0.02
        assert clinic.say(0) == 0
        clinic.forwarder.rank(clinic.now_s)
    assert clinic.forwarder.counts.denied == 50


def test_a_granted_voice_reaches_its_listener_only():
    clinic = Clinic(3)
    clinic.plan({1: [(0, -6.0)]})
    clinic.talk({0: -20})
    assert clinic.heard(1) == {0}
    assert not clinic.got[0]
    assert not clinic.got[2]


def test_nobody_hears_themselves_even_if_granted():
    clinic = Clinic(2)
    clinic.plan({0: [(0, 0.0)], 1: [(0, 0.0)]})
    clinic.talk({0: -20})
    assert not clinic.got[0]


@pytest.mark.parametrize("epochs", [{0: 1, 1: 2}, {0: 1}, {1: 1}, {0: 0, 1: 0}, {}])
def test_epochs_that_differ_or_are_missing_deny_what_is_granted(epochs):
    clinic = Clinic(2)
    clinic.plan({1: [(0, -6.0)]}, epochs={0: 1, 1: 1})
    clinic.talk({0: -20})
    before = len(clinic.got[1])
    clinic.forwarder.apply_plan(epochs, {1: [(0, -6.0)]})
    clinic.talk({0: -20})
    assert len(clinic.got[1]) == before > 0


def test_silence_follows_when_the_lease_runs_out():
    clinic = Clinic(2)
    clinic.plan({1: [(0, -6.0)]})
    clinic.talk({0: -20})
    last_word_s = clinic.now_s
    while clinic.now_s < last_word_s + 3:
        clinic.now_s += 0.02
        copies = clinic.say(0)
        assert copies == (1 if clinic.now_s <= last_word_s + LEASE_S else 0)


def test_a_lease_from_the_future_counts_from_now():
    clinic = Clinic(2)
    clinic.plan({1: [(0, -6.0)]})
    clinic.talk({0: -20})
    clinic.forwarder.extend_lease(clinic.now_s + 3600, clinic.now_s)
    clinic.now_s += LEASE_S + 0.02
    assert clinic.say(0) == 0


def test_a_revoked_pair_is_silent_at_once_and_named_free():
    clinic = Clinic(3)
    clinic.plan(everybody(3))
    clinic.talk({0: -20})
    clinic.forwarder.revoke([(1, 0)])
    assert clinic.say(0) == 1
    assert clinic.changes[-1].listener == 1
    assert clinic.changes[-1].speaker is None


def test_a_plan_without_the_pair_is_silence_before_the_next_packet():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.talk({0: -20})
    assert clinic.say(0) == 1
    clinic.plan({})
    assert clinic.say(0) == 0
    assert clinic.changes[-1].speaker is None


@pytest.mark.parametrize(("gain_db", "is_heard"), [(-50.0, True), (-60.0, False)])
def test_who_is_too_far_to_be_made_out_takes_no_slot(gain_db, is_heard):
    clinic = Clinic(2)
    clinic.plan({1: [(0, gain_db)]})
    clinic.talk({0: -20})
    assert clinic.heard(1) == ({0} if is_heard else set())


def test_a_reset_forgets_grants_whatever_leases_follow():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.talk({0: -20})
    before = len(clinic.got[1])
    clinic.forwarder.reset()
    clinic.talk({0: -20})
    assert len(clinic.got[1]) == before


def test_a_member_who_leaves_is_neither_heard_nor_hears():
    clinic = Clinic(3)
    clinic.plan(everybody(3))
    clinic.talk({0: -20, 1: -20})
    clinic.forwarder.leave(0)
    before = len(clinic.got[0])
    assert clinic.say(0) == 0
    assert clinic.say(1) == 1
    assert len(clinic.got[0]) == before


def test_the_loudest_take_the_slots():
    clinic = Clinic(5, slots=2)
    clinic.plan(everybody(5))
    clinic.talk({1: -60, 2: -30, 3: -25, 4: -50}, frames=60)
    clinic.got[0].clear()
    clinic.talk({1: -60, 2: -30, 3: -25, 4: -50}, frames=10)
    assert clinic.heard(0) == {2, 3}


def test_distance_counts_as_much_as_the_level():
    clinic = Clinic(3, slots=1)
    clinic.plan({0: [(1, -30.0), (2, -3.0)]})
    clinic.talk({1: -20, 2: -30}, frames=60)
    clinic.got[0].clear()
    clinic.talk({1: -20, 2: -30}, frames=10)
    assert clinic.heard(0) == {2}


def test_a_claim_of_full_level_pushes_out_no_one_much_nearer():
    clinic = Clinic(3, slots=1)
    clinic.plan({0: [(1, -20.0), (2, 0.0)]})
    clinic.talk({1: 0, 2: -25}, frames=60)
    assert clinic.microphones[1].level_db <= LOUDEST_CLAIM_DBOV
    clinic.got[0].clear()
    clinic.talk({1: 0, 2: -25}, frames=10)
    assert clinic.heard(0) == {2}


def test_a_slightly_louder_voice_does_not_take_the_seat():
    clinic = Clinic(3, slots=1)
    clinic.plan(everybody(3))
    clinic.talk({1: -30})
    clinic.got[0].clear()
    clinic.talk({1: -30, 2: -27}, frames=60)
    assert clinic.heard(0) == {1}


def test_sequence_numbers_go_on_across_speakers_and_keep_losses_visible():
    clinic = Clinic(3, slots=1)
    clinic.plan({0: [(1, 0.0)]})
    clinic.talk({1: -20}, frames=10)
    clinic.say(1, lost=True)
    clinic.talk({1: -20}, frames=10)
    clinic.plan({0: [(2, 0.0)]})
    clinic.talk({2: -20}, frames=20)
    packets = [rtp.parse(data, 0) for data in clinic.got[0]]
    steps = [rtp.sequence_delta(b.sequence, a.sequence) for a, b in itertools.pairwise(packets)]
    rises = [rtp.timestamp_delta(b.timestamp, a.timestamp) for a, b in itertools.pairwise(packets)]
    assert {packet.ssrc for packet in packets} == {0}
    assert {packet.payload_type for packet in packets} == {111}
    assert max(steps) == 2
    assert steps.count(2) == 1
    assert steps.count(1) == len(steps) - 1
    assert min(rises) >= rtp.FRAME_SAMPLES


def test_the_change_names_the_first_packet_of_the_new_speaker():
    clinic = Clinic(3, slots=1)
    clinic.plan({0: [(1, 0.0)]})
    clinic.talk({1: -20}, frames=10)
    clinic.plan({0: [(2, 0.0)]})
    clinic.got[0].clear()
    clinic.talk({2: -20}, frames=10)
    change = clinic.changes[-1]
    assert change.speaker == 2
    assert rtp.parse(clinic.got[0][0], 0).sequence == change.first_sequence


def test_a_packet_older_than_the_seat_is_not_forwarded():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.frame({0: -20})
    clinic.forwarder.rank(clinic.now_s)
    old = (clinic.sequence[0] - 3) & 0xFFFF
    assert clinic.say(0, sequence=old) == 0
    assert clinic.say(0) == 1


@pytest.mark.parametrize(
    "fields",
    [{"payload_type": 0}, {"ssrc": 99}, {"payload": b""}, {"payload": bytes(401)}],
)
def test_a_packet_of_another_kind_stream_or_size_is_refused(fields):
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.talk({0: -20})
    assert clinic.say(0, **fields) == 0
    assert clinic.forwarder.counts.refused == 1


def test_a_flood_is_cut_to_the_budget():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.talk({0: -20})
    copies = sum(clinic.say(0) for _ in range(1000))
    assert copies <= 51
    clinic.talk({}, frames=50)
    assert clinic.say(0) == 1


def test_hostile_bytes_are_counted_and_do_no_harm():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    microphone = clinic.microphones[0]
    for data in (b"", b"\x80", bytes(12), b"\xff" * 30, b"\x90" + bytes(13)):
        assert clinic.forwarder.on_packet(microphone, data, clinic.now_s) == 0
    assert clinic.forwarder.counts.malformed >= 4


def test_who_speaks_is_told_by_level_and_ends_with_the_packets():
    clinic = Clinic(2)
    clinic.talk({0: -20, 1: -80})
    assert set(clinic.forwarder.speaking(clinic.now_s)) == {0}
    clinic.now_s += 1.0
    assert not clinic.forwarder.speaking(clinic.now_s)


def test_reports_count_what_was_forwarded_and_what_was_lost():
    clinic = Clinic(2)
    clinic.plan(everybody(2))
    clinic.talk({0: -20}, frames=10)
    clinic.say(0, lost=True)
    clinic.talk({0: -20}, frames=10)
    sent, _ = clinic.forwarder.reports(1, clinic.now_s, 5 << 32)
    _, received = clinic.forwarder.reports(0, clinic.now_s, 5 << 32)
    assert sent[0].packets == len(clinic.got[1])
    assert sent[0].octets == 6 * len(clinic.got[1])
    assert received[0].packets_lost == 1
