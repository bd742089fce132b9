from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.access import ROOM_RULES, Action, may, permitted, visible_name
from world.access_rules import CLINIC_RULES, PERSON_RULES, VISIT_RULES
from world.errors import NotFound, NotPermitted, NotSignedIn, Refusal
from world.moderation import Moderation, agree, block
from world.people import Person, Role
from world.relations import Clinic
from world.visit_events import AllowVitals, Invite, Join, SetMicrophone
from world.visit_records import Asked, Participant, Visit, Visits
from world.visit_states import HOLDING, State

WAITING, ROOM, OTHER_ROOM = "waiting", "consult-1", "consult-2"
LETTERS = dict(zip("PCINDTSA", Role, strict=True))
ALL = "PCINDTSA"

# One column each situation between an actor of each role and a subject; the subject is a
# patient, but for `staff`. A cell names the roles that may: typed by hand, not from the product.
#   self      the actor themselves, sitting in the waiting room
#   stranger  a patient in the same waiting room, without a visit
#   half      the same, and only the actor has agreed to talk
#   agreed    the same, and both have agreed
#   blocked   the same, and the subject has blocked the actor
#   queued    a patient in the same waiting room whose visit waits
#   called    the same, called by somebody else
#   asked     the same, and the actor is asked into the visit, not having agreed
#   asks      a carer in the same waiting room whom the actor has asked in (patient, doctor)
#   guest     a patient whose visit waits, and the actor has agreed to come along to it
#   caller    the same, called by the actor (doctor)
#   outside   a patient in consult behind the door, the actor in the waiting room
#   party     the same, and the actor belongs to the visit (doctor, carer, interpreter)
#   inside    the same, and the actor is inside too
#   staff     a nurse in the same waiting room
COLUMNS = (
    "self stranger half agreed blocked queued called asked asks guest caller outside party inside"
    " staff"
)
OTHERS = "PCITSA"
MATRIX = {
    # In the order of COLUMNS.
    Action.SEE_AVATAR:    [ALL, ALL, ALL, ALL, ALL, ALL, ALL, "CI", "PD", "CI", "D", "", "", "DCI",
                           ALL],
    Action.HEAR:          ["", "", "", ALL, "", "", "", "", "", "CI", "D", "", "", "DCI", ALL],
    Action.READ_CHAT:     [ALL, ALL, ALL, ALL, "", ALL, ALL, "CI", "PD", "CI", "D", "", "", "DCI",
                           ALL],
    Action.SEE_NAME:      [ALL, "", "", "", "", "ND", "N", "", "", "CI", "D", "", "DCI", "DCI",
                           "ND"],
    Action.SEE_ROLE:      [ALL, "", "", "", "", "ND", "N", "", "", "CI", "D", "", "DCI", "DCI",
                           ALL],
    Action.SEE_VITALS:    [ALL, "", "", "", "", "", "", "", "", "", "", "", "", "D", ""],
    Action.END_ATTEMPT:   [ALL, *[""] * 14],
    Action.SEE_SCORE:     [ALL, *[""] * 14],
    Action.AGREE_TO_TALK: ["", ALL, ALL, ALL, "", ALL, ALL, "CI", "PD", "CI", "D", "", "", "DCI",
                           ALL],
    Action.BLOCK:         ["", OTHERS, OTHERS, OTHERS, OTHERS, OTHERS, OTHERS, "CI", "P", "", "",
                           "", "", "", ""],
    Action.REPORT:        ["", ALL, ALL, ALL, ALL, ALL, ALL, "CI", "PD", "CI", "D", ALL, "DCI",
                           "DCI", ALL],
}  # fmt: skip
APPLICABLE = {
    "asked": "CI", "asks": "PD", "guest": "CI", "caller": "D", "party": "DCI", "inside": "DCI",
}  # fmt: skip


