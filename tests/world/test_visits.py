from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from world.doors import door_is_open, may_pass
from world.errors import Conflict, NotFound, NotPermitted, NotSignedIn, Refusal
from world.people import Role
from world.queue import place, queue
from world.visit_events import (
    AllowVitals,
    Book,
    Call,
    Cancel,
    CheckIn,
    CloseConnection,
    CloseReason,
    Connect,
    Depart,
    Disconnect,
    Dismiss,
    End,
    GoBack,
    Gone,
    Invite,
    Join,
    Leave,
    MarkNoShow,
    Meet,
    Move,
    Moved,
    Notice,
    OpenDoor,
    SetMicrophone,
    Tick,
    Uncall,
    WalkIn,
)
from world.visit_records import Visits
from world.visit_rules import refuse_event
from world.visit_states import ACTIVE, HOLDING, OPEN, State
from world.visits import apply

WAITING, ROOM, OTHER_ROOM = "waiting", "consult-1", "consult-2"


def test_a_visit_goes_from_booking_to_its_end(house):
    house.come("n", "nurse")
    house.come("d", "doctor")
    house.come("p", "patient")
    house.do(Book("v1", "p", 1200.0), "n")
    states = [house.visit().state]
    house.do(CheckIn("v1"), "p")
    states.append(house.visit().state)
    house.do(Call("v1", ROOM), "d")
    states.append(house.visit().state)
    assert house.told("p") == [Notice.CALLED]
    house.go("p", ROOM)
    assert house.visit().state is State.CALLED
    house.go("d", ROOM)
    states.append(house.visit().state)
    house.now_s += 300.0
    house.do(End("v1"), "d")
    states.append(house.visit().state)
    assert states == ["booked", "checked-in", "called", "in-consult", "ended"]
    assert house.visit().closed_at_s - house.visit().consult_started_at_s == 300.0
    house.go("p", WAITING)
    assert house.room_of("p") == WAITING


def test_of_two_doctors_who_call_one_patient_the_second_gets_a_conflict(house):
    house.called()
    house.come("e", "doctor")
    with pytest.raises(Conflict):
        house.do(Call("v1", OTHER_ROOM), "e")
    assert house.visit().doctor_id == "d"
    assert house.visits.holder(OTHER_ROOM) is None


def test_a_doctor_has_one_visit_and_a_room_holds_one(house):
    house.called()
    house.come("q", "patient")
    house.come("e", "doctor")
    house.walk_in("q", "v2")
    with pytest.raises(Conflict):
        house.do(Call("v2", OTHER_ROOM), "d")
    with pytest.raises(Conflict):
        house.do(Call("v2", ROOM), "e")
    with pytest.raises(NotFound):
        house.do(Call("v2", WAITING), "e")
    house.do(Call("v2", OTHER_ROOM), "e")


def test_a_doctor_who_returns_within_two_minutes_goes_on_with_the_consult(house):
    house.in_consult()
    house.vanish("d")
    house.wait(119.0)
    assert house.told("p") == []
    house.do(Connect("d", Role.DOCTOR, "d-2"))
    house.wait(1000.0)
    assert house.visit().state is State.IN_CONSULT
    assert house.room_of("d") == ROOM
    assert house.told("p") == []


def test_a_patient_is_told_once_of_a_vanished_doctor_and_may_go_back_to_the_same_place(house):
    house.in_consult()
    house.come("q", "patient")
    house.walk_in("q", "v2")
    house.vanish("d")
    with pytest.raises(Conflict):
        house.do(GoBack("v1"), "p")
    house.wait(200.0)
    assert house.told("p") == [Notice.DOCTOR_GONE]
    assert house.visit().state is State.IN_CONSULT
    house.do(GoBack("v1"), "p")
    assert house.room_of("p") == WAITING
    assert [place(house.visits, v) for v in ("v1", "v2")] == [1, 2]
    assert house.visit().doctor_id is None


def test_a_patient_who_does_not_choose_is_brought_back_to_the_queue(house):
    house.in_consult()
    house.vanish("d")
    house.wait(600.0)
    assert house.told("p") == [Notice.DOCTOR_GONE, Notice.BACK_IN_QUEUE]
    assert house.visit().state is State.CHECKED_IN
    assert house.room_of("p") == WAITING
    assert place(house.visits, "v1") == 1


