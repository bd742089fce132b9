"""Whatever happens between the first letter and the answer: who reads it, and where it is left."""

import pytest

from client.desktop.screens import OpenChat
from client.desktop.views import Line
from client.network import channel as c
from client.panels import intents
from client.panels.settings import DEFAULTS
from client.ui.events import Key, Typed
from client.ui.tree import Tree
from client.ui.vocabulary import Role
from world.protocol import messages as m

STREAM = "visit:" + "a" * 32
DOCTOR = m.Person(2, "Dr. Ada Marsh", "doctor", 0)
ROBIN = m.Person(1, "Robin", "patient", 0)
OTHERS_NOW = "Others would read this now. Read it again, then send it to them."


class Writer:
    """A patient in a visit, with the chat open and a keyboard."""

    def __init__(self, stay):
        self.stay, self.tree = stay, Tree()
        self.be_in(STREAM)
        stay.do(OpenChat())
        self.look()

    def be_in(self, stream, people=(DOCTOR,), slot=1):
        room_id = "waiting" if stream == "room:waiting" else "consult-1"
        kind = "waiting" if room_id == "waiting" else "consult"
        own = m.Person(slot, "Robin", "patient", 0)
        place = (4.0, 3.4, 1.6)
        self.stay.tell(m.RoomView(room_id, kind, slot, place, 0.0, (own, *people), (), stream))

    def hear(self, stream, text, slot=2, name="Dr. Ada Marsh"):
        self.stay.tell(m.Event(stream, 1, 1_000.0, m.Said(slot, name, text)))

    def look(self):
        self.tree.show(self.stay.inside.panels(Line(state="connected"), DEFAULTS))
        return self.tree.describe()

    def press(self, *names):
        for name in names:
            self._handle(Key(name))

    def type(self, text):
        for letter in text:
            self._handle(Typed(letter))

    def choose(self, button):
        self.look()
        self.stay.do(self.tree.find(Role.BUTTON, button).widget.intent)

    def _handle(self, event):
        self.look()
        for intent in self.tree.handle(event).intents:
            self.stay.do(intent)

    @property
    def draft(self):
        self.look()
        return self.tree.find(Role.TEXT_FIELD, "Message").widget.value

    @property
    def log(self):
        self.look()
        return [(one.author, one.text) for one in self.tree.find(Role.LOG).widget.entries]


@pytest.fixture
def writer(stay):
    return Writer(stay)


def test_words_are_sent_with_the_stream_for_which_they_were_written(writer, stay):
    writer.type("Good day")
    writer.press("enter")
    assert stay.requests() == [m.Say(1, "Good day", STREAM)]
    assert writer.draft == ""


@pytest.mark.parametrize("after", ["room:consult-1", "room:waiting"])
def test_a_draft_of_a_visit_is_kept_after_it_and_goes_to_others_only_when_it_is_said_so(
    writer, stay, after
):
    writer.type("It hurts")
    writer.be_in(after, people=(m.Person(2, "Green Finch", None, 0),))
    assert writer.draft == "It hurts"
    assert "You began this for your visit with Dr. Ada Marsh." in writer.look()
    writer.tree.take_announcements()
    writer.press("enter", "enter")
    assert not stay.asked
    assert writer.draft == "It hurts"
    writer.look()
    said = [one.text for one in writer.tree.take_announcements()]
    assert any("Not sent: you began this for your visit" in one for one in said)
    writer.choose("Send to these readers")
    assert stay.requests() == [m.Say(1, "It hurts", after)]
    assert writer.draft == ""
    assert "You began this" not in writer.look()


def test_a_draft_that_is_begun_anew_is_for_who_is_there_now(writer, stay):
    writer.type("x")
    writer.be_in("room:waiting")
    writer.press("backspace")
    writer.type("Hello")
    writer.press("enter")
    assert stay.requests() == [m.Say(1, "Hello", "room:waiting")]


def test_going_back_into_the_same_visit_the_draft_is_for_it_again(writer, stay):
    writer.type("It hurts")
    writer.be_in("room:waiting", people=())
    writer.be_in(STREAM)
    writer.press("enter")
    assert stay.requests() == [m.Say(1, "It hurts", STREAM)]