def _clinic(situation, role):
    """Returns actor, id of the subject, and the clinic in that situation."""
    actor = Person("actor", role, WAITING, "k1")
    if situation == "self":
        return actor, "actor", Clinic(Visits(WAITING, frozenset({ROOM}), {"actor": actor}))
    subject_role = {"staff": Role.NURSE, "asks": Role.CARER}.get(situation, Role.PATIENT)
    subject = Person("subject", subject_role, WAITING, "k2")
    moderation, visits = Moderation(), {}
    if situation in {"half", "agreed"}:
        moderation = agree(moderation, "actor", "subject")
    if situation == "agreed":
        moderation = agree(moderation, "subject", "actor")
    if situation == "blocked":
        moderation = block(moderation, "subject", "actor")
    states = dict.fromkeys(("outside", "party", "inside"), State.IN_CONSULT)
    states |= {"called": State.CALLED, "caller": State.CALLED}
    states |= dict.fromkeys(("queued", "asked", "guest"), State.CHECKED_IN)
    if situation == "asks":
        visits = {"v1": _asking_visit(role)}
    elif situation == "asked":
        asked = (Asked("actor", role, "subject"),)
        visits = {"v1": replace(_visit(State.CHECKED_IN, None), asked=asked)}
    elif situation in states:
        state = states[situation]
        visits = {"v1": _visit(state, role if situation in APPLICABLE else None)}
        if state is State.IN_CONSULT:
            subject = replace(subject, room_id=ROOM)
        if situation == "inside":
            actor = replace(actor, room_id=ROOM)
    people = {"actor": actor, "subject": subject}
    house = Visits(WAITING, frozenset({ROOM, OTHER_ROOM}), people, visits)
    return actor, "subject", Clinic(house, moderation)


def _visit(state, actor_role):
    parts = [Participant("subject", Role.PATIENT, sees_vitals=True)]
    if actor_role is not None:
        is_doctor = actor_role is Role.DOCTOR
        parts.append(Participant("actor", actor_role, sees_vitals=is_doctor))
    if state in HOLDING and actor_role is not Role.DOCTOR:
        parts.append(Participant("other-doctor", Role.DOCTOR, sees_vitals=True))
    room_id = ROOM if state in HOLDING else None
    return Visit("v1", state, tuple(parts), checked_in_at_s=0.0, room_id=room_id)


def _asking_visit(actor_role):
    """Returns the actor's own visit, as its patient or its doctor, with a carer who is asked in."""
    people = [Participant("actor", actor_role, sees_vitals=True)]
    if actor_role is Role.DOCTOR:
        people.insert(0, Participant("patient", Role.PATIENT, sees_vitals=True))
    else:
        people.append(Participant("other-doctor", Role.DOCTOR, sees_vitals=True))
    asked = (Asked("subject", Role.CARER, "actor"),)
    return Visit("v1", State.CALLED, tuple(people), room_id=ROOM, asked=asked)


@pytest.mark.parametrize("action", MATRIX)
@pytest.mark.parametrize("situation", COLUMNS.split())
def test_the_matrix_of_persons(action, situation):
    expected = MATRIX[action][COLUMNS.split().index(situation)]
    asked = APPLICABLE.get(situation, ALL)
    allowed = {
        letter for letter in asked if may(*_asked(situation, LETTERS[letter], action)) is None
    }
    assert allowed == set(expected)


def _asked(situation, role, action):
    actor, subject, clinic = _clinic(situation, role)
    return actor, action, subject, clinic


# The rooms as seen from: w the waiting room, f inside a free consult room, h inside the held
# one as a person of its visit. Subject: the waiting room, the free room, the held room.
ROOMS = {
    # To the waiting room from w, f, h; to the free room from w, f, h; to the held room likewise.
    Action.ENTER_ROOM: [ALL, ALL, "DCI", "ND", ALL, "", "DCI", "", "DCI"],
    Action.SPEAK:      [ALL, "", "", "", ALL, "", "", "", "DCI"],
    Action.WRITE_CHAT: [ALL, "", "", "", ALL, "", "", "", "DCI"],
    Action.KNOCK:      ["", "", "", ALL, "", "", ALL, "", ""],
    Action.OPEN_DOOR:  ["", "", "", "", ALL, "", "", "", "DCI"],
    # None of these rooms is a training room: tests/world/training/test_access.py has one.
    Action.PRACTISE:      [""] * 9,
    Action.WATCH_STATION: [""] * 9,
}  # fmt: skip


