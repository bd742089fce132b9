"""What hangs on the walls: nothing of anybody else."""

import time

import numpy as np
import pytest

from client.config import ASSETS
from client.desktop.boards import QUEUE, VITALS, WallBoard, content, corners_m
from client.program import load_layouts
from client.ui.fonts import found_in
from client.ui.tree import Tree
from client.ui.vocabulary import Role
from world.protocol import messages as m
from world.vitals.catalog import HEART_RATE
from world.vitals.observation import Observation, Quality


class Shown:
    """As much of a program as boards look at."""

    def __init__(self, stay):
        self.model, self.clinic_name, self.alias = stay.model, "Clinic", "Blue Heron"

    def tree(self, name):
        tree = Tree()
        tree.show((content(name, self),))
        return tree


@pytest.fixture
def shown(stay):
    other = m.Person(4, "Green Finch", None, 0)
    stay.enter(people=(other,))
    stay.tell(m.QueuePlace("a" * 32, "checked-in", 3, 7, 8.0, 12.0, sentence="Please wait."))
    return Shown(stay)


def test_the_waiting_rooms_board_shows_the_own_place_and_nobodys_name(shown):
    text = shown.tree(QUEUE).describe()
    assert "third" in text
    assert "10 minutes" in text
    assert "Green Finch" not in text
    assert "Real Name" not in text


def test_who_is_called_reads_the_neutral_name_and_the_room_on_the_board(shown, stay):
    call = m.QueuePlace("a" * 32, "called", 0, 7, room_id="consult-2", sentence="A sentence.")
    stay.tell(call)
    words = [one.widget.name for one in shown.tree(QUEUE).nodes]
    assert words[1:] == [
        "Blue Heron",
        "You are called to",
        "Consult room 2",
        "Its door is open for you.",
    ]


def test_the_longest_neutral_name_fits_on_the_board(shown, stay):
    shown.alias = "W" * 24
    stay.tell(m.QueuePlace("a" * 32, "called", 0, 7, room_id="consult-2"))
    board = WallBoard(QUEUE, (640, 360), found_in(ASSETS / "fonts"))
    board.painted(content(QUEUE, shown))
    assert not any(one.is_scrolling for one in board._surface.placed)


def test_the_monitor_without_a_feed_says_that_there_is_none(shown):
    tree = shown.tree(VITALS)
    assert tree.find(Role.WAVEFORM).widget.state_word == "No signal"


def test_a_board_is_painted_only_when_it_has_changed(shown):
    board = WallBoard(QUEUE, (640, 360), found_in(ASSETS / "fonts"))
    assert board.painted(content(QUEUE, shown)).shape == (360, 640, 4)
    assert board.painted(content(QUEUE, shown)) is None


@pytest.mark.parametrize("name", [QUEUE, VITALS])
def test_everything_fits_on_a_board(shown, stay, name):
    value = Observation(
        HEART_RATE, 72.0, "/min", "ecg-1", 1, 1.0, int(Quality.REPLAYED), time.time(), time.time()
    )
    stay.model.apply(m.Observed(value), time.time())
    board = WallBoard(name, (640, 360), found_in(ASSETS / "fonts"))
    board.painted(content(name, shown))
    assert not any(one.is_scrolling for one in board._surface.placed)


def test_a_surface_of_another_kind_stays_as_it_is(shown):
    assert content("poster", shown) is None


def test_the_corners_of_a_board_are_those_of_its_surface():
    (board,) = load_layouts(ASSETS)["consult"].panels
    corners = corners_m(board)
    assert np.allclose(corners.mean(axis=0), board.position_m)
    assert np.ptp(corners[:, 2]) == pytest.approx(board.height_m)
    assert np.linalg.norm(corners[1] - corners[0]) == pytest.approx(board.width_m)
    # It hangs on the wall where x is 0, so all of it has the same x.
    assert np.ptp(corners[:, 0]) == pytest.approx(0.0, abs=1e-3)
