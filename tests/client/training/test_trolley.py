import numpy as np
import pytest

from client.scene.light import neutral_light
from client.training.trolley import FIELD_HEIGHT_M, Trolley
from client.training.view import TrainingView
from sim.instruments.station import BOX
from sim.instruments.trocar import Posture, pose


@pytest.fixture
def trolley(stage):
    trolley = Trolley(stage.root, neutral_light(), stage.tier, BOX)
    yield trolley
    trolley.close()


def test_the_monitor_in_the_room_shows_the_scopes_picture(stage, trolley, peg_scene):
    view = TrainingView(stage, BOX)
    view.take_scene(0, peg_scene, 0.0)
    view.update(1.0, 1 / 60)
    trolley.show_picture(view.picture.texture)
    stage.look_at((0.0, -0.6, FIELD_HEIGHT_M + 0.6), (0.0, 0.36, FIELD_HEIGHT_M + 0.6))
    stage.set_field_of_view(1.0)
    pixels = stage.pixels().astype(int)
    colorful = np.ptp(pixels[40:140, 100:220], axis=2) > 90
    assert colorful.sum() > 40
    view.close()


def test_a_trolley_stands_on_the_floor(trolley):
    low, high = trolley.node.get_tight_bounds()
    assert low.z == pytest.approx(0.0, abs=0.005)
    assert 1.5 < high.z < 1.9


def test_instruments_stand_in_their_trocars_and_go_when_they_are_put_down(trolley):
    at = pose(BOX.left, Posture(insertion_m=0.12))
    trolley.hold({"left_grasper": at, "camera_scope": pose(BOX.camera, Posture())})
    node = trolley.node.find("**/left_grasper")
    assert np.allclose(tuple(node.get_pos()), at.tip_m, atol=1e-6)
    trolley.hold({})
    assert trolley.node.find("**/left_grasper").is_empty()
