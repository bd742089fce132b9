from dataclasses import replace

import pytest

from client.panels import hud
from client.panels.hud import Connection, HudView, QueueView, Voice
from client.ui.metrics import Metrics
from client.ui.surface import Surface
from client.ui.theme import LINE_HEIGHT
from client.ui.tree import Tree

KEYS = (("W A S D", "walk"), ("R", "reception"), ("Esc", "menu"))
LONG = "You have not checked in yet. Check in at the desk, or with the menu."


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


def test_everything_is_strips_of_one_line_at_the_usual_size():
    view = HudView("Consult room 1", voice=Voice.ABSENT, queue=QueueView(3, 7, 9, 11), hint=LONG)
    tree = Tree()
    tree.show(hud.panels(replace(view, keys=KEYS)))
    for placed in Surface(1280, 720, Metrics()).place(tree):
        assert placed.rect.height < 2 * 18 * LINE_HEIGHT
        assert placed.rect.width < 1280 - 2 * 14


def test_all_keys_are_read_out_to_who_asks_for_them(screen):
    screen.said()
    screen.show(replace(screen.view, all_keys=KEYS))
    (said,) = screen.said()
    assert "W A S D: walk" in said
    assert "Esc: menu" in said
    screen.show(replace(screen.view, all_keys=()))
    assert "W A S D" not in screen.tree.describe()