def test_the_words_of_a_visit_stay_until_they_are_put_away(writer, stay):
    writer.hear(STREAM, "Take one a day.")
    writer.hear(STREAM, "Thank you.", slot=1, name="Robin")
    writer.be_in("room:consult-1")
    writer.be_in("room:waiting", people=(), slot=2)
    assert writer.log[:2] == [("Dr. Ada Marsh", "Take one a day."), ("You", "Thank you.")]
    assert writer.log[2][0] == "Your visit with Dr. Ada Marsh has ended"
    writer.hear("room:waiting", "Good morning", slot=4, name="Green Finch")
    assert writer.log[-1] == ("Green Finch", "Good morning")
    writer.choose("Put the visit's words away")
    assert writer.log == [("Green Finch", "Good morning")]


def test_the_words_of_one_visit_are_never_beside_those_of_the_next(writer):
    writer.hear(STREAM, "Take one a day.")
    writer.be_in("room:waiting", people=())
    writer.be_in("visit:" + "b" * 32)
    assert writer.log == []
    writer.be_in("room:waiting", people=())
    assert writer.log == []


def test_in_passing_nothing_of_a_visit_that_is_over_is_shown(writer):
    writer.hear(STREAM, "Take one a day.")
    writer.be_in("room:waiting", people=())
    writer.press("escape")
    assert "Take one a day." not in writer.look()


def test_words_without_an_answer_are_seen_to_be_on_their_way_and_then_are_not(writer, stay):
    writer.type("Good day")
    writer.press("enter")
    assert "Being sent" not in writer.look()
    stay.wait(1.0)
    assert "Being sent: Good day" in writer.look()
    writer.press("escape")
    assert "Being sent: Good day" in writer.look()
    stay.answer()
    assert "Being sent" not in writer.look()


def test_words_that_came_too_late_for_their_visit_are_kept_and_said_not_to_be_sent(writer, stay):
    writer.type("Does it help?")
    writer.press("enter")
    writer.be_in("room:waiting", people=())
    stay.answer(is_accepted=False, reason=OTHERS_NOW)
    outline = writer.look()
    assert "Not sent: Does it help?" in outline
    assert "It was for your visit with Dr. Ada Marsh." in outline
    assert stay.inside.screens.consequence.endswith("is lost.")
    writer.choose("Send it here")
    assert stay.requests() == [m.Say(1, "Does it help?", "room:waiting")]
    assert "Not sent" not in writer.look()


def test_words_that_were_not_sent_go_again_or_are_deleted(writer, stay):
    for text in ("one", "two"):
        writer.type(text)
        writer.press("enter")
    for _ in range(2):
        stay.asked[0][1](c.Answered(1, is_accepted=False, code=6, reason="Too much waits."))
        del stay.asked[0]
    assert "Not sent: one" in writer.look()
    assert "Too much waits. 1 more after this." in writer.look()
    writer.choose("Delete")
    assert "Not sent: two" in writer.look()
    writer.choose("Send again")
    assert stay.requests() == [m.Say(1, "two", STREAM)]
    stay.answer()
    assert not stay.inside.conversation.is_unsent


def test_words_whose_fate_was_not_known_are_not_offered_again_once_they_are_in(writer, stay):
    writer.type("Hello")
    writer.press("enter")
    stay.answer(is_accepted=False, reason="The connection ended before the clinic answered.")
    assert "Not sent: Hello" in writer.look()
    writer.hear(STREAM, "Hello", slot=1, name="Robin")
    assert "Not sent" not in writer.look()
    assert writer.log == [("You", "Hello")]


def test_leaving_is_asked_about_while_something_is_written_and_not_sent(writer, stay):
    assert stay.inside.screens.consequence == ""
    writer.type("It hurts")
    stay.do(intents.AskToLeave())
    assert "What you have written is not sent." in writer.look()
    stay.do(intents.Close())
    stay.do(OpenChat())
    writer.look()
    writer.press(*["backspace"] * len("It hurts"))
    assert stay.inside.screens.consequence == ""


def test_what_was_not_sent_outlives_a_connection_that_ended_for_good(writer, stay):
    writer.type("sent off")
    writer.press("enter")
    writer.type("half typ")
    later = type(stay)("patient")
    later.inside.conversation.take_up(stay.inside.conversation.kept())
    again = Writer(later)
    assert again.draft == "half typ"
    assert "Not sent: sent off" in again.look()
    again.press("end")
    again.type("ed")
    again.press("enter")
    assert later.requests() == [m.Say(1, "half typed", STREAM)]
