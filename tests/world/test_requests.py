from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.world.small_clinic import OTHER_ROOM, ROOM, WAITING, SmallClinic
from world import moderation, views
from world.clinic import SITTING_EYES_M, STANDING_EYES_M, stream_of
from world.errors import (
    Conflict,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Refusal,
    RoomFull,
    TooManyRequests,
)
from world.protocol import messages as m
from world.visit_events import Notice
from world.visit_states import State


@pytest.fixture
def small():
    return SmallClinic()


def test_who_arrives_stands_in_the_waiting_room_and_the_others_are_told(small):
    small.come("p")
    body = small.clinic.bodies["p"]
    assert (body.room_id, body.stream, body.seat) == (WAITING, "room:waiting", None)
    assert small.bodies(m.Came) == [m.Came(body.slot, "p alias")]
    assert small.last.touched == {"p"}


def test_each_event_has_the_next_number_of_its_stream(small):
    for who in ("p", "q", "r"):
        small.come(who)
    small.ask("p", m.Say, "one")
    small.ask("q", m.Say, "two")
    assert [(h.stream, h.number) for h in small.last.happenings] == [("room:waiting", 5)]
    assert small.clinic.numbers["room:waiting"] == 5


def test_who_comes_in_later_is_bound_to_what_is_said_from_then_on(small):
    small.come("p")
    small.ask("p", m.Say, "before")
    small.come("q")
    [came] = small.last.happenings
    assert small.clinic.bodies["q"].since_number == came.number - 1 == 2


def test_a_text_needs_a_body_in_a_room(small):
    small.come("p")
    small.ask("p", m.LeaveClinic)
    with pytest.raises(NotSignedIn):
        small.ask("p", m.Say, "hello")


def test_who_leaves_is_gone_at_once_and_gives_up_the_place_in_the_queue(small):
    small.come("p")
    small.ask("p", m.CheckIn)
    small.ask("p", m.LeaveClinic)
    assert "p" not in small.clinic.bodies
    assert "p" not in small.clinic.visits.people
    assert small.visit("p").state is State.LEFT
    assert small.bodies(m.Went)


def test_a_full_clinic_refuses_the_next_one_but_not_who_comes_back():
    small = SmallClinic(waiting_capacity=2)
    small.come("p")
    small.come("q")
    with pytest.raises(RoomFull):
        small.come("r")
    small.vanish("p")
    small.come("p")
    assert set(small.clinic.bodies) == {"p", "q"}


def test_a_full_consult_room_lets_nobody_else_in_but_everybody_out():
    small = SmallClinic(consult_capacity=2)
    small.come("n", "nurse")
    small.go("n")
    small.come("d", "doctor")
    small.go("d")
    small.come("o", "nurse")
    with pytest.raises(RoomFull):
        small.go("o")
    small.go("n")
    assert small.room("n") == WAITING


def test_a_seat_is_taken_by_one_and_free_again_when_they_stand_up(small):
    small.come("p")
    small.come("q")
    small.sit("p", "chair-1")
    assert small.clinic.bodies["p"].position_m[2] == SITTING_EYES_M
    with pytest.raises(Conflict):
        small.sit("q", "chair-1")
    small.ask("p", m.Stand)
    assert small.clinic.bodies["p"].position_m[2] == STANDING_EYES_M
    small.sit("q", "chair-1")
    assert small.clinic.bodies["q"].seat == "chair-1"


