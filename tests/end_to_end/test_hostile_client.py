"""A hostile client asks for everything while a consult goes on behind a closed door.

The people inside leave marks (canaries) in everything that could leak: names, a neutral name that
was chosen inside, texts, poses, vital signs, offers of voice. The hostile ones have modified
clients, know ids that nobody should have given them, and keep every byte that reaches them.
"""

import asyncio
import itertools
import uuid

import numpy as np
import pytest

from server.config import ServerConfig
from tests.end_to_end.consult import (
    DOCTOR_NAME,
    DOOR,
    PATIENT_NAME,
    ROOM,
    Clinic,
    accepted,
    agree,
    invite,
    waiting_list,
)
from tests.server.raw_client import frame
from world.clinic import user_stream
from world.protocol import messages as m
from world.protocol import motion
from world.vitals.catalog import ECG_LEAD_II, HEART_RATE
from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock

NAME_INSIDE, TEXT, SDP = "Canary Inside", "canary text: it hurts here", "v=0 canary offer"
SAMPLES = np.arange(7000, 7100, dtype="<i2").tobytes()
HEART_RATE_PER_MIN = 77.125
HAND_M = (0.41, 0.37, -0.29)


@pytest.fixture
async def clinic(tmp_path):
    clinic = Clinic(ServerConfig(data=tmp_path, is_plain=True, world_port=0))
    await clinic.begin()
    yield clinic
    await clinic.close()


def _pose(head_m):
    poses = motion.resting(1)
    poses.head_m[0] = head_m
    poses.hand_m[0, 0] = HAND_M
    poses.flags[:] = motion.LEFT_TRACKED
    return motion.encode_inputs(1, poses).tobytes()


async def _live_on_inside(clinic, patient, patient_sees, visit_id):
    """Lets the two do everything that must not be known outside."""
    await accepted(patient.request(lambda n: m.ChooseAlias(n, NAME_INSIDE)))
    await accepted(patient.request(lambda n: m.Say(n, TEXT)))
    await accepted(clinic.doctor.request(lambda n: m.Say(n, TEXT)))
    await patient.request(lambda n: m.OfferVoice(n, SDP))
    belt, _, _ = clinic.connect(clinic.accounts["patient"][1], device="belt")
    for sequence in itertools.count():
        patient.send_frame(_pose(patient_sees.room.position_m))
        belt.send(m.SendObservation(_observation(sequence)))
        belt.send(m.SendWaveform(_block(sequence)))
        await asyncio.sleep(0.05)
        inside = clinic.doctor_sees
        slot = patient_sees.room.own_slot
        hands = [p.hand_m[s == slot, 0] for _, s, p in inside.frames[-1:]]
        is_seen = hands and len(hands[0]) and np.allclose(hands[0][0], HAND_M, atol=0.01)
        if is_seen and inside.of(m.Waveform) and inside.of(m.Observed):
            break
    assert [event.body.text for event in inside.events(m.Said)][-2:] == [TEXT, TEXT]


def _observation(sequence):
    return Observation(HEART_RATE, HEART_RATE_PER_MIN, "/min", "belt", sequence, sequence / 20)


def _block(sequence):
    return WaveformBlock(ECG_LEAD_II, "uV", "belt", sequence, sequence / 5, 500, 0.5, SAMPLES)


def _everything(visit_ids, slots, doors=(DOOR, "door-2", "door-9")):
    """Every request about somebody else, with every id that can be guessed or was leaked."""
    for visit_id in visit_ids:
        for change in ("end", "cancel", "no-show", "uncall", "go-back", "leave"):
            yield lambda n, v=visit_id, c=change: m.ChangeVisit(n, v, c)
        for slot in slots:
            yield lambda n, v=visit_id, s=slot: m.Invite(n, v, s, room_id=ROOM)
            yield lambda n, v=visit_id, s=slot: m.Invite(n, v, s, is_invited=False, room_id=ROOM)
            yield lambda n, v=visit_id, s=slot: m.AllowVitals(n, v, s, is_allowed=True)
        yield lambda n, v=visit_id: m.AnswerInvitation(n, v, agrees=True)
        yield lambda n, v=visit_id: m.AnswerInvitation(n, v, agrees=False)
        yield lambda n, v=visit_id: m.CallPatient(n, ROOM, v)
    yield lambda n: m.CallPatient(n, ROOM)
    yield lambda n: m.CallPatient(n, "consult-2")
    for door in doors:
        yield lambda n, d=door: m.GoThrough(n, d)
        yield lambda n, d=door: m.OpenDoor(n, d)
    for seat in ("doctor", "patient", "companion-1"):
        yield lambda n, s=seat: m.Sit(n, s)
    for slot in (4000, 4095):
        yield lambda n, s=slot: m.Block(n, s)
        yield lambda n, s=slot: m.Report(n, s, "who is this")
        yield lambda n, s=slot: m.AgreeToTalk(n, s)
    yield lambda n: m.OfferVoice(n, "v=0 hostile")


