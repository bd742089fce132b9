import pytest

from client.panels import chat, intents, prompts
from client.panels.prompts import ComeAlongView, KnockView, VoiceRequestView

COME_ALONG = ComeAlongView("v9", "Doctor", "Doctor", "Blue Heron", is_own=False)


@pytest.fixture
def writing(desk):
    view = chat.ChatView("You alone read this.", is_open=True)
    return desk(view, chat.panels, chat.update)


def knocked(writing):
    writing.build = lambda view: (*chat.panels(view), prompts.knock(KnockView("door-1", "Heron")))
    writing.show()


def test_a_knock_is_announced_and_answers_no_key_that_was_meant_for_a_text(writing):
    writing.said()
    knocked(writing)
    assert any("Heron would like to come in." in said for said in writing.said())
    writing.type("see you")
    writing.keys("enter")
    assert writing.intents[-1] == intents.SendMessage("see you")
    assert not any(isinstance(one, intents.AnswerKnock) for one in writing.intents)


def test_f6_goes_to_the_knock_and_enter_lets_in(writing):
    knocked(writing)
    writing.keys("f6")
    assert writing.focused == "Let in"
    writing.keys("enter")
    assert writing.intents == [intents.AnswerKnock("door-1", is_let_in=True)]


def test_escape_at_the_knock_means_not_now(writing):
    knocked(writing)
    writing.keys("f6", "escape")
    assert writing.intents == [intents.AnswerKnock("door-1", is_let_in=False)]


@pytest.mark.parametrize(("name", "agrees"), [("Come along", True), ("No, thank you", False)])
def test_who_is_asked_along_answers_with_the_keyboard_alone(desk, name, agrees):
    screen = desk(COME_ALONG, prompts.come_along)
    assert screen.tree.focused is None
    screen.keys("f6")
    assert screen.focused == "Come along"
    screen.tab_to(name)
    screen.keys("enter")
    assert screen.intents == [intents.AnswerInvitation("v9", agrees=agrees)]


def test_who_asks_is_told_by_part_and_neutral_name_and_so_is_whose_visit_it_is(desk):
    said = desk(COME_ALONG, prompts.come_along).said()
    assert any("A doctor asks you to come along to the visit of Blue Heron." in one for one in said)
    own = ComeAlongView("v9", "Blue Heron", "Patient", "Blue Heron", is_own=True)
    said = desk(own, prompts.come_along).said()
    assert any("Blue Heron (patient) asks you to come along to their visit." in one for one in said)
    assert "Heron" not in repr(own)


def test_escape_answers_no_question_whether_to_come_along(desk):
    screen = desk(COME_ALONG, prompts.come_along)
    screen.keys("f6", "escape")
    assert screen.intents == []


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("Talk", intents.AgreeToTalk(4, agrees=True)),
        ("No, thank you", intents.AgreeToTalk(4, agrees=False)),
        ("Block", intents.SetBlocked(4, is_blocked=True)),
    ],
)
def test_a_wish_to_talk_has_three_answers(desk, name, intent):
    screen = desk(VoiceRequestView(4, "Finch"), prompts.voice_request)
    screen.tab_to(name)
    screen.keys("enter")
    assert screen.intents == [intent]
