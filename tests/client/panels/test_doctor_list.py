from dataclasses import replace

import pytest

from client.panels import doctor_list, intents
from client.panels.doctor_list import Current, DoctorListView, Guest, Waiting
from client.ui.vocabulary import State

WAITING = (Waiting("v1", "Patient 1", 14, "Walk-in"), Waiting("v2", "Patient 2", 3, "Walk-in"))
CONSULT = Current("v9", "Patient 9", "Consult room 1", is_in_consult=True)
CALLED = Current("v9", "Patient 9", "Consult room 1", is_in_consult=False)


@pytest.fixture
def patients(desk):
    return desk(DoctorListView(WAITING), doctor_list.panels, doctor_list.update)


def test_a_button_named_call_next_has_the_focus_and_calls(patients):
    assert patients.tree.find("button", "Call next").is_focused
    patients.keys("enter")
    assert patients.intents == [intents.CallNext()]


def test_a_chosen_patient_is_called_by_name(patients):
    assert State.DISABLED in patients.tree.find("button", "Call chosen").states
    patients.tab_to("Waiting")
    patients.keys("down", "enter")
    patients.tab_to("Call Patient 2")
    patients.keys("enter")
    assert patients.intents[-1] == intents.CallChosen("v2")


def test_nobody_is_called_during_a_visit_or_from_an_empty_list(patients):
    for view in (DoctorListView(WAITING, current=CONSULT), DoctorListView()):
        patients.show(view)
        assert State.DISABLED in patients.tree.find("button", "Call next").states


def test_a_visit_ends_only_after_a_question_that_is_safe_to_answer_by_accident(patients):
    patients.show(DoctorListView(WAITING, current=CONSULT))
    patients.tab_to("End visit")
    patients.keys("enter")
    assert patients.focused == "Go on with the visit"
    patients.keys("enter")
    assert not patients.view.is_asked_to_end
    assert patients.focused == "End visit"
    patients.keys("enter", "tab", "enter")
    assert patients.intents[-1] == intents.ChangeVisit("v9", "end")


def test_a_patient_who_does_not_come_can_be_noted_or_the_call_taken_back(patients):
    patients.show(DoctorListView(WAITING, current=CALLED))
    for name, change in (("Take the call back", "uncall"), ("Did not come", "no-show")):
        patients.tab_to(name)
        patients.keys("enter")
        assert patients.intents[-1] == intents.ChangeVisit("v9", change)


def test_who_has_called_goes_there_with_one_key(patients):
    called = replace(CALLED, room_name="consult room 1", destination="door:door-1")
    patients.show(DoctorListView(WAITING, current=called))
    assert patients.focused == "Go to consult room 1"
    patients.keys("enter")
    assert patients.intents == [intents.GoTo("door:door-1")]
    patients.show(DoctorListView(WAITING, current=replace(called, destination="")))
    assert not patients.tree.find_all("button", "Go to consult room 1")


def test_the_list_says_where_the_called_patient_is_and_tells_when_that_changes(patients):
    patients.show(DoctorListView(WAITING, current=CALLED))
    assert "on the way" in patients.tree.describe()
    patients.said()
    patients.show(DoctorListView(WAITING, current=replace(CALLED, is_patient_inside=True)))
    assert patients.said() == ["Inside Consult room 1, and waits for you."]
    patients.show(DoctorListView(WAITING, current=replace(CALLED, is_connected=False)))
    assert "connection is lost" in patients.tree.describe()


def test_a_carer_is_invited(patients):
    guests = (Guest(4, "Guest 4", "carer"), Guest(5, "Guest 5", "interpreter"))
    patients.show(DoctorListView(WAITING, current=CONSULT, guests=guests))
    patients.tab_to("Invite someone")
    patients.keys("enter", "down", "enter")
    assert patients.intents[-1] == intents.Invite("v9", 5)
    assert not patients.view.is_inviting


def test_the_number_of_the_waiting_is_announced_when_it_changes(patients):
    patients.said()
    patients.show(replace(patients.view, waiting=WAITING[:1]))
    assert patients.said() == ["1 patient is waiting."]


def test_a_lost_connection_of_a_patient_is_said(patients):
    patients.show(DoctorListView((replace(WAITING[0], is_connected=False),)))
    assert "connection lost" in patients.tree.find("list item").widget.description


def test_representations_hold_no_names():
    view = DoctorListView(WAITING, current=CONSULT, guests=(Guest(4, "Guest 4", "carer"),))
    assert "Patient" not in repr(view)
    assert "Guest 4" not in repr(view)
