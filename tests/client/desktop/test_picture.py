"""What stands before the picture leaves to be seen what one looks at."""

from math import tan

import numpy as np
import pytest

from client.avatars.tag import TagText
from client.config import ASSETS
from client.desktop.picture import FIELD_OF_VIEW_RAD, tag_text
from client.desktop.views import Help, Line, hud
from client.panels import hud as edge
from client.panels.settings import DEFAULTS
from client.program import load_layouts
from client.ui.pixels import Rect
from client.ui.surface import Surface
from client.ui.tree import Tree
from world.protocol import messages as m

WIDTH, HEIGHT = 1280, 720
TITLE = np.array([[0.02, 0.03], [0.30, 0.03], [0.02, 0.12], [0.30, 0.12]])
"""Corners of the title of the vital signs, in shares of the board from its top left corner."""


def seen(points_m, eye_m, target_m):
    """Returns where points are in the picture of an eye that looks at a target, in pixels."""
    forward = (target_m - eye_m) / np.linalg.norm(target_m - eye_m)
    right = np.cross(forward, [0, 0, 1])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    away = points_m - eye_m
    scale = WIDTH / 2 / tan(FIELD_OF_VIEW_RAD / 2)
    depth = away @ forward
    across, down = away @ right / depth * scale, -(away @ up) / depth * scale
    return np.stack([WIDTH / 2 + across, HEIGHT / 2 + down], 1)


@pytest.mark.parametrize("eye_z_m", [1.2, 1.6])
@pytest.mark.parametrize("away_m", [1.25, 2.0, 3.5])
def test_the_title_of_the_vital_signs_is_free_for_who_looks_at_them(stay, away_m, eye_z_m):
    (board,) = load_layouts(ASSETS)["consult"].panels
    middle = np.array(board.position_m)
    facing = np.array([-np.sin(board.yaw_rad), np.cos(board.yaw_rad), 0.0])
    along = np.cross([0, 0, 1], facing)
    size = np.array([board.width_m, board.height_m])
    title_m = [middle + along * (x - 0.5) * size[0] + [0, 0, (0.5 - y) * size[1]] for x, y in TITLE]
    eye_m = np.array([*(middle + facing * away_m)[:2], eye_z_m])
    corners = seen(np.array(title_m), eye_m, middle)
    low, high = corners.min(axis=0), corners.max(axis=0)
    title = Rect(*np.round(low).astype(int), *np.round(high - low).astype(int))
    stay.enter(room_id="consult-1")
    tree = Tree()
    tree.show(edge.panels(hud(stay.model, Line(state="connected"), DEFAULTS, "", Help())))
    for placed in Surface(WIDTH, HEIGHT).place(tree):
        assert not placed.rect.overlaps(title)


def test_who_is_called_by_their_part_has_it_once_on_the_tag():
    doctor = m.Person(2, "Doctor", "doctor", 0)
    assert tag_text(doctor) == TagText("Doctor", "doctor", "")
    known = m.Person(2, "Dr. Ada Marsh", "doctor", 0)
    assert tag_text(known) == TagText("Dr. Ada Marsh", "doctor", "Doctor")
    assert tag_text(m.Person(3, "Green Finch", None, 0)) == TagText("Green Finch", "patient", "")