@pytest.mark.parametrize("action", ROOMS)
def test_the_matrix_of_rooms(action):
    found = []
    for room_id in (WAITING, OTHER_ROOM, ROOM):
        for place, own_room_id in zip("wfh", (WAITING, OTHER_ROOM, ROOM), strict=True):
            is_party = place == "h" or (room_id == ROOM and action is Action.ENTER_ROOM)
            asked = "DCI" if place == "h" else ALL
            allowed = ""
            for letter in asked:
                is_one = is_party and letter in "DCI"
                actor, _, clinic = _clinic("party" if is_one else "outside", LETTERS[letter])
                actor = replace(actor, room_id=own_room_id)
                clinic = replace(clinic, visits=clinic.visits.with_person(actor))
                allowed += letter if may(actor, action, room_id, clinic) is None else ""
            found.append(set(allowed))
    assert found == [set(cell) for cell in ROOMS[action]]


# Who may take a step in some state of a visit: own patient, carer, interpreter, own doctor, a
# carer K who is asked in, and by role alone nurse, other doctor, administrator.
STEPS = {
    Action.SEE_VISIT: "PCIDN",
    Action.CHECK_IN: "PCNA",
    Action.CALL_PATIENT: "DO",
    Action.TAKE_CALL_BACK: "DN",
    Action.GO_BACK: "PC",
    Action.MARK_NO_SHOW: "DNOA",
    Action.END_VISIT: "D",
    Action.CANCEL_VISIT: "PDNOA",
    Action.LEAVE_VISIT: "P",
    Action.INVITE: "PD",
    Action.JOIN_VISIT: "K",
    Action.DISMISS: "PDCIK",
    Action.ALLOW_VITALS: "P",
}


@pytest.mark.parametrize("action", STEPS)
def test_the_matrix_of_visits(action):
    parts = tuple(
        Participant(letter, LETTERS[letter], sees_vitals=True) for letter in ("P", "C", "I", "D")
    )
    people = {
        letter: Person(letter, LETTERS.get(letter, Role.DOCTOR), WAITING, f"k{letter}")
        for letter in "PCIDNOATS"
    }
    people["K"] = Person("K", Role.CARER, WAITING, "kK")
    people["Q"] = Person("Q", Role.PATIENT, WAITING, "kQ")
    asked = (Asked("K", Role.CARER, "D"),)
    visit = Visit("v1", State.IN_CONSULT, parts, checked_in_at_s=0.0, room_id=ROOM, asked=asked)
    clinic = Clinic(Visits(WAITING, frozenset({ROOM}), people, {"v1": visit}))
    answers = {letter: may(person, action, "v1", clinic) for letter, person in people.items()}
    assert {letter for letter, answer in answers.items() if answer is None} == set(STEPS[action])
    for letter in "TSQ":
        unknown = may(people[letter], action, "no-such-visit", clinic)
        assert _said(answers[letter]) == _said(unknown)
        assert isinstance(unknown, NotFound)


def test_a_visit_that_waits_is_seen_by_every_doctor():
    actor, _, clinic = _clinic("queued", Role.DOCTOR)
    assert may(actor, Action.SEE_VISIT, "v1", clinic) is None


CLINIC = {
    Action.BEGIN_VISIT: "PNDA",
    Action.SEE_QUEUE: "ND",
    Action.READ_REPORTS: "A",
    Action.ADMINISTER: "A",
}


@pytest.mark.parametrize("action", CLINIC)
def test_the_matrix_of_the_clinic(action):
    allowed = {x for x in ALL if may(*_asked_alone(LETTERS[x], action)) is None}
    assert allowed == set(CLINIC[action])


