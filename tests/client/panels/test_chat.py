from dataclasses import replace

import pytest

from client.panels import chat, intents
from client.panels.chat import ChatView, Unsent
from client.ui.widgets import LogEntry

READERS = "Everyone in the waiting room reads this."


@pytest.fixture
def room(desk):
    lines = (LogEntry("Finch", "Hello"), LogEntry("You", "Hi"))
    return desk(ChatView(READERS, lines, is_open=True), chat.panels, chat.update)


def test_one_writes_and_sends_with_the_keyboard_alone(room):
    assert room.focused == "Message"
    room.type("Good day")
    room.keys("enter")
    assert room.intents[-1] == intents.SendMessage("Good day")
    assert room.view.draft == ""
    assert room.focused == "Message"


def test_it_says_who_reads_what_one_writes(room):
    assert room.tree.find("text field").widget.description == READERS
    assert READERS in room.tree.speak_focus()


def test_what_others_write_is_announced_once(room):
    room.said()
    room.show(ChatView(READERS, (*room.view.lines, LogEntry("Finch", "Bye")), is_open=True))
    assert room.said() == ["Finch: Bye"]


def test_escape_gives_the_keys_back_to_the_world(room):
    room.keys("escape")
    assert not room.view.is_open
    assert room.tree.focused is None


def test_in_passing_new_lines_are_shown_and_announced_without_focus(room):
    room.keys("escape")
    room.said()
    lines = (*room.view.lines, LogEntry("Finch", "Still here?"))
    room.show(ChatView(READERS, lines))
    assert room.said() == ["Finch: Still here?"]
    room.show(ChatView(READERS, lines[1:], forgotten=1))
    assert room.said() == []
    assert room.tree.focused is None


def test_without_lines_there_is_no_panel(room):
    room.show(ChatView(READERS))
    assert room.tree.panels == ()


def test_an_empty_message_is_kept(room):
    room.type("   ")
    room.keys("enter")
    assert room.view.draft == "   "


def test_what_was_begun_for_others_is_sent_by_no_key_that_sends_else(room):
    room.show(ChatView(READERS, draft="It hurts", is_open=True, written_for="your visit"))
    assert "You began this for your visit. Everyone" in room.tree.describe()
    room.said()
    room.keys("enter")
    assert room.view.draft == "It hurts"
    assert any("Not sent: you began this for your visit" in one for one in room.said())
    room.tab_to("Send to these readers")
    room.keys("enter")
    assert room.intents[-1] == intents.SendToReaders("It hurts")
    assert room.view.draft == ""


def test_the_words_of_a_visit_stay_above_and_what_follows_is_set_apart(room):
    past = (LogEntry("Dr. A", "Once a day."),)
    room.said()
    room.show(ChatView(READERS, past=past, past_name="Your visit with Dr. A", is_open=True))
    entries = room.tree.find("log").widget.entries
    assert [one.author for one in entries] == ["Dr. A", "Your visit with Dr. A has ended"]
    room.tab_to("Put the visit's words away")
    room.keys("enter")
    assert room.intents[-1] == intents.PutPastAway()


def test_unsent_words_are_said_at_once_and_go_again_or_away(room):
    room.said()
    room.show(ChatView(READERS, unsent=Unsent(3, "Hello", "Too much waits."), unsent_count=1))
    assert room.said() == ["Not sent: Hello"]
    assert "Press T to send it again" in room.tree.describe()
    room.show(replace(room.view, is_open=True))
    assert "Too much waits." in room.tree.describe()
    for button in ("Send again", "Delete"):
        room.tab_to(button)
        room.keys("enter")
    assert room.intents[-2:] == [intents.SendAgain(3), intents.DropUnsent(3)]