async def _ask_all(client, requests):
    """Asks for all of it, within the budget; returns the answers in order."""
    numbers = []
    for number, make in enumerate(requests):
        if number % 16 == 15:
            await asyncio.sleep(0.8)
        numbers.append(client.ask(make))
    return [await client.answer_to(number) for number in numbers]


def _walk_at_the_door(client):
    """Sends poses that lie behind the door, and some that lie far outside of the room."""
    for step in range(1, 30):
        poses = motion.resting(1)
        poses.head_m[0] = (9.4 + step * 0.1, 1.35, 1.6)
        client.write(frame(motion.encode_inputs(step, poses).tobytes()))


def _assert_learned_nothing(client, clinic, visit_id, *, is_asked=False):
    """Who was asked into the visit knows its id, and its patient by the neutral name."""
    heard = bytes(client.heard)
    secrets = {
        "a real name": PATIENT_NAME.encode(),
        "the doctor's real name": DOCTOR_NAME.encode(),
        "a name chosen inside": NAME_INSIDE.encode(),
        "a text": TEXT.encode(),
        "an offer of voice": SDP.encode(),
        "samples": SAMPLES,
        "the visit": visit_id.encode(),
        "the patient's account": clinic.id_of("patient").encode(),
        "the doctor's account": clinic.id_of("doctor").encode(),
    }
    known = {"the visit", "a name chosen inside"} if is_asked else set()
    assert {what for what, secret in secrets.items() if secret in heard} == known
    told = {type(message) for message in client.messages}
    assert not told & {
        m.Observed,
        m.Waveform,
        m.VitalsOver,
        m.VoiceAnswer,
        m.VoiceSlot,
        m.VoiceLost,
    }
    assert {room.room_id for room in client.of(m.RoomView)} == {"waiting"}
    own = user_stream(client.of(m.Welcome)[0].user_id)
    assert {event.stream for event in client.of(m.Event)} <= {"room:waiting", own}


def _assert_saw_nobody_inside(client, since):
    frames = [motion.decode_records(pose) for pose in client.poses[since:]]
    for _, _, poses in frames:
        assert not np.isclose(poses.hand_m[:, 0], HAND_M, atol=0.01).all(axis=1).any()
    slots = {int(slot) for _, slots, _ in frames for slot in slots}
    known = {person.slot for room in client.of(m.RoomView) for person in room.people}
    known |= {view.person.slot for view in client.of(m.PersonView)}
    assert slots <= known


async def test_who_asks_for_everything_learns_nothing_of_a_consult(clinic):
    old_patient, old_sees = await clinic.come("former")
    old_visit = await clinic.consult(old_patient, old_sees)
    await clinic.end(old_visit, old_patient)

    stranger = await clinic.hostile("stranger")
    bystander = await clinic.hostile("bystander")
    former = await clinic.hostile("former")  # takes over from the program that behaved
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    hostile = [stranger, bystander, former]
    marks = [len(client.poses) for client in hostile]
    for client in hostile:
        _walk_at_the_door(client)
    await _live_on_inside(clinic, patient, patient_sees, visit_id)

    inside = [patient_sees.room.own_slot, clinic.doctor_sees.room.own_slot, 77]
    requests = list(_everything([visit_id, old_visit, uuid.uuid4().hex], inside))
    answers = await asyncio.gather(*(_ask_all(client, requests) for client in hostile))
    accepted_ones = [
        make(1)
        for theirs in answers
        for make, answer in zip(requests, theirs, strict=True)
        if not isinstance(answer, m.Refused)
    ]
    assert accepted_ones == []
    await accepted(bystander.answer(lambda n: m.Knock(n, DOOR)))

    streams = [f"visit:{visit_id}", f"visit:{old_visit}", f"room:{ROOM}"]
    streams += [user_stream(clinic.id_of(who)) for who in ("patient", "doctor")]
    for who, client in zip(("stranger", "bystander", "former"), hostile, strict=True):
        await client.leave()
        await client.enter(await clinic.ticket(who), [(stream, 0) for stream in streams])
    await accepted(patient.request(lambda n: m.Say(n, TEXT)))
    for client, since in zip(hostile, marks, strict=True):
        await client.answer(lambda n: m.Say(n, "is anybody there?"))
        _assert_learned_nothing(client, clinic, visit_id)
        _assert_saw_nobody_inside(client, since)


