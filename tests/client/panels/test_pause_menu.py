import pytest

from client.panels import intents, pause_menu
from client.panels.pause_menu import Destination, PauseView, Place
from client.ui.vocabulary import State

PLACES = (
    Destination("door-2", "Consult room 2", Place.DOOR, 6.9, "Closed: a visit is going on."),
    Destination("seat-3", "Chair by the window", Place.SEAT, 2.4),
    Destination("person-4", "Green Finch", Place.PERSON, 5.2),
)


@pytest.fixture
def menu(desk):
    return desk(PauseView("the waiting room", PLACES), pause_menu.panel)


def test_one_goes_to_a_seat_or_a_person_with_the_keyboard_alone(menu):
    menu.tab_to("Go to")
    menu.keys("down", "enter", "down", "enter")
    assert menu.intents == [intents.GoTo("person-4"), intents.GoTo("seat-3")]


def test_doors_come_first_then_people_then_seats_each_by_name_and_number(menu):
    places = (
        *(Destination(f"seat-{n}", f"Chair {n}", Place.SEAT, 9.0 - n) for n in (10, 2)),
        *PLACES,
        Destination("door-1", "Consult room 1", Place.DOOR, 9.0),
    )
    menu.show(PauseView("the waiting room", places))
    names = [node.widget.name for node in menu.tree.find_all("list item")]
    assert names == [
        "Consult room 1",
        "Consult room 2",
        "Green Finch",
        "Chair 2",
        "Chair 10",
        "Chair by the window",
    ]


def test_a_closed_door_says_why_and_leads_nowhere(menu):
    menu.tab_to("Go to")
    menu.keys("home", "enter")
    assert menu.intents == []
    item = menu.tree.find("list item", "Consult room 2")
    assert State.DISABLED in item.states
    assert item.widget.description == "Closed: a visit is going on."


def test_letters_find_a_place(menu):
    menu.tab_to("Go to")
    menu.type("g")
    menu.keys("enter")
    assert menu.intents == [intents.GoTo("person-4")]


def test_escape_resumes_and_the_focus_is_on_resume(menu):
    assert menu.focused == "Resume"
    menu.keys("escape")
    assert menu.intents == [intents.Close()]


@pytest.mark.parametrize(("is_seated", "name"), [(True, "Stand up"), (False, "Sit down")])
def test_one_sits_and_stands(menu, is_seated, name):
    menu.show(PauseView("the waiting room", PLACES, is_seated=is_seated))
    menu.tab_to(name)
    menu.keys("space")
    assert menu.intents == [intents.SetSeated(not is_seated)]


def test_the_own_account_is_opened_here(menu):
    menu.tab_to("Your account")
    menu.keys("enter")
    assert menu.intents == [intents.OpenAccount()]


def test_the_microphone_is_muted_here(menu):
    menu.tab_to("Mute microphone")
    menu.keys("space")
    assert menu.intents == [intents.SetMuted(is_muted=True)]


def test_the_vital_signs_are_looked_at_from_here_where_there_are_any(menu):
    assert not menu.tree.find_all("button", "Look at the vital signs")
    menu.show(PauseView("consult room 1", PLACES, has_vitals=True))
    menu.tab_to("Look at the vital signs")
    menu.keys("enter")
    assert menu.intents == [intents.ShowVitals()]


def test_leaving_is_asked_for_and_never_done_by_one_key(menu):
    menu.tab_to("Leave the clinic")
    menu.keys("enter")
    assert menu.intents == [intents.AskToLeave()]