def test_a_doctor_who_returns_late_finds_the_consult_if_the_patient_waited(house):
    house.in_consult()
    house.vanish("d")
    house.wait(300.0)
    house.do(Connect("d", Role.DOCTOR, "d-2"))
    assert house.room_of("d") == WAITING
    house.go("d", ROOM)
    house.wait(1000.0)
    assert house.visit().state is State.IN_CONSULT
    house.do(End("v1"), "d")


def test_absences_are_told_anew_after_a_return(house):
    house.in_consult()
    house.go("d", WAITING)
    house.wait(130.0)
    assert house.told("p") == [Notice.DOCTOR_GONE]
    house.go("d", ROOM)
    house.go("d", WAITING)
    house.wait(130.0)
    assert house.told("p") == [Notice.DOCTOR_GONE]


def test_a_called_patient_who_is_away_is_recalled_then_keeps_the_place(house):
    house.called()
    house.come("q", "patient")
    house.walk_in("q", "v2")
    house.wait(60.0)
    assert house.told("p") == [Notice.CALLED_AGAIN]
    assert house.told("d") == [Notice.PATIENT_AWAY]
    house.wait(120.0)
    assert house.told("p") == [Notice.CALL_LAPSED]
    assert house.told("d") == [Notice.VISIT_RETURNED]
    assert place(house.visits, "v1") == 1
    assert house.visit().missed_calls_n == 1
    house.do(Call("v2", ROOM), "d")


def test_a_doctor_marks_a_called_patient_who_does_not_come_as_no_show(house):
    house.called()
    house.do(MarkNoShow("v1"), "d")
    assert house.visit().state is State.NO_SHOW
    house.walk_in("p", "v2")


def test_a_patient_in_the_room_is_no_no_show(house):
    house.called()
    house.go("p", ROOM)
    with pytest.raises(Conflict):
        house.do(MarkNoShow("v1"), "d")


def test_an_appointment_is_no_no_show_before_its_time_and_lapses_after_it(house):
    house.come("n", "nurse")
    house.come("p", "patient")
    house.do(Book("v1", "p", 2000.0), "p")
    with pytest.raises(Conflict):
        house.do(MarkNoShow("v1"), "n")
    house.now_s = 2000.0 + house.visits.limits.no_show_after_s
    house.do(Tick())
    assert house.visit().state is State.NO_SHOW


def test_a_doctor_is_told_that_the_called_patient_is_inside_and_waits(house):
    house.called()
    house.go("p", ROOM)
    assert house.told("d") == [Notice.PATIENT_INSIDE]


def test_a_doctor_who_is_there_first_need_not_be_told_who_comes_in(house):
    house.in_consult()
    assert Notice.PATIENT_INSIDE not in house.told("d")


def test_a_doctor_takes_the_call_back_and_the_patient_is_at_the_old_place(house):
    house.called()
    house.go("p", ROOM)
    house.do(Uncall("v1"), "d")
    assert house.room_of("p") == WAITING
    assert house.told("p") == [Notice.CALL_TAKEN_BACK]
    assert place(house.visits, "v1") == 1


def test_a_patient_who_walks_out_of_a_consult_may_come_back(house):
    house.in_consult()
    house.go("p", WAITING)
    house.wait(130.0)
    assert house.told("d") == [Notice.PATIENT_GONE]
    house.go("p", ROOM)
    house.wait(2000.0)
    assert house.visit().state is State.IN_CONSULT


def test_a_consult_whose_patient_never_returns_ends(house):
    house.in_consult()
    house.vanish("p")
    house.wait(900.0)
    assert house.visit().state is State.ENDED
    assert house.told("d") == [Notice.PATIENT_GONE, Notice.ENDED]


def test_the_newer_connection_takes_over_where_the_older_one_was(house):
    house.in_consult()
    effects = house.do(Connect("p", Role.PATIENT, "p-2"))
    assert effects == (CloseConnection("p-1", CloseReason.TAKEN_OVER),)
    assert house.room_of("p") == ROOM
    house.do(Disconnect("p", "p-1"))
    assert house.visits.people["p"].is_connected
    house.wait(1000.0)
    assert house.visit().state is State.IN_CONSULT