@pytest.mark.parametrize(
    ("kind", "fields", "refusal"),
    [
        (m.Sit, ("sofa",), NotFound),
        (m.Sit, ("chair-1",), NotPermitted),  # too far away
        (m.Stand, (), Conflict),
        (m.GoThrough, ("door-9",), NotFound),
        (m.GoThrough, ("door-1",), NotPermitted),  # too far away
        (m.OpenDoor, ("door-9",), NotFound),
        (m.Knock, ("door-1",), NotPermitted),
        (m.CallPatient, (ROOM,), NotFound),
        (m.CallPatient, (ROOM, "0" * 32), NotFound),
        (m.ChangeVisit, ("0" * 32, "end"), NotFound),
        (m.Invite, ("0" * 32, 99), NotFound),
        (m.AnswerInvitation, ("0" * 32, True), NotFound),
        (m.AnswerInvitation, ("0" * 32, False), NotFound),
        (m.AllowVitals, ("0" * 32, 99, True), NotFound),
        (m.Block, (99,), NotFound),
        (m.Report, (99, "text"), NotFound),
        (m.AgreeToTalk, (99,), NotFound),
        (m.OfferVoice, ("v=0",), NotPermitted),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(small, kind, fields, refusal):
    small.come("p")
    before = small.clinic
    with pytest.raises(refusal) as refused:
        small.ask("p", kind, *fields)
    assert small.clinic is before
    assert str(refused.value).endswith(".")


def test_a_waiting_patient_passes_no_door_and_opens_none(small):
    small.come("p")
    with pytest.raises(NotPermitted):
        small.go("p")
    with pytest.raises(NotPermitted):
        small.ask("p", m.OpenDoor, "door-1", at_m=small.before("p", "door-1"))


def test_a_call_opens_the_way_and_the_door_closes_when_both_are_inside(small):
    small.come("p")
    small.come("d", "doctor")
    small.ask("p", m.CheckIn)
    assert "door-1" in small.clinic.open_doors(WAITING, small.now_s)
    small.ask("d", m.CallPatient, ROOM)
    small.go("p")
    assert "door-1" in small.clinic.open_doors(WAITING, small.now_s)
    small.go("d")
    assert small.visit("p").state is State.IN_CONSULT
    assert "door-1" not in small.clinic.open_doors(WAITING, small.now_s)
    assert "door-1" not in small.clinic.open_doors(ROOM, small.now_s)
    small.ask("p", m.OpenDoor, "door-1", at_m=small.before("p", "door-1"))
    assert "door-1" in small.clinic.open_doors(WAITING, small.now_s)


def test_each_visit_has_a_stream_of_its_own_and_its_end_closes_it(small):
    visit_id = small.in_consult()
    assert small.clinic.bodies["p"].stream == f"visit:{visit_id}"
    small.ask("d", m.Say, "within")
    assert small.last.happenings[0].stream == f"visit:{visit_id}"
    small.ask("d", m.ChangeVisit, visit_id, "end")
    assert small.clinic.bodies["d"].stream == f"room:{ROOM}"
    small.ask("d", m.Say, "after")
    assert small.last.happenings[0].stream == f"room:{ROOM}"
    small.go("p")
    assert small.room("p") == WAITING


def test_what_was_written_for_a_visit_is_read_by_nobody_else_after_it(small):
    visit_id = small.in_consult()
    written_for = small.clinic.bodies["p"].stream
    small.ask("p", m.Say, "for the doctor", written_for)
    assert [event.stream for event in small.last.happenings] == [written_for]
    small.ask("d", m.ChangeVisit, visit_id, "end")
    with pytest.raises(Conflict, match="Others would read this"):
        small.ask("p", m.Say, "too late", written_for)
    small.go("p")
    with pytest.raises(Conflict):
        small.ask("p", m.Say, "too late", written_for)
    small.ask("p", m.Say, "Good day", small.clinic.bodies["p"].stream)
    assert [event.stream for event in small.last.happenings] == ["room:waiting"]


def test_two_doctors_call_one_patient_and_one_of_them_is_told_no(small):
    small.come("p")
    small.come("d", "doctor")
    small.come("e", "doctor")
    small.ask("p", m.CheckIn)
    visit_id = small.visit("p").visit_id
    small.ask("d", m.CallPatient, ROOM, visit_id)
    with pytest.raises(Refusal):
        small.ask("e", m.CallPatient, OTHER_ROOM, visit_id)
    assert small.visit("p").doctor_id == "d"


def test_two_visits_go_on_side_by_side_in_two_rooms(small):
    one = small.in_consult("p", "d", ROOM)
    other = small.in_consult("q", "e", OTHER_ROOM)
    assert small.clinic.bodies["p"].stream == f"visit:{one}"
    assert small.clinic.bodies["q"].stream == f"visit:{other}"


def test_who_comes_in_on_another_device_keeps_the_body_and_the_older_one_is_closed(small):
    small.come("p")
    body, older = small.clinic.bodies["p"], small.clinic.visits.people["p"].connection_id
    small.come("p")
    assert small.clinic.bodies["p"] is body
    assert [connection_id for connection_id, _ in small.last.closing] == [older]


def test_a_denied_microphone_is_told_and_changes_nothing_else(small):
    small.in_consult()
    small.ask("p", m.MuteVoice, is_muted=False, has_microphone=False)
    assert small.clinic.bodies["p"].is_muted
    assert not small.clinic.visits.people["p"].has_microphone
    told = [body.sentence for body in small.bodies(m.Told)]
    assert told == [Notice.OWN_TEXT_ONLY, Notice.TEXT_ONLY]
    assert small.visit("p").state is State.IN_CONSULT


def test_what_is_told_of_a_call_names_the_room_and_what_is_to_be_spoken(small):
    small.come("p")
    small.come("d", "doctor")
    small.ask("p", m.CheckIn)
    small.ask("d", m.CallPatient, ROOM, None)
    visit_id = small.visit("p").visit_id
    sentence = "You are called to consult room 1. Its door is open for you."
    assert small.bodies(m.Told) == [m.Told(sentence, visit_id, "called", ROOM)]
    assert views.queue_of(small.clinic, "p", {}, small.now_s).sentence == sentence


def test_a_patient_invites_a_carer_from_the_list_who_then_may_come_in(small):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.ask("p", m.Invite, visit_id, small.slot("c"), room_id=WAITING)
    with pytest.raises(NotPermitted):
        small.go("c")
    out = small.ask("c", m.AnswerInvitation, visit_id, agrees=True)
    assert out.touched == {"p", "d", "c"}
    small.go("c")
    assert small.room("c") == ROOM
    small.ask("p", m.AllowVitals, visit_id, small.slot("c"), is_allowed=True)
    assert small.visit("p").participant("c").sees_vitals
    small.ask("p", m.Invite, visit_id, small.slot("c"), is_invited=False)
    assert small.room("c") == WAITING


def test_who_says_no_is_asked_no_longer_and_the_patient_is_told(small):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.ask("p", m.Invite, visit_id, small.slot("c"), room_id=WAITING)
    small.ask("c", m.AnswerInvitation, visit_id, agrees=False)
    told = [h for h in small.last.happenings if isinstance(h.body, m.Told)]
    assert [(h.stream, h.body.sentence) for h in told] == [("user:p", Notice.STAYS_AWAY.value)]
    with pytest.raises(NotFound):
        small.ask("c", m.AnswerInvitation, visit_id, agrees=True)


def test_nobody_is_invited_out_of_a_room_that_one_cannot_look_into(small):
    visit_id = small.in_consult("p", "d", ROOM)
    small.in_consult("q", "e", OTHER_ROOM)
    for slot in (small.slot("q"), 900):
        with pytest.raises(NotFound) as refused:
            small.ask("p", m.Invite, visit_id, slot, room_id=OTHER_ROOM)
        assert str(refused.value) == "That person is not in this room any more."


def test_a_knock_is_heard_inside(small):
    small.in_consult()
    small.come("q")
    small.ask("q", m.Knock, "door-1", at_m=small.before("q", "door-1"))
    [knock] = small.last.happenings
    assert knock.stream == stream_of(small.clinic, ROOM)
    assert knock.body == m.Knocked("door-1", "q alias")


def test_at_one_door_a_person_knocks_once_in_a_while(small):
    small.in_consult()
    small.come("q")
    small.come("r")

    def knock(who, door):
        small.ask(who, m.Knock, door, at_m=small.before(who, door))
        return len(small.last.happenings)

    assert knock("q", "door-1") == knock("q", "door-2") == knock("r", "door-1") == 1
    with pytest.raises(TooManyRequests, match="Wait for an answer"):
        knock("q", "door-1")
    small.wait(10)
    assert knock("q", "door-1") == 1


def test_a_name_is_changed_a_few_times_a_minute(small):
    small.come("p")
    for number in range(5):
        small.ask("p", m.ChooseAlias, f"Heron {number}")
    with pytest.raises(TooManyRequests):
        small.ask("p", m.ChooseAlias, "Heron 5")
    assert small.clinic.profiles["p"].alias == "Heron 4"
    small.wait(60)
    small.ask("p", m.ChooseAlias, "Heron 5")


@pytest.mark.parametrize(("blocker", "blocked"), [("c", "p"), ("p", "c")])
def test_who_is_blocked_is_invited_no_more_than_a_stranger_who_is_no_companion(
    small, blocker, blocked
):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.come("q")
    small.clinic = replace(
        small.clinic, moderation=moderation.block(small.clinic.moderation, blocker, blocked)
    )
    answers = []
    for guest in ("c", "q"):
        with pytest.raises(NotPermitted) as refused:
            small.ask("p", m.Invite, visit_id, small.slot(guest), room_id=WAITING)
        answers.append(str(refused.value))
    assert answers[0] == answers[1]
    assert not small.visit("p").asked


def test_nobody_is_invited_over_and_over(small):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.come("i", "interpreter")

    def invite(guest, by="p"):
        small.ask(by, m.Invite, visit_id, small.slot(guest), room_id=WAITING)
        small.ask(by, m.Invite, visit_id, small.slot(guest), is_invited=False, room_id=WAITING)

    for _ in range(3):
        invite("c")
    with pytest.raises(TooManyRequests):
        invite("c")
    assert not small.visit("p").asked
    invite("i")
    invite("c", by="d")
    small.now_s += 600
    invite("c")


def test_a_block_and_an_agreement_are_kept_and_end_with_the_room(small):
    small.come("p")
    small.come("q")
    small.ask("p", m.AgreeToTalk, small.slot("q"))
    small.ask("q", m.AgreeToTalk, small.slot("p"))
    assert small.clinic.moderation.is_agreed("p", "q")
    small.ask("p", m.Block, small.slot("q"))
    assert small.clinic.moderation.is_blocked("q", "p")
    assert not small.clinic.moderation.is_agreed("p", "q")
    small.ask("p", m.Block, small.slot("q"), is_blocked=False)
    small.ask("p", m.AgreeToTalk, small.slot("q"))
    small.ask("p", m.LeaveClinic)
    assert small.clinic.moderation.agreements == {}


@pytest.mark.parametrize(
    ("kind", "whom"),
    [(m.Block, "n"), (m.Block, "p"), (m.AgreeToTalk, "p"), (m.AgreeToTalk, "q"), (m.Report, "p")],
)
def test_what_the_rules_of_persons_forbid_is_refused(small, kind, whom):
    small.come("n", "nurse")
    for who in ("p", "q"):
        small.come(who)
    small.ask("q", m.Block, small.slot("p"))
    before = small.clinic
    more = ("text",) if kind is m.Report else ()
    with pytest.raises(NotPermitted):
        small.ask("p", kind, small.slot(whom), *more)
    assert small.clinic is before


def test_a_report_is_handed_on_and_tells_nobody(small):
    small.come("p")
    small.come("q")
    outcome = small.ask("p", m.Report, small.slot("q"), "he shouts")
    [report] = outcome.reports
    assert (report.reporter_id, report.reported_id, report.text) == ("p", "q", "he shouts")
    assert outcome.happenings == []
    assert "he shouts" not in repr(report)


@pytest.mark.parametrize("alias", ["   ", "\u202eevil", "a\nb\x1b[2J\0", "Dr. Ada Marsh", "Doctor"])
def test_a_name_that_is_none_or_is_like_staff_is_refused(small, alias):
    small.come("p")
    with pytest.raises(NotPermitted):
        small.ask("p", m.ChooseAlias, alias)
    assert small.clinic.profiles["p"].alias == "p alias"
    small.ask("p", m.ChooseAlias, " Blue  Heron ")
    assert small.clinic.profiles["p"].alias == "Blue Heron"


def test_a_text_that_would_control_the_screen_is_refused_and_nothing_of_it_kept(small):
    small.come("p")
    small.come("q")
    for kind, fields in ((m.Say, ()), (m.Report, (small.slot("q"),))):
        with pytest.raises(NotPermitted):
            small.ask("p", kind, *fields, "\u202e gone \x1b[2J")
        small.ask("p", kind, *fields, "two\nlines")
    assert small.last.reports[0].text == "two\nlines"


def test_the_place_of_who_vanishes_is_held_and_then_given_up(small):
    small.come("p")
    small.sit("p", "chair-1")
    small.vanish("p")
    small.wait(119)
    assert small.clinic.bodies["p"].seat == "chair-1"
    small.wait(2)
    assert "p" not in small.clinic.bodies


def test_time_that_changes_nothing_leaves_the_same_clinic(small):
    small.come("p")
    before = small.clinic
    small.wait(1)
    assert small.clinic is before


WHO = st.sampled_from(["p", "q", "r", "d", "e", "n", "c"])
ROLES = {"d": "doctor", "e": "doctor", "n": "nurse", "c": "carer"}
SLOTS = st.integers(0, 8)
DOORS = st.sampled_from(["door-1", "door-2"])
ROOMS = st.sampled_from([WAITING, ROOM, OTHER_ROOM])
CHANGES = st.sampled_from(["end", "cancel", "no-show", "uncall", "go-back", "leave"])


class AnyRequests(RuleBasedStateMachine):
    """Whatever is asked in whatever order, by whomever."""

    def __init__(self):
        super().__init__()
        self.small = SmallClinic(consult_capacity=4)
        self.seen = {}

    def _try(self, act, *given, **more):
        try:
            act(*given, **more)
        except Refusal:
            return
        numbers = self.small.clinic.numbers
        assert all(numbers[stream] >= number for stream, number in self.seen.items())
        for happening in self.small.last.happenings:
            assert happening.number == self.seen.get(happening.stream, 0) + 1
            self.seen[happening.stream] = happening.number
        assert numbers == self.seen

    def _visit_id(self, data):
        visits = sorted(self.small.clinic.visits.visits)
        return data.draw(st.sampled_from(visits)) if visits else "0" * 32

    @rule(who=WHO)
    def come(self, who):
        self._try(self.small.come, who, ROLES.get(who, "patient"))

    @rule(who=WHO)
    def vanish(self, who):
        if who in self.small.clinic.visits.people:
            self._try(self.small.vanish, who)

    @rule(duration_s=st.sampled_from([1, 20, 70, 130, 200]))
    def wait(self, duration_s):
        for _ in range(duration_s // 5 + 1):
            self.small.now_s += 4.0
            self._try(self.small.wait, 1)

    @rule(who=WHO, kind=st.sampled_from([m.CheckIn, m.Stand, m.LeaveClinic]))
    def plain(self, who, kind):
        self._try(self.small.ask, who, kind)

    @rule(
        who=WHO, door=DOORS, kind=st.sampled_from([m.GoThrough, m.GoThrough, m.OpenDoor, m.Knock])
    )
    def at_a_door(self, who, door, kind):
        if who in self.small.clinic.bodies:
            self._try(self.small.ask, who, kind, door, at_m=self.small.before(who, door))

    @rule(who=WHO, seat=st.sampled_from(["chair-1", "chair-2", "doctor", "patient"]))
    def sit(self, who, seat):
        if who in self.small.clinic.bodies:
            plan = self.small.clinic.plans[self.small.room(who)]
            at_m = plan.seat(seat).position_m if plan.seat(seat) else (5.0, 5.0, 1.6)
            self._try(self.small.ask, who, m.Sit, seat, at_m=at_m)

    @rule(who=WHO, room=ROOMS, data=st.data())
    def call(self, who, room, data):
        visit_id = data.draw(st.sampled_from([None, self._visit_id(data)]))
        self._try(self.small.ask, who, m.CallPatient, room, visit_id)

    @rule(patient=st.sampled_from("pqr"), doctor=st.sampled_from("de"), door=DOORS)
    def consult(self, patient, doctor, door):
        """What people mostly do, as far as it goes now."""
        self.come(doctor)
        self.come(patient)
        self._try(self.small.ask, patient, m.CheckIn)
        room = {"door-1": ROOM, "door-2": OTHER_ROOM}[door]
        self._try(self.small.ask, doctor, m.CallPatient, room)
        for who in (doctor, patient):
            self._try(self.small.go, who, door)

    @rule(change=CHANGES, data=st.data())
    def change_by_its_people(self, change, data):
        visits = [v for v in self.small.clinic.visits.open() if v.room_id]
        if visits:
            visit = data.draw(st.sampled_from(sorted(visits, key=lambda v: v.visit_id)))
            who = data.draw(st.sampled_from(sorted(visit.participant_ids)))
            self._try(self.small.ask, who, m.ChangeVisit, visit.visit_id, change)

    @rule(who=WHO, change=CHANGES, data=st.data())
    def change(self, who, change, data):
        self._try(self.small.ask, who, m.ChangeVisit, self._visit_id(data), change)

    @rule(who=WHO, slot=SLOTS, is_invited=st.booleans(), room=ROOMS, data=st.data())
    def invite(self, who, slot, is_invited, room, data):
        visit_id = self._visit_id(data)
        self._try(self.small.ask, who, m.Invite, visit_id, slot, is_invited, room)

    @rule(who=WHO, agrees=st.booleans(), data=st.data())
    def answer_invitation(self, who, agrees, data):
        visit_id = self._visit_id(data)
        self._try(self.small.ask, who, m.AnswerInvitation, visit_id, agrees)

    @rule(who=WHO, slot=SLOTS, kind=st.sampled_from([m.Block, m.AgreeToTalk]), is_so=st.booleans())
    def relate(self, who, slot, kind, is_so):
        self._try(self.small.ask, who, kind, slot, is_so)

    @rule(who=WHO)
    def say(self, who):
        self._try(self.small.ask, who, m.Say, "text")

    @invariant()
    def everybody_has_exactly_one_body_where_the_visits_say(self):
        clinic = self.small.clinic
        here = {user for user, person in clinic.visits.people.items() if person.room_id}
        assert set(clinic.bodies) == here
        for user_id, body in clinic.bodies.items():
            assert clinic.visits.people[user_id].room_id == body.room_id

    @invariant()
    def slots_and_seats_belong_to_one(self):
        bodies = self.small.clinic.bodies.values()
        slots = [(body.room_id, body.slot) for body in bodies]
        seats = [(body.room_id, body.seat) for body in bodies if body.seat]
        assert len(slots) == len(set(slots))
        assert len(seats) == len(set(seats))

    @invariant()
    def streams_are_those_of_the_rooms_as_the_visits_stand(self):
        clinic = self.small.clinic
        for body in clinic.bodies.values():
            assert body.stream == stream_of(clinic, body.room_id)
            assert body.since_number <= clinic.numbers.get(body.stream, 0)

    @invariant()
    def a_held_room_has_nobody_who_does_not_belong_there(self):
        clinic = self.small.clinic
        for user_id, body in clinic.bodies.items():
            visit = clinic.visits.holder(body.room_id)
            assert visit is None or user_id in visit.participant_ids


AnyRequests.TestCase.settings = settings(
    max_examples=60, stateful_step_count=60, deadline=None, derandomize=True
)
TestAnyRequests = AnyRequests.TestCase