def _asked_alone(role, action):
    actor, _, clinic = _clinic("self", role)
    return actor, action, None, clinic


def test_every_action_is_in_one_matrix_and_in_one_table():
    matrices = [*MATRIX, *ROOMS, *STEPS, *CLINIC]
    assert sorted(matrices) == sorted(Action)
    tables = [*PERSON_RULES, *ROOM_RULES, *VISIT_RULES, *CLINIC_RULES]
    assert sorted(tables) == sorted(Action)


def test_an_action_without_a_rule_is_refused(monkeypatch):
    actor, subject, clinic = _clinic("staff", Role.DOCTOR)
    monkeypatch.setattr("world.access.PERSON_RULES", {})
    assert isinstance(may(actor, Action.SEE_AVATAR, subject, clinic), NotPermitted)
    assert isinstance(may(actor, Action.ENTER_ROOM, None, clinic), NotPermitted)


@pytest.mark.parametrize("action", Action)
def test_nobody_acts_without_a_connection(action):
    for situation in COLUMNS.split():
        actor, subject, clinic = _clinic(situation, Role.DOCTOR)
        gone = replace(actor, connection_id=None, vanished_at_s=0.0)
        clinic = replace(clinic, visits=clinic.visits.with_person(gone))
        for target in (subject, ROOM, "v1", None):
            assert isinstance(may(actor, action, target, clinic), NotSignedIn)


@pytest.mark.parametrize("action", MATRIX)
def test_whom_one_may_not_know_of_is_like_nobody(action):
    for role in Role:
        actor, subject, clinic = _clinic("outside", role)
        if action is Action.REPORT:
            continue
        hidden = may(actor, action, subject, clinic)
        nobody = may(actor, action, "nobody", clinic)
        assert isinstance(hidden, NotFound)
        assert _said(hidden) == _said(nobody)


def _said(refusal):
    return type(refusal), str(refusal)


def test_every_refusal_is_a_sentence_that_says_what_to_do_and_names_nobody():
    said = set()
    for action in Action:
        for situation in COLUMNS.split():
            for role in Role:
                actor, subject, clinic = _clinic(situation, role)
                for target in (subject, "nobody", WAITING, ROOM, OTHER_ROOM, "v1", "v2", None):
                    refusal = may(actor, action, target, clinic)
                    if refusal is not None:
                        assert isinstance(refusal, Refusal)
                        said.add(str(refusal))
    assert len(said) > 10
    for sentence in said:
        first, second = sentence.split(". ")
        assert first
        assert second[0].isupper()
        assert second.endswith(".")
        assert not {"actor", "subject", "v1", ROOM, OTHER_ROOM} & set(sentence.split())


def test_a_stale_record_of_the_actor_gives_nothing():
    actor, subject, clinic = _clinic("outside", Role.TRAINEE)
    liar = replace(actor, room_id=ROOM, role=Role.DOCTOR)
    assert may(liar, Action.SEE_AVATAR, subject, clinic) is not None
    assert may(liar, Action.SEE_QUEUE, None, clinic) is not None


def test_names_are_neutral_between_strangers_and_real_in_a_visit():
    def seen(situation, role):
        actor, subject, clinic = _clinic(situation, role)
        person = clinic.visits.people[subject]
        name = visible_name(actor, person, "real", "alias", clinic)
        return name and (name.text, name.badge)

    assert seen("stranger", Role.PATIENT) == ("alias", None)
    assert seen("agreed", Role.PATIENT) == ("alias", None)
    assert seen("queued", Role.PATIENT) == ("alias", None)
    assert seen("queued", Role.NURSE) == ("real", Role.PATIENT)
    assert seen("called", Role.DOCTOR) == ("alias", None)
    assert seen("caller", Role.DOCTOR) == ("real", Role.PATIENT)
    assert seen("staff", Role.PATIENT) == ("alias", Role.NURSE)
    assert seen("staff", Role.DOCTOR) == ("real", Role.NURSE)
    assert seen("asked", Role.CARER) == ("alias", None)
    assert seen("asks", Role.PATIENT) == ("alias", None)
    assert seen("asks", Role.DOCTOR) == ("alias", None)
    assert seen("guest", Role.CARER) == ("real", Role.PATIENT)
    assert seen("outside", Role.DOCTOR) is None
    assert seen("inside", Role.INTERPRETER) == ("real", Role.PATIENT)


