import numpy as np
import pytest

from client.desktop import keys, views
from client.desktop.inside import Use
from client.desktop.keys import MOVEMENTS
from client.desktop.screens import OpenChat, OpenDesk, OpenPerson
from client.desktop.views import Line
from client.desktop.walker import FORWARD
from client.panels import intents
from client.panels.settings import DEFAULTS, Device
from client.program import WANTS
from client.ui.events import Key
from client.ui.tree import Tree
from client.ui.vocabulary import Role
from world.protocol import messages as m
from world.protocol.motion import encode_records, frame_header, resting
from world.vitals.catalog import HEART_RATE
from world.vitals.observation import Observation, Quality

VISIT = "a" * 32
OTHER = m.Person(4, "Green Finch", None, 0)


def shown(stay, state="connected"):
    tree = Tree()
    tree.show(stay.inside.panels(Line(state=state), DEFAULTS))
    return tree


def place_other(stay, slot, head_m):
    poses = resting(1)
    poses.head_m[0] = head_m
    records = encode_records(np.array([slot]), poses).tobytes()
    stay.bodies.take_motion(frame_header(1) + records, stay.now_s)
    stay.wait(0.1)


def queue(state, room_id=None, place=1):
    return m.QueuePlace(VISIT, state, place, 3, room_id=room_id, sentence="A sentence.")


def test_going_to_a_seat_walks_there_and_then_sits(stay):
    stay.enter()
    stay.do(intents.GoTo("seat:chair-2"))
    stay.wait(0.5)
    assert not stay.asked
    stay.wait(8.0)
    assert stay.requests() == [m.Sit(1, "chair-2")]
    assert stay.frames


def test_who_sits_stands_up_before_going_elsewhere(stay):
    stay.enter()
    stay.model.with_own_seat("chair-2")
    stay.do(intents.GoTo("door:door-1"))
    assert stay.requests() == [m.Stand(1)]
    stay.answer()
    assert stay.model.seat is None