def test_a_dropped_person_keeps_the_place_in_the_room_for_two_minutes_only(house):
    house.come("p", "patient")
    house.walk_in("p")
    house.vanish("p")
    house.wait(119.0)
    assert house.room_of("p") == WAITING
    house.wait(1.0)
    assert house.effects == (Gone("p"),)
    assert "p" not in house.visits.people
    assert place(house.visits, "v1") == 1
    assert house.do(Connect("p", Role.PATIENT, "p-2")) == (Moved("p", WAITING),)
    assert place(house.visits, "v1") == 1


def test_who_goes_home_is_gone_at_once_and_the_visit_is_known_to_be_alone(house):
    house.in_consult()
    assert house.do(Depart(), "d") == (Gone("d"),)
    house.do(Disconnect("d", "d-1"))
    assert "d" not in house.visits.people
    house.wait(130.0)
    assert house.told("p") == [Notice.DOCTOR_GONE]


def test_a_place_in_the_queue_is_given_up_after_a_long_absence(house):
    house.come("p", "patient")
    house.walk_in("p")
    house.vanish("p")
    house.wait(900.0)
    assert house.visit().state is State.LEFT


def test_who_has_no_microphone_and_who_talks_with_them_are_told_so_when_they_meet(house):
    house.called()
    house.do(SetMicrophone(is_allowed=False), "p")
    assert house.told("d") == house.told("p") == []
    house.go("p", ROOM)
    house.go("d", ROOM)
    assert house.visit().state is State.IN_CONSULT
    assert house.told("p") == [Notice.MET, Notice.OWN_TEXT_ONLY]
    assert house.told("d") == [Notice.TEXT_ONLY]
    house.do(End("v1"), "d")
    assert house.visit().state is State.ENDED


def test_a_microphone_that_is_lost_in_a_consult_is_told_rightly_to_both_sides(house):
    house.in_consult()
    assert house.told("p") == [Notice.MET]
    house.do(SetMicrophone(is_allowed=False), "d")
    assert house.told("p") == [Notice.TEXT_ONLY]
    assert house.told("d") == [Notice.OWN_TEXT_ONLY]
    house.do(SetMicrophone(is_allowed=True), "d")
    assert house.told("p") == house.told("d") == []
    house.do(SetMicrophone(is_allowed=False), "p")
    assert house.told("p") == [Notice.OWN_TEXT_ONLY]


def test_who_is_called_is_told_the_room_and_so_are_those_who_come_along(house):
    house.with_carer()
    house.come("d", "doctor")
    house.do(Call("v1", ROOM), "d")
    words = {effect.user_id: effect.notice.sentence(effect.room_id) for effect in house.notices()}
    sentence = "You are called to consult room 1. Its door is open for you."
    assert words == {"p": sentence, "c": sentence}
    house.wait(60.0)
    again = [one.notice.sentence(one.room_id) for one in house.notices("p")]
    assert again == [
        "You are called again to consult room 1. Go to its open door, or leave the queue."
    ]


def test_no_notice_shows_a_gap_where_a_room_is_meant():
    assert not any("{" in notice.sentence(None) for notice in Notice)


def test_a_carer_and_an_interpreter_come_in_and_can_be_dismissed(house):
    house.in_consult()
    house.come("c", "carer")
    house.come("i", "interpreter")
    with pytest.raises(NotPermitted):
        house.go("c", ROOM)
    house.bring_along("c", "p")
    house.bring_along("i", "d")
    house.go("c", ROOM)
    house.go("i", ROOM)
    assert {p.user_id for p in house.visits.inside(ROOM)} == {"p", "d", "c", "i"}
    with pytest.raises(NotPermitted):
        house.do(Dismiss("v1", "i"), "c")
    house.do(Dismiss("v1", "c"), "p")
    assert house.room_of("c") == WAITING
    house.do(Dismiss("v1", "i"), "i")
    assert house.room_of("i") == WAITING
    with pytest.raises(NotPermitted):
        house.go("i", ROOM)