def _is_allowed(house, user_id, action, subject, moderation=None):
    clinic = Clinic(house.visits, moderation or Moderation())
    return may(house.visits.people[user_id], action, subject, clinic) is None


def test_a_patient_and_the_own_carer_hear_each_other_while_waiting(house):
    house.with_carer()
    assert _is_allowed(house, "p", Action.HEAR, "c")
    assert _is_allowed(house, "c", Action.HEAR, "p")
    assert _is_allowed(house, "p", Action.SEE_NAME, "c")


def test_a_yes_opens_names_and_ears_to_both_sides_at_once_and_nothing_before(house):
    house.in_consult()
    house.come("c", "carer")
    house.do(Invite("v1", "c", Role.CARER), "d")
    pairs = [(one, other) for one, other in ("pc", "cp", "dc", "cd")]
    assert not any(_is_allowed(house, one, Action.SEE_NAME, other) for one, other in pairs)
    assert not _is_allowed(house, "c", Action.ENTER_ROOM, ROOM)
    assert not _is_allowed(house, "c", Action.SEE_VISIT, "v1")
    house.do(Join("v1"), "c")
    assert all(_is_allowed(house, one, Action.SEE_NAME, other) for one, other in pairs)
    assert _is_allowed(house, "c", Action.ENTER_ROOM, ROOM)
    assert _is_allowed(house, "c", Action.SEE_VISIT, "v1")


def test_a_call_lets_doctor_and_patient_hear_each_other_in_the_waiting_room(house):
    house.come("p", "patient")
    house.come("d", "doctor")
    assert _is_allowed(house, "p", Action.HEAR, "d")
    assert not _is_allowed(house, "d", Action.HEAR, "p")
    house.called()
    assert _is_allowed(house, "d", Action.HEAR, "p")


def test_a_guest_sees_vital_signs_only_if_the_patient_lets_and_only_inside(house):
    house.in_consult()
    house.come("c", "carer")
    house.bring_along("c", "p")
    house.go("c", ROOM)
    assert not _is_allowed(house, "c", Action.SEE_VITALS, "p")
    house.do(AllowVitals("v1", "c", is_allowed=True), "p")
    assert _is_allowed(house, "c", Action.SEE_VITALS, "p")
    house.go("c", WAITING)
    assert not _is_allowed(house, "c", Action.SEE_VITALS, "p")
    assert _is_allowed(house, "d", Action.SEE_VITALS, "p")
    house.go("d", WAITING)
    assert not _is_allowed(house, "d", Action.SEE_VITALS, "p")


def test_a_denied_microphone_silences_its_owner_and_nobody_else(house):
    house.in_consult()
    house.do(SetMicrophone(is_allowed=False), "p")
    assert not _is_allowed(house, "d", Action.HEAR, "p")
    assert _is_allowed(house, "p", Action.HEAR, "d")
    assert not _is_allowed(house, "p", Action.SPEAK, ROOM)
    assert _is_allowed(house, "p", Action.WRITE_CHAT, ROOM)


def test_a_block_cuts_chat_and_sound_both_ways_even_in_a_visit(house):
    house.with_carer()
    moderation = block(Moderation(), "c", "p")
    for one, other in ("pc", "cp"):
        assert not _is_allowed(house, one, Action.HEAR, other, moderation)
        assert not _is_allowed(house, one, Action.READ_CHAT, other, moderation)
        assert _is_allowed(house, one, Action.SEE_AVATAR, other, moderation)


