"""The own body: there when one looks down, and no trouble while one does not."""

from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace
from panda3d.core import NodePath

from client.avatars.people import People
from client.config import ASSETS
from client.desktop.own_body import LOOKS_DOWN_RAD, OwnBody
from client.scene.light import neutral_light


class Room:
    """A room in which an own body may be, and how often one was made."""

    def __init__(self, stay):
        self.program = SimpleNamespace(model=stay.model, bodies=stay.bodies)
        self.stage = NodePath("stage")
        self.camera = self.stage.attach_new_node("camera")
        self.made = []
        self.body = OwnBody(self._new_people)
        self.now_s = 10.0

    def _new_people(self):
        self.made.append(People(self.stage, ASSETS / "people", neutral_light()))
        return self.made[-1]

    def look(self, pitch_rad):
        self.program.bodies.walker.pitch_rad = pitch_rad
        self.now_s += 0.05
        self.body.update(self.program, self.now_s, self.camera)


@pytest.fixture
def room(stay):
    stay.enter()
    return Room(stay)


def test_nothing_is_loaded_while_one_looks_ahead(room):
    room.look(0.0)
    assert room.made == []
    assert not room.body.is_seen


def test_it_is_seen_while_one_looks_down_and_loaded_once(room):
    for _ in range(2):
        room.look(LOOKS_DOWN_RAD - 0.1)
        assert room.body.is_seen
        room.look(0.0)
        assert not room.body.is_seen
    assert len(room.made) == 1


def test_it_stands_under_the_own_eyes_and_wears_what_the_others_see(room, stay):
    room.look(-1.0)
    [people] = room.made
    node = people.root.find("bodies").get_child(0)
    away_m = np.array(node.get_pos()) - stay.bodies.head_m
    assert np.hypot(*away_m[:2]) < 0.12
    first = people.root.find("bodies").get_child(0)
    own = stay.model.people[1]
    stay.model.people[1] = replace(own, appearance=own.appearance + 1)
    room.look(-1.0)
    assert people.slots == (0,)
    assert people.root.find("bodies").get_child(0) != first


def test_it_leaves_with_the_room(room):
    room.look(-1.0)
    room.body.close()
    assert not room.stage.find_all_matches("people")
    assert not room.body.is_seen


def test_whoever_is_in_no_room_has_none(stay):
    room = Room(stay)
    room.look(-1.0)
    assert room.made == []
