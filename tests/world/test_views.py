import itertools
from dataclasses import replace

import pytest

from tests.world.small_clinic import OTHER_ROOM, ROOM, WAITING, SmallClinic
from world import moderation, queue, views
from world.outcome import Happening
from world.people import UserId
from world.protocol import messages as m
from world.sight import Sight


@pytest.fixture
def small():
    return SmallClinic()


def _person(small, viewer, subject):
    return views.person(small.clinic, Sight(small.clinic), viewer, subject)


def _event(small, viewer, happening):
    return views.event_body(small.clinic, Sight(small.clinic), viewer, happening)


def _queue(small, who):
    clinic = small.clinic
    return views.queue_of(clinic, who, queue.waits(clinic.visits, small.now_s), small.now_s)


def test_strangers_see_a_neutral_name_and_no_role(small):
    small.come("p")
    small.come("q")
    seen = _person(small, "p", "q")
    assert (seen.name, seen.role) == ("q alias", None)
    assert _person(small, "p", "p").name == "p real"


def test_staff_in_the_room_are_seen_as_such(small):
    small.come("p")
    small.come("n", "nurse")
    assert _person(small, "p", "n").role == "nurse"
    assert _person(small, "p", "n").name == "n alias"


def test_nobody_of_another_room_is_seen_whoever_looks(small):
    small.in_consult()
    small.come("q")
    small.come("n", "nurse")
    for viewer, subject in itertools.product(("q", "n"), ("p", "d")):
        assert _person(small, viewer, subject) is None
        assert _person(small, subject, viewer) is None


def test_the_people_of_a_visit_know_each_other_by_name(small):
    small.in_consult()
    assert _person(small, "d", "p").name == "p real"
    assert _person(small, "p", "d").name == "d real"


def test_who_is_blocked_is_marked_for_who_blocked_and_for_nobody_else(small):
    for who in ("p", "q"):
        small.come(who)
    small.ask("p", m.Block, small.slot("q"))
    assert _person(small, "p", "q").is_blocked
    assert not _person(small, "q", "p").is_blocked


def test_a_text_of_somebody_blocked_is_not_read_in_either_direction(small):
    for who in ("p", "q", "r"):
        small.come(who)
    small.ask("p", m.Block, small.slot("q"))
    small.ask("q", m.Say, "to all")
    [said] = small.last.happenings
    assert _event(small, "p", said) is None
    assert _event(small, "r", said).text == "to all"
    small.ask("p", m.Say, "to all")
    [said] = small.last.happenings
    assert _event(small, "q", said) is None


def test_a_text_is_read_though_its_writer_left_the_room_a_moment_later(small):
    small.in_consult()
    small.ask("d", m.Say, "I am back soon")
    [said] = small.last.happenings
    small.go("d")
    assert _event(small, "p", said).text == "I am back soon"
    assert _event(small, "p", said).name == "d real"
    small.ask("d", m.LeaveClinic)
    assert _event(small, "p", said).name == "d alias"


def test_an_event_shows_the_name_that_its_reader_may_know(small):
    small.come("p")
    small.come("q")
    small.ask("q", m.Say, "hello")
    [said] = small.last.happenings
    assert _event(small, "p", said).name == "q alias"
    assert _event(small, "q", said).name == "q real"


def test_through_a_closed_door_comes_no_name_of_a_strangers_own_choice(small):
    small.in_consult()
    visit_id = small.visit("p").visit_id
    names = {"q": "patient", "c": "carer", "n": "nurse"}
    for who, role in names.items():
        small.come(who, role)
    small.bring_along("c", "p", visit_id)

    def read(viewer, who):
        small.ask(who, m.Knock, "door-1", at_m=small.before(who, "door-1"))
        [knock] = small.last.happenings
        small.wait(10)
        return _event(small, viewer, knock).name

    assert [read("p", who) for who in names] == ["Somebody", "c real", "n alias"]
    assert [read("d", who) for who in names] == ["Somebody", "c real", "n real"]
    small.ask("q", m.CheckIn)
    assert (read("d", "q"), read("p", "q")) == ("q real", "Somebody")


def test_who_comes_is_not_named_to_who_has_blocked_them(small):
    small.come("p")
    small.come("q")
    small.ask("p", m.Block, small.slot("q"))
    for sender, viewer, name in (("q", "p", "Somebody"), ("p", "q", "p alias")):
        went = Happening("room:waiting", UserId(sender), m.Went(3, f"{sender} alias"), 9)
        assert _event(small, viewer, went).name == name