def test_who_is_asked_has_no_part_in_the_visit_before_they_agree(house):
    house.in_consult()
    house.come("c", "carer")
    house.do(Invite("v1", "c", Role.CARER), "d")
    assert [visit.visit_id for visit in house.visits.that_ask("c")] == ["v1"]
    assert house.visit().participant_ids == {"p", "d"}
    assert house.visits.of_participant("c") == ()
    for step in (GoBack("v1"), CheckIn("v1"), Leave("v1"), End("v1"), Dismiss("v1", "p")):
        with pytest.raises(Refusal):
            house.do(step, "c")
    with pytest.raises(NotPermitted):
        house.go("c", ROOM)
    house.do(Join("v1"), "c")
    assert house.told("c") == [Notice.JOINED_CALLED]
    assert house.told("d") == [Notice.COMES_ALONG]
    assert house.told("p") == []
    assert house.visit().asked == ()
    house.go("c", ROOM)


def test_who_is_asked_says_no_and_may_be_asked_again(house):
    house.in_consult()
    house.come("c", "carer")
    house.do(Invite("v1", "c", Role.CARER), "p")
    house.do(Dismiss("v1", "c"), "c")
    assert house.told("p") == [Notice.STAYS_AWAY]
    assert house.told("d") == []
    assert house.visits.that_ask("c") == ()
    with pytest.raises(NotFound):
        house.do(Join("v1"), "c")
    house.bring_along("c", "d")


def test_a_question_is_taken_back_and_ends_with_the_visit(house):
    house.in_consult()
    house.come("c", "carer")
    house.do(Invite("v1", "c", Role.CARER), "p")
    house.do(Dismiss("v1", "c"), "d")
    assert house.told("c") == [Notice.NOT_INVITED]
    house.do(Invite("v1", "c", Role.CARER), "p")
    house.do(End("v1"), "d")
    assert house.visits.that_ask("c") == ()
    assert house.visit().asked == ()
    with pytest.raises(Refusal):
        house.do(Join("v1"), "c")


def test_nobody_joins_who_was_not_asked(house):
    house.in_consult()
    house.come("c", "carer")
    house.come("i", "interpreter")
    house.do(Invite("v1", "c", Role.CARER), "p")
    for user_id in ("i", "p", "d"):
        with pytest.raises(Refusal):
            house.do(Join("v1"), user_id)


def test_only_carers_and_interpreters_are_invited_once_and_not_without_end(house):
    house.called()
    with pytest.raises(NotPermitted):
        house.do(Invite("v1", "x", Role.TRAINEE), "d")
    for number in range(6):
        house.do(Invite("v1", f"c{number}", Role.CARER), "p")
    with pytest.raises(Conflict):
        house.do(Invite("v1", "c0", Role.CARER), "p")
    with pytest.raises(Refusal, match="no free seat"):
        house.do(Invite("v1", "c9", Role.CARER), "p")


def test_only_the_patient_lets_a_guest_see_the_vital_signs(house):
    house.in_consult()
    house.come("c", "carer")
    house.do(Invite("v1", "c", Role.CARER), "p")
    with pytest.raises(NotFound):
        house.do(AllowVitals("v1", "c", is_allowed=True), "p")
    house.do(Join("v1"), "c")
    assert not house.visit().participant("c").sees_vitals
    for user_id in ("d", "c"):
        with pytest.raises(NotPermitted):
            house.do(AllowVitals("v1", "c", is_allowed=True), user_id)
    house.do(AllowVitals("v1", "c", is_allowed=True), "p")
    assert house.visit().participant("c").sees_vitals
    with pytest.raises(NotFound):
        house.do(AllowVitals("v1", "d", is_allowed=False), "p")


def test_a_call_brings_strangers_out_of_the_room_first(house):
    house.in_consult()
    house.do(End("v1"), "d")
    house.come("q", "patient")
    house.walk_in("q", "v2")
    house.do(Call("v2", ROOM), "d")
    assert house.room_of("p") == WAITING
    assert house.told("p") == [Notice.SHOWN_OUT]
    assert house.room_of("d") == ROOM