def test_a_door_that_is_open_for_one_is_gone_through_on_arrival(stay, doors):
    stay.enter(doors=doors, position_m=(8.5, 1.35, 1.6))
    stay.do(intents.GoTo("door:door-1"))
    stay.wait(4.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


def test_a_way_goes_on_when_the_clinic_comes_back_and_gives_another_slot(stay, doors):
    stay.enter(doors=doors, position_m=(8.5, 1.35, 1.6))
    stay.do(intents.GoTo("door:door-1"))
    stay.wait(0.2)
    own = m.Person(7, "Real Name", "patient", 0)
    stay.tell(m.RoomView("waiting", "waiting", 7, (7.5, 1.35, 1.6), 0.0, (own,), doors, "room:w"))
    stay.wait(6.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


def test_walking_out_through_an_open_door_asks_once(stay, doors):
    stay.enter(doors=doors, position_m=(9.0, 1.35, 1.6))
    stay.bodies.walker.yaw_rad = -np.pi / 2
    stay.bodies.walker.hold(FORWARD, is_held=True)
    stay.wait(1.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


def test_a_closed_door_is_knocked_on_and_the_answer_is_told(stay, doors):
    stay.enter(doors=doors, position_m=(9.3, 4.75, 1.6))
    stay.bodies.walker.yaw_rad = -np.pi / 2
    assert "knock" in stay.inside.ways.hint()
    stay.do(Use())
    assert stay.requests() == [m.Knock(1, "door-2")]
    stay.answer()
    assert stay.inside.board.history == ["You knocked. Wait until the door is opened."]


def test_a_refusal_is_a_sentence_on_the_screen(stay):
    stay.enter()
    stay.do(intents.SetBlocked(4, is_blocked=True))
    stay.answer(is_accepted=False, reason="That person is not in this room any more.")
    assert shown(stay).find_all(name="That person is not in this room any more.")


def test_what_others_write_is_shown_and_own_lines_are_ones_own(stay):
    stay.enter(people=(OTHER,))
    stay.tell(m.Event("room:waiting", 1, 1_000.0, m.Said(4, "Green Finch", "Hello")))
    stay.tell(m.Event("room:waiting", 2, 1_001.0, m.Said(1, "Blue Heron", "Good day")))
    stay.do(OpenChat())
    log = shown(stay).find(Role.LOG).widget
    assert [(one.author, one.text) for one in log.entries] == [
        ("Green Finch", "Hello"),
        ("You", "Good day"),
    ]


def test_checking_in_shows_the_own_place_and_being_called_shows_the_door(stay, doors):
    stay.enter(doors=doors)
    stay.tell(m.QueuePlace(None, None, 0, 2))
    stay.do(OpenDesk())
    stay.do(intents.CheckIn(None))
    assert stay.requests() == [m.CheckIn(1)]
    stay.answer()
    stay.tell(queue("checked-in"))
    assert shown(stay).find_all(name="You are checked in")
    stay.tell(queue("called", "consult-1"))
    button = shown(stay).find(Role.BUTTON, "Go to consult room 1").widget
    assert button.intent == intents.GoTo("door:door-1")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("checked-in", "Press Space to stand up."),
        ("called", "A sentence. Press Space to stand up."),
    ],
)
def test_a_call_is_said_before_what_is_within_reach(stay, state, says):
    stay.enter()
    stay.tell(queue(state, "consult-1"))
    hint = "Press Space to stand up."
    assert views.hud(stay.model, Line(state="connected"), DEFAULTS, hint, views.Help()).hint == says


def test_the_doctor_calls_into_a_room_that_is_free(doctor, doors):
    doctor.enter(doors=doors)
    entry = m.QueueEntry(VISIT, "checked-in", "Pat Real", 3.0)
    doctor.tell(m.QueueView((entry,)))
    doctor.do(OpenDesk())
    tree = shown(doctor)
    assert tree.find(Role.LIST, "Waiting").widget.children[0].name == "Pat Real"
    doctor.do(tree.find(Role.BUTTON, "Call next").widget.intent)
    assert doctor.requests() == [m.CallPatient(1, "consult-1", None)]


def test_without_a_free_room_the_doctor_is_told_what_to_do(doctor, doors):
    doctor.enter(doors=doors[1:])
    doctor.do(intents.CallNext())
    assert not doctor.asked
    assert "No consult room is free" in doctor.inside.board.history[0]


def test_a_companion_in_the_waiting_room_is_invited_from_inside(doctor):
    door = m.DoorState("door-1", "waiting", is_open=False, may_pass=True)
    doctor.enter(doors=(door,), room_id="consult-1", position_m=(4.0, 3.4, 1.6))
    entry = m.QueueEntry(VISIT, "in-consult", "Pat Real", 3.0, "consult-1")
    doctor.tell(m.QueueView((entry,), (m.Person(9, "Alex", "carer", 0),)))
    doctor.do(OpenDesk())
    doctor.do(intents.OpenInvitation())
    rows = shown(doctor).find(Role.LIST, "Carers and interpreters here").widget
    doctor.do(rows.chosen(rows.children[0].key))
    assert doctor.requests() == [m.Invite(1, VISIT, 9, room_id="waiting")]
    doctor.answer()
    assert "were asked to come along" in doctor.inside.board.history[-1]


def test_who_is_asked_along_is_asked_until_the_clinic_has_the_answer(stay):
    stay.enter()
    asked = m.Invitation(VISIT, "Doctor", "doctor", "Blue Heron")
    stay.tell(m.Invitations((asked,)))
    stay.do(shown(stay).find(Role.BUTTON, "Come along").widget.intent)
    assert stay.requests() == [m.AnswerInvitation(1, VISIT, agrees=True)]
    assert shown(stay).find_all(name="You are asked along")
    stay.answer(is_accepted=False, reason="The visit has ended. Start a new one.")
    assert "The visit has ended" in stay.inside.board.history[-1]
    stay.tell(m.Invitations(()))
    assert not shown(stay).find_all(name="You are asked along")


def test_an_old_question_is_not_asked_again_after_a_drop(stay):
    stay.enter()
    stay.tell(m.Invitations((m.Invitation(VISIT, "Doctor", "doctor", "Blue Heron"),)))
    stay.tell(stay.model.me)
    assert not shown(stay).find_all(name="You are asked along")


def test_letting_somebody_in_walks_to_the_door_and_opens_it(doctor):
    door = m.DoorState("door-1", "waiting", is_open=False, may_pass=True)
    doctor.enter(doors=(door,), room_id="consult-1", position_m=(3.9, 3.4, 1.6))
    doctor.tell(m.Event("room:consult-1", 1, 1_000.0, m.Knocked("door-1", "Alex")))
    button = shown(doctor).find(Role.BUTTON, "Let in").widget
    doctor.do(button.intent)
    doctor.wait(4.0)
    assert doctor.requests() == [m.OpenDoor(1, "door-1")]
    assert not shown(doctor).find_all(name="Let in")


def test_a_wish_to_talk_is_asked_about_and_answered_once(stay):
    stay.enter(people=(m.Person(4, "Green Finch", None, 0, agrees_to_talk=True),))
    tree = shown(stay)
    stay.do(tree.find(Role.BUTTON, "Talk").widget.intent)
    assert stay.requests() == [m.AgreeToTalk(1, 4, agrees=True)]
    assert not shown(stay).find_all(Role.BUTTON, "Talk")


def test_the_menu_of_a_person_says_who_they_are_and_reports(stay):
    stay.enter(people=(OTHER,))
    stay.do(OpenPerson(4))
    assert shown(stay).find_all(Role.HEADING, "Green Finch")
    stay.do(intents.StartReport(4))
    stay.do(intents.TypeReport("Shouts."))
    stay.do(shown(stay).find(Role.BUTTON, "Send report").widget.intent)
    assert stay.requests() == [m.Report(1, 4, "Shouts.")]
    stay.tell(m.PersonGone(4))
    assert not shown(stay).find_all(Role.HEADING, "Green Finch")


def test_people_are_gone_to_and_looked_at(stay):
    stay.enter(people=(OTHER,), position_m=(2.0, 5.5, 1.6))
    place_other(stay, 4, (5.0, 5.2, 1.6))
    stay.do(intents.GoTo("person:4"))
    stay.wait(5.0)
    away_m = stay.bodies.head_m - (5.0, 5.2, 1.6)
    assert 1.0 < np.linalg.norm(away_m) < 1.6
    assert stay.bodies.walker.yaw_rad == pytest.approx(-np.pi / 2, abs=0.3)


def test_the_menu_lists_doors_seats_and_people(stay, doors):
    stay.enter(people=(OTHER,), doors=doors)
    place_other(stay, 4, (5.0, 5.2, 1.6))
    stay.do(intents.OpenMenu())
    rows = shown(stay).find(Role.LIST, "Go to").widget.children
    keys = {row.key for row in rows}
    assert {"door:door-1", "seat:chair-1", "person:4"} <= keys
    assert all(row.name for row in rows)


def test_the_menu_offers_the_microphones_that_are_there(stay):
    stay.enter()
    stay.do(intents.OpenMenu())
    tree = Tree()
    line = Line("connected", microphones=(Device("system", "Any"), Device("a", "Headset")))
    tree.show(stay.inside.panels(line, DEFAULTS))
    rows = tree.find(Role.LIST, "Which microphone").widget
    assert rows.chosen(rows.children[1].key) == intents.ChooseMicrophone("a")
    assert not shown(stay).find_all(Role.LIST, "Which microphone")


def test_a_lost_connection_is_seen_and_comes_back(stay):
    stay.enter()
    assert shown(stay, "reconnecting").find_all(name="Connection lost")
    assert shown(stay).find_all(name="Connected")


def test_a_network_process_that_does_not_answer_is_not_called_connected(stay):
    stay.enter()
    tree = shown(stay, "silent")
    assert len(tree.find_all(name="Connection does not answer")) >= 2
    assert "What you see is not of now" in tree.describe()
    assert not tree.find_all(name="Connected")
    assert not tree.find_all(name="Connection lost")


def test_the_first_keys_are_shown_until_somebody_acts_or_has_had_time(stay):
    stay.enter()
    assert shown(stay).find_all(name="walk")
    stay.wait(30.0, hz=4)
    assert not shown(stay).find_all(name="walk")
    again = type(stay)("patient")
    again.enter()
    again.bodies.walker.hold(FORWARD, is_held=True)
    again.wait(0.1)
    assert not shown(again).find_all(name="walk")


def test_all_keys_come_and_go_with_one_key_and_are_in_the_menu(stay):
    stay.enter()
    stay.do(intents.ShowKeys())
    assert shown(stay).find_all(name="mute")
    stay.do(intents.ShowKeys())
    assert not shown(stay).find_all(name="mute")
    stay.do(intents.OpenMenu())
    stay.do(shown(stay).find(Role.BUTTON, "Keys").widget.intent)
    assert shown(stay).find_all(name="mute")
    assert not shown(stay).find_all(Role.BUTTON, "Keys")


def test_another_room_forgets_what_was_said_and_agreed_in_the_last_one(stay):
    stay.enter(people=(OTHER,))
    stay.tell(m.Event("room:waiting", 1, 1_000.0, m.Said(4, "Green Finch", "Hello")))
    stay.do(intents.AgreeToTalk(4, agrees=True))
    stay.enter(room_id="consult-1", position_m=(4.0, 3.4, 1.6))
    assert not stay.model.lines
    assert not stay.inside.affairs.agreed
    assert stay.bodies.layout.type == "consult"


def enter_consult(stay, people=(), position_m=(4.62, 3.9, 1.6)):
    door = m.DoorState("door-1", "waiting", is_open=True, may_pass=True)
    stay.enter(people=people, doors=(door,), room_id="consult-1", position_m=position_m)
    stay.bodies.walker.yaw_rad = np.pi


def hint(stay):
    return stay.inside.ways.hint()


def says(stay):
    found = [node.widget.name for node in shown(stay).nodes if node.widget.key == "hint"]
    return " ".join(found)


def test_who_comes_into_the_consult_room_is_led_to_their_own_seat_and_not_back_out(stay):
    stay.tell(queue("in-consult", "consult-1", 0))
    enter_consult(stay)
    assert hint(stay) == "Press Space to sit down opposite the doctor."
    stay.do(Use())
    stay.wait(8.0)
    assert stay.requests() == [m.Sit(1, "patient")]


def test_doctor_and_companion_have_seats_of_their_own(doctor, stay):
    enter_consult(doctor)
    assert hint(doctor) == "Press Space to sit down at your desk."
    carer = type(stay)("carer")
    carer.tell(m.Event("user:x", 1, 1.0, m.VisitChanged(VISIT, "in-consult", "consult-1")))
    enter_consult(carer)
    assert hint(carer) == "Press Space to sit down beside the patient."
    carer.do(Use())
    carer.wait(8.0)
    assert carer.requests() == [m.Sit(1, "companion-1")]


def test_after_the_visit_the_same_key_leads_out(stay):
    stay.tell(m.QueuePlace(None, None, 0, 2))
    enter_consult(stay, position_m=(3.6, 3.0, 1.6))
    assert hint(stay) == "Press Space to go out to the waiting room."
    stay.do(Use())
    stay.wait(6.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


def test_nothing_behind_ones_back_is_offered(stay):
    stay.enter(position_m=(3.3, 3.0, 1.6))
    stay.bodies.walker.yaw_rad = 0.0
    assert hint(stay) == "Press Space to sit down here."
    stay.bodies.walker.yaw_rad = np.pi
    assert hint(stay) == ""


def test_a_seat_at_the_desk_is_staffs_alone(stay, doctor):
    for one in (stay, doctor):
        one.enter(position_m=(4.5, 7.7, 1.6))
        one.bodies.walker.yaw_rad = np.pi
        one.do(intents.OpenMenu())
    rows = shown(stay).find(Role.LIST, "Go to").widget.children
    assert not [row.key for row in rows if row.key.startswith("seat:desk")]
    assert hint(stay) == ""
    assert hint(doctor) == "Press Space to sit down here."
    stay.do(intents.GoTo("seat:desk-1"))
    assert "for the clinic's staff" in stay.inside.board.history[-1]
    stay.do(intents.SetSeated(is_seated=True))
    stay.wait(8.0)
    [sat] = stay.requests()
    assert not sat.seat.startswith("desk")


def test_the_own_seat_is_said_to_be_ones_own(stay):
    stay.enter(people=(m.Person(4, "Green Finch", None, 0, "chair-1"),))
    stay.model.with_own_seat("chair-2")
    stay.do(intents.OpenMenu())
    rows = {row.key: row for row in shown(stay).find(Role.LIST, "Go to").widget.children}
    assert rows["seat:chair-2"].description == "You sit there."
    assert rows["seat:chair-1"].description == "Somebody sits there."


def test_a_patient_who_is_alone_inside_reads_that_the_doctor_was_told(stay):
    stay.tell(queue("called", "consult-1", 0))
    enter_consult(stay)
    assert says(stay).startswith("The doctor was told that you are here, and comes to you.")


def seen_trace(stay):
    stay.model.vitals.is_seen = True


def test_who_sits_in_the_consult_room_reads_where_the_ecg_is(stay, doctor):
    stay.tell(queue("in-consult", "consult-1", 0))
    enter_consult(stay)
    seen_trace(stay)
    assert "heart trace" not in says(stay)
    stay.model.with_own_seat("patient")
    assert "Your heart trace is on the wall: F2 shows it large." in says(stay)
    recorded = Observation(HEART_RATE, 61.0, "/min", "ecg", 1, 0.0, int(Quality.REPLAYED))
    stay.tell(m.Observed(recorded))
    assert "a recorded heart trace, of nobody here" in says(stay)
    enter_consult(doctor)
    seen_trace(doctor)
    doctor.model.with_own_seat("doctor")
    assert "The vital signs are on the wall: F2 shows them large." in says(doctor)


def test_the_vital_signs_are_looked_at_large_and_go_with_escape_and_with_the_room(stay):
    stay.enter()
    stay.do(intents.ShowVitals())
    assert "in the consult room" in stay.inside.board.history[-1]
    enter_consult(stay)
    stay.do(intents.OpenMenu())
    stay.do(shown(stay).find(Role.BUTTON, "Look at the vital signs").widget.intent)
    tree = shown(stay)
    assert tree.find(Role.PANEL, "Vital signs")
    assert stay.inside.is_monitoring
    [intent] = tree.handle(Key("escape")).intents
    stay.do(intent)
    assert not shown(stay).find_all(Role.PANEL, "Vital signs")
    stay.do(intents.ShowVitals())
    stay.enter()
    assert not shown(stay).find_all(Role.PANEL, "Vital signs")


def test_a_doctor_who_has_called_is_led_to_the_room_and_reads_where_the_patient_is(doctor, doors):
    doctor.enter(doors=doors, position_m=(8.5, 1.35, 1.6))
    entry = m.QueueEntry(VISIT, "called", "Pat Real", 3.0, "consult-1")
    doctor.tell(m.QueueView((entry,)))
    assert says(doctor).startswith("Pat Real is called to consult room 1, and on the way.")
    inside = m.QueueEntry(VISIT, "called", "Pat Real", 3.0, "consult-1", is_inside=True)
    doctor.tell(m.QueueView((inside,)))
    assert says(doctor).startswith("Pat Real waits for you in consult room 1.")
    doctor.do(OpenDesk())
    doctor.do(shown(doctor).find(Role.BUTTON, "Go to consult room 1").widget.intent)
    doctor.wait(4.0)
    assert doctor.requests() == [m.GoThrough(1, "door-1")]


def test_after_a_visit_it_is_said_that_it_has_ended_and_with_whom(stay):
    seen = m.QueuePlace(VISIT, "in-consult", 0, 0, room_id="consult-1", doctor_name="Dr. Ada Marsh")
    stay.tell(seen)
    stay.enter()
    stay.tell(m.QueuePlace(None, "ended", 0, 2, sentence="Your visit has ended."))
    assert says(stay).startswith("Your visit with Dr. Ada Marsh has ended.")
    stay.do(OpenDesk())
    tree = shown(stay)
    assert tree.find_all(name="Your visit with Dr. Ada Marsh has ended.")
    assert "not checked in" not in tree.describe()
    stay.do(tree.find(Role.BUTTON, "See the next free doctor").widget.intent)
    assert stay.requests() == [m.CheckIn(1)]


def test_who_has_walked_out_of_the_own_visit_is_led_back_to_it(stay, doors):
    stay.tell(queue("in-consult", "consult-1", 0))
    stay.enter(doors=doors, position_m=(8.5, 1.35, 1.6))
    stay.do(OpenDesk())
    button = shown(stay).find(Role.BUTTON, "Go to consult room 1").widget
    stay.do(button.intent)
    stay.wait(4.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


@pytest.mark.parametrize(("has_sound", "is_heard"), [(True, True), (False, False)])
def test_a_chime_is_promised_only_to_who_can_hear_it(stay, has_sound, is_heard):
    stay.enter()
    stay.tell(queue("checked-in"))
    stay.do(OpenDesk())
    tree = Tree()
    tree.show(stay.inside.panels(Line(state="connected", has_sound=has_sound), DEFAULTS))
    assert ("chime" in tree.describe()) is is_heard


@pytest.mark.parametrize("role", ["patient", "doctor"])
def test_the_sheet_of_keys_names_every_key_that_does_something(stay, role):
    person = type(stay)(role)
    enter_consult(person)
    person.do(intents.ShowKeys())
    sheet = next(node for node in shown(person).nodes if node.widget.name == "Keys")
    said = {word.split(":")[0].lower() for word in sheet.widget.description.split(", ")}
    known = {"esc" if word == "escape" else word for one in said for word in one.split()}
    arrows = {"up", "down", "left", "right"} if "arrows" in known else set()
    does = {*MOVEMENTS, *WANTS, keys.MUTE, keys.TALK, "tab", "enter", "f6"}
    assert {"esc" if key == "escape" else key for key in does} <= known | arrows


def test_leaving_asks_only_where_it_would_end_something(stay):
    stay.enter()
    stay.tell(m.QueuePlace(None, None, 0, 2))
    assert views.consequence(stay.model) == ""
    for state, words in (
        ("checked-in", "give up your place"),
        ("called", "not seen"),
        ("in-consult", "it ends"),
    ):
        stay.tell(queue(state, "consult-1"))
        stay.do(intents.AskToLeave())
        tree = shown(stay)
        assert words in tree.describe()
        assert tree.focused.widget.name == "Stay"
        assert tree.find(Role.BUTTON, "Leave the clinic").widget.intent == intents.Leave()
        stay.do(intents.Close())


def test_a_doctor_with_a_patient_is_asked_before_leaving(doctor):
    doctor.enter()
    doctor.tell(m.QueueView((m.QueueEntry(VISIT, "in-consult", "Pat Real", 3.0, "consult-1"),)))
    doctor.do(intents.AskToLeave())
    assert "Pat Real is your patient now" in shown(doctor).describe()


def test_a_patient_ends_the_own_visit_after_a_question(stay):
    stay.tell(queue("in-consult", "consult-1", 0))
    enter_consult(stay)
    stay.do(OpenDesk())
    stay.do(shown(stay).find(Role.BUTTON, "End my visit").widget.intent)
    assert shown(stay).focused.widget.name == "Go on with the visit"
    stay.do(shown(stay).find(Role.BUTTON, "End my visit").widget.intent)
    assert stay.requests() == [m.ChangeVisit(1, VISIT, "leave")]
    assert not shown(stay).find_all(name="End your visit?")


def test_chairs_of_a_consult_room_are_called_by_whom_they_are_for(doctor):
    enter_consult(doctor)
    doctor.do(intents.OpenMenu())
    names = {row.key: row.name for row in shown(doctor).find(Role.LIST, "Go to").widget.children}
    assert names["seat:patient"] == "Patient's chair"
    assert names["seat:companion-2"] == "Companion's chair 2"