def test_an_invitation_by_somebody_blocked_since_is_not_shown(small):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.ask("p", m.Invite, visit_id, small.slot("c"), room_id=WAITING)
    assert len(views.invitations(small.clinic, "c").entries) == 1
    ties = moderation.block(small.clinic.moderation, "c", "p")
    small.clinic = replace(small.clinic, moderation=ties)
    assert views.invitations(small.clinic, "c").entries == ()


def test_an_event_of_somebody_unknown_names_nobody(small):
    small.come("p")
    went = Happening("room:waiting", UserId("stranger"), m.Went(3, "left over"), 9)
    assert _event(small, "p", went).name == views.SOMEBODY


def test_doors_are_told_with_whether_one_may_pass(small):
    small.in_consult()
    small.come("q")
    doors = {door.door: door for door in views.door_states(small.clinic, "q", small.now_s)}
    assert (doors["door-1"].is_open, doors["door-1"].may_pass) == (False, False)
    assert (doors["door-2"].is_open, doors["door-2"].may_pass) == (True, False)
    [out] = views.door_states(small.clinic, "p", small.now_s)
    assert (out.leads_to, out.may_pass) == (WAITING, True)


def test_vital_signs_are_watched_by_patient_and_doctor_inside_and_by_allowed_guests(small):
    visit_id = small.in_consult()
    assert views.watchers(small.clinic) == {("p", "p"), ("d", "p")}
    small.come("c", "carer")
    small.bring_along("c", "p", visit_id)
    small.go("c")
    assert ("c", "p") not in views.watchers(small.clinic)
    small.ask("p", m.AllowVitals, visit_id, small.slot("c"), is_allowed=True)
    assert ("c", "p") in views.watchers(small.clinic)
    small.go("c")
    assert ("c", "p") not in views.watchers(small.clinic)
    small.ask("d", m.ChangeVisit, visit_id, "end")
    assert views.watchers(small.clinic) == set()


def test_a_patient_is_told_the_place_and_what_to_do_next(small):
    small.come("p")
    small.come("q")
    assert "not checked in" in _queue(small, "p").sentence
    small.ask("p", m.CheckIn)
    small.now_s += 5
    small.ask("q", m.CheckIn)
    place = _queue(small, "q")
    assert (place.place, place.waiting, place.state) == (2, 2, "checked-in")
    assert place.wait_low_min is None  # nobody can know it yet
    small.come("d", "doctor")
    small.ask("d", m.CallPatient, ROOM)
    assert (_queue(small, "p").state, _queue(small, "p").room_id) == ("called", ROOM)
    assert _queue(small, "q").place == 1


def test_the_list_is_for_staff_and_names_whom_it_concerns(small):
    small.come("p")
    small.ask("p", m.CheckIn)
    small.come("d", "doctor")
    small.come("c", "carer")
    assert [entry.patient_name for entry in _queue(small, "d").entries] == ["p real"]
    assert [person.name for person in _queue(small, "d").companions] == ["c alias"]
    assert _queue(small, "c") is None


def test_who_is_asked_along_reads_neutral_names_only_until_they_agree(small):
    visit_id = small.in_consult()
    small.come("c", "carer")
    small.come("i", "interpreter")
    small.ask("d", m.Invite, visit_id, small.slot("c"), room_id=WAITING)
    asked = m.Invitation(visit_id, "d alias", "doctor", "p alias")
    assert views.invitations(small.clinic, "c") == m.Invitations((asked,))
    for who in "ipd":
        assert views.invitations(small.clinic, who) == m.Invitations(())
    assert [person.name for person in _queue(small, "d").companions] == ["c alias", "i alias"]
    small.go("p")
    assert _person(small, "c", "p").name == "p alias"
    assert (_person(small, "p", "c").name, _person(small, "p", "c").role) == ("c alias", None)
    small.ask("c", m.AnswerInvitation, visit_id, agrees=True)
    assert views.invitations(small.clinic, "c") == m.Invitations(())
    assert _person(small, "c", "p").name == "p real"
    assert (_person(small, "p", "c").name, _person(small, "p", "c").role) == ("c real", "carer")


def test_a_patient_who_asks_is_named_neutrally_too(small):
    small.come("p")
    small.ask("p", m.CheckIn)
    small.come("c", "carer")
    visit_id = small.visit("p").visit_id
    small.ask("p", m.Invite, visit_id, small.slot("c"))
    asked = m.Invitation(visit_id, "p alias", "patient", "p alias")
    assert views.invitations(small.clinic, "c") == m.Invitations((asked,))


