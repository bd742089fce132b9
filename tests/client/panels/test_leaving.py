import pytest

from client.panels import intents, leaving

CONSEQUENCE = "Your visit is going on. If you leave, it ends."


@pytest.mark.parametrize(
    ("question", "safe", "end"),
    [
        (lambda _: leaving.clinic(CONSEQUENCE), "Stay", intents.Leave()),
        (lambda _: leaving.visit(), "Go on with the visit", intents.LeaveQueue()),
        (lambda _: leaving.before_entering(), "Stay", intents.Leave()),
    ],
)
def test_what_is_safe_has_the_focus_and_escape_means_the_same(desk, question, safe, end):
    screen = desk(None, question)
    assert screen.focused == safe
    screen.keys("enter", "escape", "tab", "enter")
    assert screen.intents == [intents.Close(), intents.Close(), end]


def test_the_question_says_what_ends(desk):
    said = desk(None, lambda _: leaving.clinic(CONSEQUENCE)).said()
    assert any(CONSEQUENCE in one for one in said)
