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
    menu.keys("enter", "down", "enter")
    assert menu.intents == [intents.GoTo("seat-3"), intents.GoTo("person-4")]


def test_the_nearest_place_comes_first(menu):
    names = [node.widget.name for node in menu.tree.find_all("list item")]
    assert names == ["Chair by the window", "Green Finch", "Consult room 2"]


def test_a_closed_door_says_why_and_leads_nowhere(menu):
    menu.tab_to("Go to")
    menu.keys("end", "enter")
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
