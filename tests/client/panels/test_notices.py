import pytest

from client.panels import intents, notices
from client.panels.notices import NoticeView, ReconnectingView


def test_an_error_is_announced_and_tries_again_when_asked(desk):
    screen = desk(
        NoticeView("n1", "The door is locked. Knock first.", action="Knock"), notices.toast
    )
    assert any("The door is locked. Knock first." in said for said in screen.said())
    assert screen.tree.focused is None
    screen.keys("f6", "enter")
    assert screen.intents == [intents.TryAgain("n1")]


@pytest.mark.parametrize("kind", ["info", "warning", "error"])
def test_every_notice_has_an_icon_and_goes_with_escape(desk, kind):
    screen = desk(NoticeView("n1", "Something.", kind), notices.toast)
    assert screen.tree.find("text", "Something.").widget.icon
    screen.keys("f6", "escape")
    assert screen.intents == [intents.DismissNotice("n1")]


def test_a_lost_connection_says_what_happens_and_one_can_try_at_once(desk):
    screen = desk(ReconnectingView(2, 4.0, 110.0), notices.reconnecting)
    outline = screen.tree.describe()
    assert "Trying again in 4 s." in outline
    assert "Your seat is kept for 2 minutes." in outline
    screen.tab_to("Try now")
    screen.keys("enter")
    assert screen.intents == [intents.ReconnectNow()]


def test_the_count_down_is_not_announced(desk):
    screen = desk(ReconnectingView(2, 4.0, 110.0), notices.reconnecting)
    screen.said()
    screen.show(ReconnectingView(2, 3.0, 109.0))
    assert screen.said() == []