def test_a_stranger_learns_nothing_of_a_visit(house):
    house.called()
    house.come("q", "patient")
    seen = []
    for visit_id in ("v1", "no-such-visit"):
        with pytest.raises(NotFound) as caught:
            house.do(Leave(visit_id), "q")
        seen.append(str(caught.value))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("event", [Meet("v1"), End("v1"), Call("v1", ROOM), GoBack("v1")])
def test_a_patient_cannot_take_the_steps_of_others(house, event):
    house.come("p", "patient")
    house.walk_in("p")
    with pytest.raises((NotPermitted, Conflict)):
        house.do(event, "p")


@pytest.mark.parametrize(
    "event", [Connect("p", Role.DOCTOR, "x"), Disconnect("p", "p-1"), WalkIn("v1", "p")]
)
def test_what_a_person_must_not_say_is_refused_or_of_the_server_only(house, event):
    house.come("p", "patient")
    if isinstance(event, WalkIn):
        with pytest.raises(NotSignedIn):
            house.do(event)
        house.come("t", "trainee")
        with pytest.raises(NotPermitted):
            house.do(event, "t")
    else:
        with pytest.raises(NotPermitted):
            apply(house.visits, event, house.visits.people["p"], house.now_s)


def test_a_refused_event_changes_nothing(house):
    house.called()
    before = house.visits
    with pytest.raises(Conflict):
        house.do(End("v1"), "d")
    assert house.visits is before


def test_closed_visits_are_forgotten_after_a_day(house):
    house.called()
    house.do(Leave("v1"), "p")
    house.now_s += house.visits.limits.history_s
    house.do(Tick())
    assert not house.visits.visits


PATIENTS, DOCTORS, GUESTS = ("p1", "p2", "p3"), ("d1", "d2"), ("c1", "i1")
ROLES = {
    **dict.fromkeys(PATIENTS, Role.PATIENT),
    **dict.fromkeys(DOCTORS, Role.DOCTOR),
    "n1": Role.NURSE,
    "c1": Role.CARER,
    "i1": Role.INTERPRETER,
}
STEPS = (CheckIn, Uncall, GoBack, MarkNoShow, End, Cancel, Leave)
USERS = st.sampled_from(sorted(ROLES))
NUMBERS = st.integers(0, 1000)
ROOMS = st.sampled_from([ROOM, OTHER_ROOM])


