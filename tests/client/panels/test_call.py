import pytest

from client.panels import call, chat, intents
from client.panels.call import CallView

CALL = CallView(1, "Dr. Ada Marsh", "consult room 1", "door:door-1")


@pytest.fixture
def called(desk):
    return desk(CALL, call.panel)


def test_a_call_is_spoken_with_who_calls_and_whereto(called):
    sentence = "Dr. Ada Marsh calls you to consult room 1. Its door is open for you."
    assert any(sentence in said for said in called.said())
    assert called.tree.find("text", sentence)
    assert "Marsh" not in repr(CALL)


def test_enter_follows_it_at_once(called):
    assert called.focused == "Go to consult room 1"
    called.keys("enter")
    assert called.intents == [intents.GoTo("door:door-1")]


@pytest.mark.parametrize("keys", [("escape",), ("tab", "enter"), ("right", "space")])
def test_it_is_put_off_with_the_keyboard(called, keys):
    called.keys(*keys)
    assert called.intents == [intents.PutOffCall()]


def test_a_call_takes_no_key_from_who_is_writing(desk):
    view = chat.ChatView("You alone read this.", is_open=True)
    writing = desk(view, chat.panels, chat.update)
    writing.build = lambda view: (
        *chat.panels(view),
        call.panel(CallView(1, "The doctor", "consult room 1", "door:door-1", view.is_open)),
    )
    writing.show()
    writing.type("on my way")
    writing.keys("enter")
    assert writing.intents[-1] == intents.SendMessage("on my way")
    assert writing.tree.find("text", "You can finish writing: F6 comes here.")
    writing.keys("f6")
    assert writing.focused == "Go to consult room 1"


def test_the_next_call_is_another_one(called):
    called.said()
    called.show(CallView(2, "The doctor", "consult room 2", "door:door-2"))
    assert any("consult room 2" in said for said in called.said())
    assert called.focused == "Go to consult room 2"