async def test_who_is_asked_along_learns_nothing_of_the_consult_before_they_agree(clinic):
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    guest = await clinic.hostile("bystander")
    await accepted(clinic.doctor.request(invite(visit_id, guest)))
    await guest.until(lambda: guest.of(m.Invitations))
    asked = m.Invitation(visit_id, "doctor alias", "doctor", "patient alias")
    assert guest.of(m.Invitations)[-1].entries == (asked,)
    since = len(guest.poses)
    await _live_on_inside(clinic, patient, patient_sees, visit_id)
    inside = [patient_sees.room.own_slot, clinic.doctor_sees.room.own_slot]
    everything = _everything([visit_id], inside)
    requests = [make for make in everything if not isinstance(make(1), m.AnswerInvitation)]
    answers = await _ask_all(guest, requests)
    assert all(isinstance(answer, m.Refused) for answer in answers)
    _assert_learned_nothing(guest, clinic, visit_id, is_asked=True)
    _assert_saw_nobody_inside(guest, since)
    told = str(clinic.doctor_sees.messages) + str(patient_sees.messages)
    assert "bystander alias" in told
    assert "Bea Bystander" not in told

    await accepted(guest.answer(agree(visit_id)))
    await accepted(guest.answer(lambda n: m.GoThrough(n, DOOR)))
    await guest.until(lambda: guest.of(m.RoomView)[-1].room_id == ROOM)
    names = {person.name for person in guest.of(m.RoomView)[-1].people}
    assert names == {PATIENT_NAME, DOCTOR_NAME, "Bea Bystander"}


async def test_a_refusal_does_not_tell_whether_somebody_or_something_is_there(clinic):
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    stranger = await clinic.hostile("stranger")
    taken = [patient_sees.room.own_slot, clinic.doctor_sees.room.own_slot]
    there = await _ask_all(stranger, _everything([visit_id], taken))
    elsewhere = await _ask_all(stranger, _everything([uuid.uuid4().hex], [701, 702]))
    assert all(isinstance(answer, m.Refused) for answer in there)
    assert [(a.code, a.reason) for a in there] == [(a.code, a.reason) for a in elsewhere]


async def test_who_is_called_into_the_room_next_reads_nothing_of_the_visit_before(clinic):
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    await accepted(patient.request(lambda n: m.Say(n, TEXT)))
    await clinic.end(visit_id, patient)
    stranger = await clinic.hostile("stranger")
    await stranger.answer(m.CheckIn)
    await clinic.doctor_sees.until(
        lambda w: waiting_list(w) and waiting_list(w)[-1].entries[-1].visit_id != visit_id
    )
    await accepted(clinic.doctor.request(lambda n: m.CallPatient(n, ROOM)))
    await accepted(clinic.doctor.request(lambda n: m.GoThrough(n, DOOR)))
    await accepted(stranger.answer(lambda n: m.GoThrough(n, DOOR)))
    await stranger.until(lambda: stranger.of(m.RoomView)[-1].room_id == ROOM)
    mine = stranger.of(m.RoomView)[-1].stream
    await stranger.leave()
    streams = [mine, f"visit:{visit_id}", f"room:{ROOM}", "room:waiting"]
    await stranger.enter(await clinic.ticket("stranger"), [(stream, 0) for stream in streams])
    await accepted(clinic.doctor.request(lambda n: m.Say(n, "Come in")))
    await stranger.until(lambda: any("Come in" in str(e) for e in stranger.of(m.Event)))
    assert TEXT.encode() not in bytes(stranger.heard)
    assert visit_id.encode() not in bytes(stranger.heard)
    assert PATIENT_NAME.encode() not in bytes(stranger.heard)


async def test_a_guest_who_came_late_reads_nothing_of_what_was_said_before(clinic):
    patient, patient_sees = await clinic.come("patient")
    visit_id = await clinic.consult(patient, patient_sees)
    await accepted(patient.request(lambda n: m.Say(n, TEXT)))
    guest = await clinic.hostile("bystander")
    await accepted(clinic.doctor.request(invite(visit_id, guest)))
    await accepted(guest.answer(agree(visit_id)))
    await accepted(guest.answer(lambda n: m.GoThrough(n, DOOR)))
    await guest.until(lambda: guest.of(m.RoomView)[-1].room_id == ROOM)
    await accepted(patient.request(lambda n: m.Say(n, "Come in")))
    await guest.until(lambda: _read(guest) == ["Come in"])
    stream = guest.of(m.RoomView)[-1].stream
    await guest.leave()
    await guest.enter(await clinic.ticket("bystander"), [(stream, 0)])
    await accepted(patient.request(lambda n: m.Say(n, "Sit down")))
    await guest.until(lambda: "Sit down" in _read(guest))
    assert _read(guest) == ["Come in", "Come in", "Sit down"]
    assert TEXT.encode() not in bytes(guest.heard)


def _read(client):
    return [event.body.text for event in client.of(m.Event) if isinstance(event.body, m.Said)]
