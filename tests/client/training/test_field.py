import numpy as np
import pytest
from panda3d.core import LVector3

from client.scene.tiers import TIERS
from client.training.field import Field
from client.training.props import BOARD_THICKNESS_M
from world.protocol.scene_lane import Body, Scene, Surface

STILL = np.array([1.0, 0.0, 0.0, 0.0])


@pytest.fixture
def field():
    return Field(TIERS["potato"])


def test_frames_of_the_same_parts_build_nothing(field, played, tissue):
    def whole(scene):
        return Scene(scene.bodies, tissue.surfaces, tissue.strands)

    field.show(whole(played[0][1]))
    built = field.builds
    assert built == len(played[0][1].bodies) - 1 + 2
    for _, scene, _ in played[1:]:
        field.show(whole(scene))
    assert field.builds == built


def test_bodies_stand_where_the_scene_has_them(field, played):
    _, scene, _ = played[-1]
    field.show(scene)
    for body in scene.bodies:
        if body.name == "camera":
            continue
        kind = body.name.partition("_")[2] if "grasper" in body.name else body.name
        found = field.root.find_all_matches(kind)
        places_m = np.array([tuple(node.get_pos()) for node in found])
        assert np.abs(places_m - body.position_m).max(axis=1).min() < 1e-6


def test_a_mark_lies_flat_on_the_tissue_that_it_is_drawn_on(field):
    slope = Surface(
        "pad",
        np.array([[0, 0, 0], [0.04, 0, 0.04], [0.04, 0.04, 0.04], [0, 0.04, 0.0]]),
        np.array([[0, 1, 2], [0, 2, 3]]),
    )
    field.show(Scene((Body("mark_0", np.array([0.02, 0.02, 0.02]), STILL),), (slope,)))
    mark = next(node for node in field.root.get_children() if node.get_name() == "mark_0")
    up = np.array(tuple(mark.get_quat().xform(LVector3(0, 0, 1))))
    assert up == pytest.approx(np.array([-1, 0, 1]) / np.sqrt(2), abs=1e-5)


def test_the_drape_is_the_simulated_floor_where_no_board_lies_on_it(field, peg_scene, tissue):
    box = next(node for node in field.root.get_children() if node.get_name() == "box")
    field.show(Scene(peg_scene.bodies))
    assert box.get_tight_bounds()[0].z == pytest.approx(-BOARD_THICKNESS_M)
    field.show(Scene((), tissue.surfaces))
    assert box.get_tight_bounds()[0].z == pytest.approx(0.0)


def test_what_is_no_longer_in_a_scene_is_taken_away(field, peg_scene, tissue):
    field.show(Scene(peg_scene.bodies, tissue.surfaces, tissue.strands))
    count = len(field.root.get_children())
    field.show(Scene(peg_scene.bodies[:3]))
    gone = len(peg_scene.bodies) - 3 + 2
    assert len(field.root.get_children()) == count - gone
    assert field.held == ("grasper", "grasper")
    field.show(Scene())
    assert field.held == (None, None)


def test_jaws_open_about_the_hinge_to_both_sides(field):
    field.show(Scene((Body("left_grasper", np.zeros(3), STILL),)))
    field.open_jaws("left", 0.5)
    angles = sorted(round(node.get_p(), 3) for node in field.root.find_all_matches("**/jaw"))
    half = float(np.degrees(0.5 * 1.05 / 2))
    assert angles == pytest.approx([-half, half], abs=0.01)


def test_the_scopes_light_goes_with_the_scope(field, peg_scene):
    field.show(peg_scene)
    camera = next(body for body in peg_scene.bodies if body.name == "camera")
    told = field.root.get_shader_input("scope_place")
    lit_from = np.array(tuple(told.get_vector()))[:3]
    assert 0 < np.linalg.norm(lit_from - camera.position_m) < 0.01


def test_a_name_that_nobody_knows_is_shown(field):
    field.show(Scene((Body("left_spoon", np.zeros(3), STILL), Body("x", np.ones(3), STILL))))
    assert field.builds == 2
    assert field.held == (None, None)
