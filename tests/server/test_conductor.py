"""What the world tells the voice server, with everybody's real place and the real rules."""

import asyncio

import pytest

from server.voice import control
from server.voice.link import LinkDown, LinkUp
from world.acoustics import VOICES_MAX_N
from world.errors import Conflict, RemoteProtocolError
from world.protocol import messages as m


class Link:
    """A link that keeps what it is told, and answers every offer."""

    def __init__(self):
        self.is_up, self.plans, self.left, self.joined, self.settled_for = True, [], [], [], []
        self.refusal = None

    def set_plan(self, epochs, grants):
        heard = {who: [speaker for speaker, _ in theirs] for who, theirs in grants.items()}
        self.plans.append((epochs, heard))
        return len(self.plans)

    async def settled(self, sequence):
        self.settled_for.append(sequence)

    async def join(self, member, sdp):
        if self.refusal is not None:
            raise self.refusal
        self.joined.append(member)
        return f"answer to {sdp}"

    def leave(self, member):
        self.left.append(member)


@pytest.fixture
def link(house):
    link = Link()
    house.conductor.use(link)
    return link


async def _join(house, who, role="patient"):
    protocol, transport = await house.person(who, role)
    await house.ask(protocol, m.OfferVoice(1, f"v=0 {who}"))
    return protocol, transport


def _plan(house, link):
    """Returns the epochs and who hears whom, by member number, as the plan of now says."""
    house.conductor.plan(house.desk.clinic)
    return link.plans[-1]


async def _consult(house):
    """Brings patient (1) and doctor (2) into a consult room, and leaves a stranger (3) outside."""
    patient, _ = await _join(house, "patient")
    doctor, doctors_end = await _join(house, "doctor", "doctor")
    await _join(house, "stranger")
    await house.consult(patient, doctor)
    return doctors_end


async def test_an_offer_is_answered_and_a_new_one_ends_the_connection_before(house, link):
    protocol, transport = await _join(house, "one")
    assert m.VoiceAnswer("answer to v=0 one") in transport.messages
    await house.ask(protocol, m.OfferVoice(2, "v=0 again"))
    assert link.joined == [1, 2]
    assert link.left == [1]
    transport.close()
    await house.settle()
    assert link.left == [1, 2]


@pytest.mark.parametrize("refusal", [Conflict("full"), RemoteProtocolError("bad media line")])
async def test_an_offer_that_fails_is_refused_in_words_that_quote_nothing(house, link, refusal):
    link.refusal = refusal
    _, transport = await _join(house, "one")
    [refused] = [one for one in transport.messages if isinstance(one, m.Refused)]
    assert refused.reason.endswith(".")
    assert str(refusal) not in refused.reason
    assert not [one for one in transport.messages if isinstance(one, m.VoiceAnswer)]


async def test_patients_in_the_waiting_room_hear_staff_and_not_each_other(house, link):
    await _join(house, "one")
    await _join(house, "other")
    await _join(house, "nurse", "nurse")
    epochs, heard = _plan(house, link)
    assert heard == {1: [3], 2: [3], 3: []}
    assert len(set(epochs.values())) == 1


async def test_nobody_without_a_voice_connection_is_in_the_plan(house, link):
    await house.person("listener")
    await _join(house, "nurse", "nurse")
    assert _plan(house, link)[1] == {1: []}


async def test_behind_the_door_two_hear_each_other_and_nobody_else_hears_them(house, link):
    await _consult(house)
    epochs, heard = _plan(house, link)
    assert heard == {1: [2], 2: [1], 3: []}
    assert epochs[1] == epochs[2] != epochs[3]


async def test_whoever_leaves_a_room_leaves_its_epoch_to_nobody(house, link):
    doctors_end = await _consult(house)
    before, _ = _plan(house, link)
    doctors_end.close()
    await house.settle()
    after, heard = _plan(house, link)
    assert after[1] not in before.values()
    assert heard[1] == []
    assert 2 not in after


async def test_what_ends_a_voice_is_settled_before_it_is_told_and_nothing_else_waits(house, link):
    one, _ = await _join(house, "one")
    other, _ = await _join(house, "other")
    slot = house.desk.clinic.bodies[house.user_id("other")].slot
    own = house.desk.clinic.bodies[house.user_id("one")].slot
    _plan(house, link)
    await house.ask(one, m.AgreeToTalk(2, slot))
    await house.ask(other, m.AgreeToTalk(2, own))
    await house.ask(one, m.Say(3, "hello"))
    assert link.settled_for == []
    assert _plan(house, link)[1] == {1: [2], 2: [1]}
    await house.ask(one, m.Block(4, slot))
    assert link.settled_for == [len(link.plans)]
    assert link.plans[-1][1] == {1: [], 2: []}


async def test_a_slot_is_told_under_the_number_by_which_its_listener_knows_the_speaker(house, link):
    _, transport = await _join(house, "one")
    await _join(house, "nurse", "nurse")
    slot = house.desk.clinic.bodies[house.user_id("nurse")].slot
    for speaker in (2, None, 99):
        house.conductor.heard(control.SlotAssigned(1, 4, speaker, 70_000))
    house.conductor.heard(control.SlotAssigned(99, 4, 2, 1))
    told = [one for one in transport.messages if isinstance(one, m.VoiceSlot)]
    assert told == [
        m.VoiceSlot(4, slot, 70_000 & 0xFFFF),
        m.VoiceSlot(4, None, 70_000 & 0xFFFF),
        m.VoiceSlot(4, None, 70_000 & 0xFFFF),
    ]


async def test_whose_voice_is_lost_is_told_to_offer_again(house, link):
    _, one = await _join(house, "one")
    _, other = await _join(house, "other")
    house.conductor.heard(LinkDown())
    slots = [message for message in one.messages if isinstance(message, m.VoiceSlot)]
    assert slots == [m.VoiceSlot(slot, None) for slot in range(VOICES_MAX_N)]
    house.conductor.heard(LinkUp((2,)))
    house.conductor.heard(control.MemberDisconnected(2, 1))
    assert m.VoiceLost() in one.messages
    assert m.VoiceLost() in other.messages
    link.is_up = False
    assert house.conductor.plan(house.desk.clinic) == 0
    await asyncio.wait_for(house.conductor.settle(house.desk.clinic), 1)
