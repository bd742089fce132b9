from dataclasses import replace

import pytest

from client.panels import hud
from client.panels.hud import Connection, HudView, QueueView, Voice


@pytest.fixture
def screen(desk):
    return desk(HudView("Waiting room", queue=QueueView(3, 7, 9, 11)), hud.panels)


def test_it_says_where_one_is_and_how_one_is_heard(screen):
    outline = screen.tree.describe()
    for words in ("Waiting room", "Connected", "Microphone on", "about 10 minutes"):
        assert words in outline


def test_it_never_takes_the_focus(screen):
    assert screen.tree.focused is None
    screen.keys("tab")
    assert screen.tree.focused is None


def test_a_lost_connection_is_announced(screen):
    screen.said()
    screen.show(replace(screen.view, connection=Connection.LOST))
    assert screen.said() == ["Not connected"]


def test_the_place_in_the_queue_is_announced_when_it_moves(screen):
    screen.said()
    screen.show(replace(screen.view, queue=QueueView(2, 6, 9, 11)))
    assert screen.said() == ["You are second in the queue."]


def test_speaking_is_shown_and_not_announced(screen):
    screen.said()
    screen.show(replace(screen.view, voice=Voice.SPEAKING))
    assert screen.said() == []
    assert "You are speaking" in screen.tree.describe()


@pytest.mark.parametrize("voice", list(Voice))
@pytest.mark.parametrize("connection", list(Connection))
def test_every_state_has_a_word_and_an_icon(screen, voice, connection):
    screen.show(replace(screen.view, voice=voice, connection=connection))
    for key in ("signal", "voice"):
        (text,) = [node.widget for node in screen.tree.nodes if node.widget.key == key]
        assert text.name
        assert text.icon