def test_a_patient_alone_is_told_whether_a_guest_sees_the_vital_signs(small):
    small.in_consult("p", "d", ROOM)
    small.come("c", "carer")
    visit_id = small.clinic.visits.active_of("p").visit_id
    small.bring_along("c", "d", visit_id)
    small.go("c")
    assert _person(small, "p", "c").sees_vitals is False
    slot = small.clinic.bodies["c"].slot
    out = small.ask("p", m.AllowVitals, visit_id, slot, is_allowed=True)
    assert "c" in out.touched
    assert _person(small, "p", "c").sees_vitals is True
    assert _person(small, "p", "d").sees_vitals is None
    assert _person(small, "d", "c").sees_vitals is None
    assert _person(small, "c", "p").sees_vitals is None


def test_a_nurses_list_names_who_waits_and_no_more_who_is_in_consult(small):
    small.come("n", "nurse")
    small.come("p")
    small.ask("p", m.CheckIn)
    assert [entry.patient_name for entry in _queue(small, "n").entries] == ["p real"]
    small.come("d", "doctor")
    small.ask("d", m.CallPatient, ROOM)
    small.go("d")
    small.go("p")
    assert [(one.state, one.patient_name) for one in _queue(small, "n").entries] == [
        ("in-consult", "p alias")
    ]


def test_a_visit_of_a_colleague_is_not_in_ones_list(small):
    small.in_consult("p", "d", ROOM)
    small.in_consult("q", "e", OTHER_ROOM)
    assert [entry.patient_name for entry in _queue(small, "d").entries] == ["p real"]


def test_minutes_alone_make_no_new_view(small):
    small.come("p")
    small.ask("p", m.CheckIn)
    small.come("d", "doctor")
    before = _queue(small, "d")
    small.now_s += 600
    later = _queue(small, "d")
    assert before != later
    assert views.is_same_queue(before, later)
    small.come("q")
    small.ask("q", m.CheckIn)
    assert not views.is_same_queue(before, _queue(small, "d"))


def test_who_is_called_reads_which_doctor_calls(small):
    small.come("p")
    small.come("d", "doctor")
    small.ask("p", m.CheckIn)
    assert _queue(small, "p").doctor_name is None
    small.ask("d", m.CallPatient, ROOM, small.visit("p").visit_id)
    assert _queue(small, "p").doctor_name == "d real"


def test_the_list_says_whether_the_called_patient_is_inside(small):
    small.come("p")
    small.come("d", "doctor")
    small.ask("p", m.CheckIn)
    small.ask("d", m.CallPatient, ROOM, small.visit("p").visit_id)
    assert not _queue(small, "d").entries[0].is_inside
    small.go("p")
    assert _queue(small, "d").entries[0].is_inside


def test_names_that_a_visit_told_stay_until_one_leaves_the_room_or_it_is_needed(small):
    visit_id = small.in_consult()
    small.ask("d", m.ChangeVisit, visit_id, "end")
    names = [(_person(small, *pair).name, _person(small, *pair).role) for pair in ("dp", "pd")]
    assert names == [("p real", "patient"), ("d real", "doctor")]
    assert views.watchers(small.clinic) == set()
    small.come("q")
    small.ask("q", m.CheckIn)
    small.go("p")
    small.go("d")
    assert _person(small, "d", "p").name == "p alias"
    assert _person(small, "p", "d").name == "d alias"


def test_who_was_not_of_the_visit_learns_no_name_when_it_ends(small):
    visit_id = small.in_consult()
    small.ask("d", m.ChangeVisit, visit_id, "end")
    small.come("n", "nurse")
    small.go("n")
    assert _person(small, "n", "p").name == "p alias"
    assert _person(small, "p", "n").name == "n alias"


@pytest.mark.parametrize(
    ("by", "change", "state", "words"),
    [("d", "end", "ended", "Your visit has ended"), ("p", "leave", "ended", "visit has ended")],
)
def test_after_a_visit_its_patient_is_told_so_for_an_hour(small, by, change, state, words):
    small.ask(by, m.ChangeVisit, small.in_consult(), change)
    place = _queue(small, "p")
    assert (place.state, place.visit_id, place.place) == (state, None, 0)
    assert words in place.sentence
    small.now_s += views.OVER_S + 1
    assert "not checked in" in _queue(small, "p").sentence


def test_who_gave_up_the_place_is_told_that_and_checks_in_again(small):
    small.come("p")
    small.ask("p", m.CheckIn)
    small.ask("p", m.ChangeVisit, small.visit("p").visit_id, "leave")
    assert "You gave up your place" in _queue(small, "p").sentence
    small.ask("p", m.CheckIn)
    assert _queue(small, "p").state == "checked-in"
