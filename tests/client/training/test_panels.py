from dataclasses import replace

import pytest

from client.training import panels
from client.training.panels import (
    AttemptView,
    DebriefView,
    ErrorView,
    HandView,
    LeaveStation,
    TryAgain,
)
from client.training.preview import ATTEMPT, DEBRIEF
from client.ui.events import Key
from client.ui.metrics import Metrics
from client.ui.surface import Surface
from client.ui.tree import Tree
from sim.procedures.procedure import NOTICE

HANDS = (HandView("grasper", is_active=True, is_closed=True), HandView("scissors", strain=0.9))


def shown(*found):
    tree = Tree()
    tree.show(found)
    return tree


def test_what_the_task_is_not_is_always_in_sight():
    view = AttemptView("Peg transfer", NOTICE, limit_s=300.0)
    assert shown(*panels.hud(view)).find("text", NOTICE)
    debrief = panels.debrief(DebriefView("Peg transfer", NOTICE, "Done."))
    assert any(NOTICE in node.widget.name for node in shown(debrief).nodes)


def test_the_example_of_the_preview_says_what_the_simulation_says():
    assert ATTEMPT.notice == DEBRIEF.notice == NOTICE


def test_clock_limit_errors_and_hands_can_be_read():
    view = replace(ATTEMPT, hands=HANDS)
    outline = shown(*panels.hud(view)).describe()
    for words in ("1:23", "of 5:00", "Board touched: 2 times", "Left: grasper", "closed", "strong"):
        assert words in outline


def test_the_brief_stands_there_until_something_happens_and_that_is_announced():
    tree = shown(*panels.hud(replace(ATTEMPT, elapsed_s=0.0, sentence="")))
    assert tree.find("text", ATTEMPT.brief)
    tree.take_announcements()
    tree.show(panels.hud(ATTEMPT))
    assert any(ATTEMPT.sentence in one.text for one in tree.take_announcements())


def test_the_clock_is_not_announced():
    tree = shown(*panels.hud(ATTEMPT))
    tree.take_announcements()
    tree.show(panels.hud(replace(ATTEMPT, elapsed_s=84.0)))
    assert not tree.take_announcements()


def test_beside_the_picture_nothing_takes_the_keys():
    tree = shown(*panels.hud(replace(ATTEMPT, hands=HANDS)))
    assert tree.focused is None
    assert not tree.handle(Key("a")).is_consumed


@pytest.mark.parametrize("text_scale", [1.0, 1.5])
def test_panels_leave_the_middle_of_a_usual_window_to_the_picture(text_scale):
    tree = shown(*panels.hud(replace(ATTEMPT, hands=HANDS)))
    surface = Surface(1280, 720, Metrics(text_scale=text_scale))
    for placed in surface.place(tree):
        if placed.panel.key != "training-happened":
            assert placed.rect.right < 400 or placed.rect.x > 880


def test_every_part_of_the_score_is_shown_with_a_word():
    tree = shown(panels.debrief(DEBRIEF))
    parts = {node.widget.name: node.widget.spoken_value for node in tree.find_all("meter")}
    assert parts["Economy of motion"] == "44, low"
    assert parts["Gentleness"] == "100, good"
    assert len(parts) == len(DEBRIEF.parts)


def test_the_debrief_can_be_left_and_the_task_begun_again_with_keys_alone():
    tree = shown(panels.debrief(DEBRIEF))
    assert tree.focused.widget.name == "Try again"
    assert tree.handle(Key("enter")).intents == (TryAgain(),)
    assert tree.handle(Key("escape")).intents == (LeaveStation(),)
    tree.handle(Key("tab"))
    assert tree.handle(Key("enter")).intents == (LeaveStation(),)


def test_the_debrief_fits_a_usual_window():
    tree = shown(panels.debrief(DEBRIEF))
    (placed,) = Surface(1280, 720).place(tree)
    assert not placed.is_scrolling


def test_free_play_has_no_score_and_no_limit():
    tree = shown(*panels.hud(AttemptView("Free play", NOTICE)))
    assert "no limit" in tree.describe()
    assert not shown(panels.debrief(DebriefView("Free play", NOTICE, "Done."))).find_all("meter")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ErrorView("knot slip", 1.0), "once"),
        (ErrorView("lost ring", 3.0, "object"), "3 times"),
        (ErrorView("slit gap", 1.25, "mm"), "1.2 mm"),
    ],
)
def test_amounts_are_said_in_their_unit(error, words):
    assert panels.amount(error) == words


def test_a_clock_counts_minutes_and_seconds():
    assert [panels.clock(seconds) for seconds in (-1, 0, 59.9, 245)] == [
        "0:00",
        "0:00",
        "0:59",
        "4:05",
    ]