USERS = tuple(f"u{number}" for number in range(7))
PEOPLE = st.tuples(
    st.sampled_from(Role),
    st.sampled_from([WAITING, ROOM, OTHER_ROOM, None]),
    st.booleans(),
    st.booleans(),
)
TIES = st.sets(st.tuples(st.sampled_from(USERS), st.sampled_from(USERS)), max_size=8)
VISITS = st.lists(
    st.tuples(st.sampled_from(State), st.lists(st.sampled_from(USERS), min_size=1, unique=True)),
    max_size=3,
)


@st.composite
def clinics(draw):
    """Any clinic, also one that the visit machine would never let come about."""
    kinds, visits = draw(st.tuples(*[PEOPLE for _ in USERS])), draw(VISITS)
    blocks, agreements = draw(TIES), draw(TIES)
    people = {
        user_id: Person(user_id, role, room_id, "k" if is_connected else None, None, has_microphone)
        for user_id, (role, room_id, is_connected, has_microphone) in zip(USERS, kinds, strict=True)
    }
    made = {}
    for number, (state, members) in enumerate(visits):
        parts = tuple(
            Participant(u, people[u].role, sees_vitals=len(u) + number > 2) for u in members
        )
        room_id = (ROOM, OTHER_ROOM, None)[number] if state in HOLDING else None
        asked = tuple(Asked(u, people[u].role, members[0]) for u in USERS if u not in members)
        made[f"v{number}"] = Visit(f"v{number}", state, parts, room_id=room_id, asked=asked)
    moderation = Moderation()
    for one, other in agreements:
        moderation = agree(moderation, one, other)
    for one, other in blocks:
        moderation = block(moderation, one, other)
    return Clinic(Visits(WAITING, frozenset({ROOM, OTHER_ROOM}), people, made), moderation)


@settings(max_examples=60, deadline=None)
@given(clinics())
def test_a_whole_room_is_judged_as_each_pair_is(clinic):
    everybody = tuple(clinic.visits.people.values())
    for action in PERSON_RULES:
        pairwise = [
            [may(actor, action, subject.user_id, clinic) is None for subject in everybody]
            for actor in everybody
        ]
        assert permitted(action, everybody, clinic).tolist() == pairwise


@settings(max_examples=100, deadline=None)
@given(clinics())
def test_no_wall_leaks_and_no_block_has_a_hole(clinic):
    people = tuple(clinic.visits.people.values())

    def allowed(actor, action, subject):
        return may(actor, action, subject.user_id, clinic) is None

    for actor in people:
        for subject in people:
            senses = {
                action
                for action in (Action.SEE_AVATAR, Action.HEAR, Action.READ_CHAT)
                if allowed(actor, action, subject)
            }
            is_together = actor.room_id is not None and actor.room_id == subject.room_id
            if not is_together or not actor.is_connected:
                assert senses == set()
            if clinic.moderation.is_blocked(actor.user_id, subject.user_id):
                assert senses <= {Action.SEE_AVATAR}
            if actor is not subject and allowed(actor, Action.SEE_VITALS, subject):
                visit = clinic.visits.holder(actor.room_id)
                assert visit is not None
                assert visit.state is State.IN_CONSULT
                assert visit.patient_id == subject.user_id
                assert visit.participant(actor.user_id).sees_vitals
            if not is_together and actor.role not in {Role.NURSE, Role.DOCTOR}:
                both = {actor.user_id, subject.user_id}
                shared = [v for v in clinic.visits.visits.values() if both <= v.participant_ids]
                if actor is not subject and not shared:
                    assert not allowed(actor, Action.SEE_NAME, subject)
                    assert visible_name(actor, subject, "real", "alias", clinic) is None


def test_nobody_in_a_room_is_no_mistake():
    clinic = Clinic(Visits(WAITING, frozenset({ROOM})))
    assert permitted(Action.HEAR, (), clinic).shape == (0, 0)
