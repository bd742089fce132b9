"""A patient is called: what comes by itself, what it takes no key from, and when it is gone."""

import pytest

from client.desktop.screens import OpenChat, OpenDesk, OpenPerson
from client.desktop.views import Line
from client.panels import intents
from client.panels.settings import DEFAULTS
from client.ui.events import Key, Typed
from client.ui.tree import Tree
from client.ui.vocabulary import Role
from world.protocol import messages as m

VISIT = "a" * 32
GO = "Go to consult room 1"
CALLED = "You are called to consult room 1. Its door is open for you."
BACK = "The call was taken back. You are at your place in the queue."


class Screen:
    """What one person sees and presses, frame by frame."""

    def __init__(self, stay):
        self.stay, self.tree = stay, Tree()
        self.look()

    def look(self):
        self.stay.wait(0.1)
        self.tree.show(self.stay.inside.panels(Line(state="connected"), DEFAULTS))

    def press(self, *names):
        for name in names:
            self._handle(Key(name))

    def type(self, text):
        for letter in text:
            self._handle(Typed(letter))

    def shows(self, name):
        self.look()
        return bool(self.tree.find_all(name=name))

    @property
    def focused(self):
        self.look()
        return self.tree.focused.widget.name if self.tree.focused else None

    def _handle(self, event):
        self.look()
        for intent in self.tree.handle(event).intents:
            self.stay.do(intent)


def place(state, room_id=None):
    return m.QueuePlace(
        VISIT, state, int(state == "checked-in"), 3, room_id=room_id, sentence=CALLED,
        doctor_name="Dr. Ada Marsh" if room_id else None,
    )  # fmt: skip


def told(sentence, announcement=None):
    return m.Event("user:x", 1, 1.0, m.Told(sentence, VISIT, announcement, "consult-1"))


def be_called(stay):
    stay.tell(told(CALLED, "called"))
    stay.tell(place("called", "consult-1"))


@pytest.fixture
def screen(stay, doors):
    stay.enter(doors=doors, position_m=(8.5, 1.35, 1.6))
    stay.tell(place("checked-in"))
    return Screen(stay)


def test_a_call_opens_by_itself_with_the_way_there_under_enter(screen, stay):
    be_called(stay)
    assert screen.focused == GO
    assert screen.shows("Dr. Ada Marsh calls you to consult room 1. Its door is open for you.")
    screen.press("enter")
    assert not screen.shows(GO)
    stay.wait(4.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]


def test_it_is_there_once_and_no_second_time_as_a_notice(screen, stay):
    be_called(stay)
    assert not screen.shows("Dismiss")
    assert stay.inside.board.history == [CALLED]


def test_who_is_writing_goes_on_writing_and_is_led_there_after_it(screen, stay):
    stay.do(OpenChat())
    screen.look()
    be_called(stay)
    assert screen.shows(GO)
    assert screen.focused == "Message"
    screen.type("almost done")
    screen.press("enter")
    assert stay.requests() == [m.Say(1, "almost done", "room:waiting")]
    screen.press("escape")
    assert screen.focused == GO


@pytest.mark.parametrize("opened", [intents.OpenMenu(), OpenDesk(), OpenPerson(4)])
def test_what_is_open_makes_way_for_it(screen, stay, opened):
    stay.tell(m.PersonView(m.Person(4, "Green Finch", None, 0)))
    stay.do(opened)
    screen.look()
    be_called(stay)
    assert screen.focused == GO


def test_a_report_that_is_being_written_stays_and_the_call_comes_after_it(screen, stay):
    stay.tell(m.PersonView(m.Person(4, "Green Finch", None, 0)))
    stay.do(OpenPerson(4))
    stay.do(intents.StartReport(4))
    screen.look()
    be_called(stay)
    assert screen.focused == "What happened?"
    screen.press("escape")
    assert screen.shows("Report \u2026")
    assert not screen.shows(GO)
    screen.press("escape")
    assert screen.focused == GO


def test_a_call_that_is_taken_back_closes_and_the_next_one_opens(screen, stay):
    be_called(stay)
    stay.tell(told(BACK))
    stay.tell(place("checked-in"))
    assert not screen.shows(GO)
    assert screen.shows(BACK)
    be_called(stay)
    assert screen.focused == GO
    assert not screen.shows(BACK)


def test_not_now_puts_it_off_until_one_is_called_again(screen, stay):
    be_called(stay)
    screen.press("escape")
    assert not screen.shows(GO)
    stay.tell(place("called", "consult-1"))
    assert not screen.shows(GO)
    stay.tell(told("You are called again to consult room 1.", "called-again"))
    assert screen.focused == GO


def test_who_puts_it_off_is_told_the_key_that_leads_there_later(screen, stay, doors):
    be_called(stay)
    screen.press("escape")
    assert screen.shows("The call stands. Press R when you want to go to consult room 1.")
    stay.do(OpenDesk())
    assert screen.focused == GO
    assert not screen.shows("The call stands. Press R when you want to go to consult room 1.")
    screen.press("enter")
    stay.wait(4.0)
    assert stay.requests() == [m.GoThrough(1, "door-1")]
    carer = type(stay)("carer")
    carer.enter(doors=doors)
    carer.tell(m.Event("user:x", 1, 1.0, m.VisitChanged(VISIT, "called", "consult-1")))
    carer.do(intents.PutOffCall())
    assert "choose the door to consult room 1 in the menu" in carer.inside.board.history[-1]


def test_what_is_said_of_a_call_goes_when_it_is_taken_back(screen, stay):
    be_called(stay)
    screen.press("escape")
    stay.tell(place("checked-in"))
    assert not screen.shows("The call stands. Press R when you want to go to consult room 1.")


def test_inside_nothing_of_the_call_is_left_and_it_does_not_come_back(screen, stay, doors):
    be_called(stay)
    screen.look()
    stay.enter(room_id="consult-1", position_m=(4.0, 3.4, 1.6))
    assert not screen.shows(GO)
    stay.tell(told("The doctor is with you. What is said here stays in this room.", "met"))
    assert screen.shows("Dismiss")
    stay.enter(doors=doors)
    assert not screen.shows(GO)
    assert not screen.shows("Dismiss")


def test_who_comes_along_is_called_too(stay, doors):
    carer = type(stay)("carer")
    carer.enter(doors=doors)
    screen = Screen(carer)
    carer.tell(m.Event("user:x", 1, 1.0, m.VisitChanged(VISIT, "called", "consult-1")))
    assert screen.shows("The doctor calls you to consult room 1. Its door is open for you.")
    carer.tell(m.Event("user:x", 2, 1.0, m.VisitChanged(VISIT, "ended", None)))
    assert not screen.shows(GO)


def test_a_doctor_who_calls_is_not_called(doctor, doors):
    doctor.enter(doors=doors)
    screen = Screen(doctor)
    doctor.tell(m.Event("user:x", 1, 1.0, m.VisitChanged(VISIT, "called", "consult-1")))
    assert not screen.tree.find_all(Role.DIALOG)
    assert not screen.shows("It is your turn")


def test_a_doctor_reads_who_waits_inside_until_going_there(doctor, doors):
    doctor.enter(doors=doors)
    screen = Screen(doctor)
    sentence = "Your patient is in consult room 1 and waits for you. Its door is open for you."
    doctor.tell(told(sentence))
    assert screen.shows(sentence)
    doctor.enter(room_id="consult-1", position_m=(4.0, 3.4, 1.6))
    assert not screen.shows(sentence)
