import pytest

from client.panels import intents, person_menu
from client.panels.person_menu import PersonView


@pytest.fixture
def person(desk):
    return desk(PersonView(4, "Finch"), person_menu.panel, person_menu.update)


def test_one_agrees_to_talk(person):
    assert person.focused == "Talk with each other"
    person.keys("space")
    assert person.intents == [intents.AgreeToTalk(4, agrees=True)]


def test_one_blocks(person):
    person.tab_to("Block")
    person.keys("space")
    assert person.intents == [intents.SetBlocked(4, is_blocked=True)]


def test_one_reports_in_words_and_hears_that_it_was_sent(person):
    person.tab_to("Report \u2026")
    person.keys("enter")
    assert person.focused == "What happened?"
    person.said()
    person.type("Shouting")
    person.keys("enter")
    assert person.intents[-1] == intents.SendReport(4, "Shouting")
    assert "Your report was sent to the clinic's staff." in person.said()


def test_an_empty_report_is_asked_for_again(person):
    person.tab_to("Report \u2026")
    person.keys("enter", "enter")
    assert person.view.problem
    assert person.view.is_reporting


def test_a_role_is_shown_only_where_the_clinic_vouches_for_it(person):
    assert "A visitor under a name of their choice" in person.tree.describe()
    person.show(PersonView(2, "Dr. A", "Doctor"))
    assert "Doctor, confirmed by the clinic" in person.tree.describe()


def test_representations_hold_no_names():
    assert "Finch" not in repr(PersonView(4, "Finch", report="Shouting"))
    assert "Shouting" not in repr(intents.SendReport(4, "Shouting"))


def test_a_patient_lets_a_guest_see_the_vital_signs_and_takes_it_back(person):
    assert "May see my vital signs" not in person.tree.describe()
    person.show(PersonView(4, "Alex", "Carer", sees_vitals=False))
    person.tab_to("May see my vital signs")
    person.keys("space")
    person.show(PersonView(4, "Alex", "Carer", sees_vitals=True))
    person.keys("space")
    assert person.intents == [intents.AllowVitals(4, True), intents.AllowVitals(4, False)]


def test_one_goes_on_to_the_next_person(person):
    person.show(PersonView(4, "Alex", has_next=True))
    person.tab_to("Next person")
    person.keys("enter")
    assert person.intents == [intents.ShowNextPerson(4)]


def test_a_part_that_is_the_name_too_is_said_once(desk):
    screen = desk(PersonView(2, "Doctor", "Doctor"), person_menu.panel, person_menu.update)
    assert screen.tree.find_all("text", "Confirmed by the clinic")
    screen.show(PersonView(2, "Dr. Ada Marsh", "Doctor"))
    assert screen.tree.find_all("text", "Doctor, confirmed by the clinic")