class ClinicDay(RuleBasedStateMachine):
    """Everybody does everything in any order; refusals are fine, wrong states are not."""

    def __init__(self):
        super().__init__()
        self.visits = Visits(WAITING, frozenset({ROOM, OTHER_ROOM}))
        self.now_s = 0.0
        self.number = 0

    def next_number(self):
        self.number += 1
        return self.number

    def attempt(self, event, user_id=None):
        by = None
        if user_id is not None:
            by = self.visits.people.get(user_id)
            if by is None:
                return
        before = self.visits
        try:
            self.visits, effects = apply(self.visits, event, by, self.now_s)
        except Refusal:
            return
        for effect in effects:
            if isinstance(effect, Moved):
                assert self.visits.people[effect.user_id].room_id == effect.room_id
            if isinstance(effect, Gone):
                is_over = before.people[effect.user_id].vanished_at_s is not None
                assert is_over or isinstance(event, Depart)

    def pick(self, number):
        visit_ids = sorted(self.visits.visits)
        return visit_ids[number % len(visit_ids)]

    @initialize()
    def open_the_clinic(self):
        for user_id, role in ROLES.items():
            self.attempt(Connect(user_id, role, f"{user_id}-1"))
        for patient_id in PATIENTS:
            self.attempt(WalkIn(f"w-{patient_id}", patient_id), patient_id)

    @rule(user_id=USERS)
    def connect(self, user_id):
        self.attempt(Connect(user_id, ROLES[user_id], f"k{self.next_number()}"))

    @rule(user_id=USERS, is_current=st.booleans())
    def drop(self, user_id, is_current):
        person = self.visits.people.get(user_id)
        if person is not None:
            connection_id = person.connection_id if is_current else "k0"
            self.attempt(Disconnect(user_id, connection_id or "k0"))

    @rule(user_id=USERS, room_id=st.sampled_from([WAITING, ROOM, OTHER_ROOM]))
    def walk(self, user_id, room_id):
        self.attempt(Move(room_id), user_id)

    @rule(user_id=USERS)
    def go_home(self, user_id):
        self.attempt(Depart(), user_id)

    @rule(user_id=USERS, room_id=ROOMS)
    def open_door(self, user_id, room_id):
        self.attempt(OpenDoor(room_id), user_id)

    @rule(duration_s=st.sampled_from([1.0, 30.0, 65.0, 121.0, 185.0, 601.0, 901.0, 4000.0]))
    def pass_time(self, duration_s):
        self.now_s += duration_s
        self.attempt(Tick())

    @rule(patient_id=st.sampled_from(PATIENTS), in_s=st.floats(0.0, 900.0))
    def book(self, patient_id, in_s):
        visit_id = f"b{self.next_number()}"
        self.attempt(Book(visit_id, patient_id, self.now_s + in_s), patient_id)

    @rule(patient_id=st.sampled_from(PATIENTS))
    def walk_in(self, patient_id):
        self.attempt(WalkIn(f"w{self.next_number()}", patient_id), patient_id)

    @precondition(lambda self: self.visits.visits)
    @rule(number=NUMBERS, doctor_id=st.sampled_from(DOCTORS), room_id=ROOMS)
    def call(self, number, doctor_id, room_id):
        self.attempt(Call(self.pick(number), room_id), doctor_id)

    @precondition(lambda self: queue(self.visits))
    @rule(doctor_id=st.sampled_from(DOCTORS), room_id=ROOMS)
    def meet(self, doctor_id, room_id):
        visit = queue(self.visits)[0]
        self.attempt(Call(visit.visit_id, room_id), doctor_id)
        for user_id in (visit.patient_id, doctor_id):
            self.attempt(Move(WAITING), user_id)
            self.attempt(Move(room_id), user_id)

    @precondition(lambda self: self.visits.visits)
    @rule(number=NUMBERS, user_id=USERS, step=st.sampled_from(STEPS))
    def take_any_step(self, number, user_id, step):
        self.attempt(step(self.pick(number)), user_id)

    @precondition(lambda self: any(True for _ in self.visits.open()))
    @rule(number=NUMBERS, choice=NUMBERS)
    def take_an_allowed_step(self, number, choice):
        visit_ids = sorted(visit.visit_id for visit in self.visits.open())
        visit_id = visit_ids[number % len(visit_ids)]
        allowed = [
            (step(visit_id), user_id)
            for step in STEPS
            for user_id, person in self.visits.people.items()
            if refuse_event(self.visits, step(visit_id), person, self.now_s) is None
        ]
        if allowed:
            event, user_id = allowed[choice % len(allowed)]
            self.attempt(event, user_id)

    @precondition(lambda self: self.visits.visits)
    @rule(number=NUMBERS, user_id=USERS, guest_id=st.sampled_from(GUESTS), is_in=st.booleans())
    def keep_company(self, number, user_id, guest_id, is_in):
        visit_id = self.pick(number)
        event = (
            Invite(visit_id, guest_id, ROLES[guest_id]) if is_in else Dismiss(visit_id, guest_id)
        )
        self.attempt(event, user_id)

    @precondition(lambda self: self.visits.visits)
    @rule(number=NUMBERS, guest_id=st.sampled_from(GUESTS))
    def agree_to_come(self, number, guest_id):
        asking = self.visits.that_ask(guest_id)
        visit_id = asking[number % len(asking)].visit_id if asking else self.pick(number)
        self.attempt(Join(visit_id), guest_id)

    @invariant()
    def everybody_is_in_one_room_that_they_may_be_in(self):
        for user_id, person in self.visits.people.items():
            assert person.user_id == user_id
            assert person.room_id in {WAITING, ROOM, OTHER_ROOM}
            assert person.is_connected == (person.vanished_at_s is None)
            holder = self.visits.holder(person.room_id)
            if holder is not None:
                assert user_id in holder.participant_ids

    @invariant()
    def a_patient_a_doctor_and_a_room_have_at_most_one_active_visit(self):
        active = [v for v in self.visits.visits.values() if v.state in ACTIVE]
        holding = [v for v in active if v.state in HOLDING]
        for owners in (
            [v.patient_id for v in active],
            [v.doctor_id for v in holding],
            [v.room_id for v in holding],
        ):
            assert None not in owners
            assert len(owners) == len(set(owners))
        for visit in self.visits.visits.values():
            assert (visit.room_id is not None) == (visit.state in HOLDING)
            assert (visit.closed_at_s is not None) == (visit.state not in OPEN)
            if visit.state in {State.BOOKED, State.CHECKED_IN}:
                assert visit.doctor_id is None

    @invariant()
    def nobody_is_asked_who_belongs_and_nobody_into_what_is_over(self):
        for visit in self.visits.visits.values():
            asked = [one.user_id for one in visit.asked]
            assert len(asked) == len(set(asked))
            assert not visit.participant_ids & set(asked)
            assert visit.state in OPEN or not asked

    @invariant()
    def doors_agree_with_visits(self):
        for room_id in (ROOM, OTHER_ROOM):
            visit = self.visits.holder(room_id)
            is_open = door_is_open(self.visits, room_id, self.now_s)
            if visit is None:
                assert is_open
                continue
            inside = {p.user_id for p in self.visits.inside(room_id)}
            if {visit.patient_id, visit.doctor_id} <= inside:
                assert is_open == (self.now_s < visit.door_open_until_s)
            else:
                assert is_open

    @invariant()
    def places_run_from_one_without_a_gap(self):
        waiting = [v for v in self.visits.visits.values() if v.state is State.CHECKED_IN]
        places = sorted(place(self.visits, visit.visit_id) for visit in waiting)
        assert places == list(range(1, len(waiting) + 1))

    @invariant()
    def only_the_absent_are_noted_as_absent(self):
        for visit in self.visits.open():
            watched = {visit.patient_id, visit.doctor_id} - {None}
            if visit.state is State.BOOKED:
                watched = set()
            absent = {u for u in watched if not self.visits.is_present(u, visit)}
            assert set(visit.absent_since_s) == absent
            if visit.state is State.CALLED:
                assert absent

    @invariant()
    def everybody_can_go_back_to_the_waiting_room(self):
        for user_id, person in self.visits.people.items():
            assert may_pass(self.visits, person, WAITING) is None
            if person.is_connected:
                after, _ = apply(self.visits, Move(WAITING), person, self.now_s)
                assert after.people[user_id].room_id == WAITING

    @invariant()
    def every_patient_can_leave_and_be_seen_again(self):
        for visit in self.visits.open():
            person = self.visits.people.get(visit.patient_id)
            if person is None:
                continue
            step = Cancel if visit.state is State.BOOKED else Leave
            after, _ = apply(self.visits, step(visit.visit_id), person, self.now_s)
            assert after.visits[visit.visit_id].state not in OPEN
            if visit.state in ACTIVE:
                again, _ = apply(after, WalkIn("again", visit.patient_id), person, self.now_s)
                assert place(again, "again") is not None

    @invariant()
    def every_doctor_can_get_free(self):
        for doctor_id in DOCTORS:
            visit = self.visits.attended_by(doctor_id)
            person = self.visits.people.get(doctor_id)
            if visit is None or person is None:
                continue
            step = Uncall if visit.state is State.CALLED else End
            after, _ = apply(self.visits, step(visit.visit_id), person, self.now_s)
            assert after.attended_by(doctor_id) is None

    @invariant()
    def whoever_is_called_can_go_in(self):
        for visit in self.visits.open():
            if visit.state not in HOLDING:
                continue
            for user_id in visit.participant_ids & self.visits.people.keys():
                outside = replace(self.visits.people[user_id], room_id=WAITING)
                assert may_pass(self.visits, outside, visit.room_id) is None

    @invariant()
    def time_alone_closes_every_visit_of_people_who_are_gone(self):
        gone = replace(self.visits, people={})
        now_s = self.now_s
        for _ in range(6):
            gone, _ = apply(gone, Tick(), None, now_s)
            now_s += 5000.0
        assert not list(gone.open())


ClinicDay.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestClinicDay = ClinicDay.TestCase
