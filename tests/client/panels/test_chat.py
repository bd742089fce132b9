import pytest

from client.panels import chat, intents
from client.panels.chat import ChatView
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
