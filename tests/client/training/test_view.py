"""A station on one machine, from frames as they travel to pixels, and from keys to inputs."""

import colorsys
from dataclasses import replace

import numpy as np
import pytest
from panda3d.core import NodePath

from client.training.frames import camera_of
from client.training.hands import WHEEL_STEP_M
from client.training.panels import LeaveStation
from client.training.preview import ATTEMPT, DEBRIEF
from client.training.props import RING_RADIUS_M, RING_TUBE_M, tube_lines_m
from client.training.stance import start_of
from client.training.view import Trainee, TrainingView
from client.ui.events import Key
from client.ui.tree import Tree
from sim.environment import FIRST_POSTURE, FIRST_SCOPE, Environment
from sim.instruments.inputs import Inputs, pack, unpack
from sim.instruments.station import BOX
from sim.instruments.trocar import pose
from sim.procedures.catalog import PROCEDURES
from world.geometry import rotate
from world.protocol.scene_lane import Body, Scene, SceneDecoder, SceneEncoder

NEAR_SIDE_M = RING_RADIUS_M * np.sqrt(3) / 2
HUES = {0: 10, 1: 42, 2: 198}
"""Degrees: of the rings' colors, in their order."""


class Shaken:
    """Something that shakes, and remembers."""

    def __init__(self):
        self.told = []

    def shake(self, left, right):
        self.told.append((left, right))


@pytest.fixture
def watching(stage):
    view = TrainingView(stage, BOX)
    view.screen.show()
    yield view
    view.close()


@pytest.fixture
def operating(stage, peg_scene):
    haptics = Shaken()
    view = TrainingView(stage, BOX, Trainee(start_of(peg_scene)), haptics)
    view.take_attempt(ATTEMPT)
    view.screen.show()
    view.take_scene(0, peg_scene, 0.0)
    view.update(0.1, 1 / 60)
    view.haptics = haptics
    yield view
    view.close()


def pixel(stage, pixels, at):
    """Where a place in the square picture is among the window's pixels."""
    height, width = pixels.shape[:2]
    return round(width / 2 + at[0] * height / 2), round(height / 2 - at[1] * height / 2)


def hue_near(pixels, x, y):
    """The hue of the most colorful pixel near a place, in degrees."""
    part = pixels[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].reshape(-1, 3) / 255
    hues = [colorsys.rgb_to_hsv(*one) for one in part]
    return max(hues, key=lambda one: one[1])[0] * 360


def test_rings_are_seen_where_the_scopes_camera_sees_them(stage, watching, played, in_picture):
    encoder, decoder = SceneEncoder(), SceneDecoder()
    for tick, (_, scene, _) in enumerate(played[:4]):
        watching.take_scene(tick, decoder.read(encoder.frame(tick, scene, 10**5)), tick / 60)
    watching.update(9.0, 1 / 60)
    pixels = stage.pixels()
    view = camera_of(scene)
    for number in range(6):
        ring = next(body for body in scene.bodies if body.name == f"ring_{number}")
        near_m = ring.position_m + np.array([0.0, -NEAR_SIDE_M, RING_TUBE_M])
        x, y = pixel(stage, pixels, in_picture(view, near_m, BOX.scope.field_of_view_rad))
        off = (hue_near(pixels, x, y) - HUES[number % 3] + 180) % 360 - 180
        assert abs(off) < 18, f"ring {number}"


def test_the_picture_is_round_and_black_about_it(stage, watching, peg_scene):
    watching.take_scene(0, peg_scene, 0.0)
    watching.update(1.0, 1 / 60)
    pixels = stage.pixels().astype(int)
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    r = np.hypot(x - width / 2 + 0.5, y - height / 2 + 0.5) / (height / 2)
    assert pixels[r > 1.03].max() < 14
    lower = (r < 0.9) & (y > height / 2)
    assert np.median(pixels[lower].max(axis=1)) > 60


def test_an_instrument_over_the_board_casts_a_shadow_on_it(stage, watching, peg_scene):
    bodies = tuple(body for body in peg_scene.bodies if not body.name.startswith("left"))
    with_it = next(body for body in peg_scene.bodies if body.name.startswith("left"))
    low = Body(with_it.name, np.array([-0.01, -0.03, 0.015]), with_it.rotation)
    pictures = []
    for tick, shown in enumerate((bodies, (*bodies, low))):
        watching.take_scene(1000 * tick, Scene(shown), 20.0 * tick)
        watching.update(20.0 * tick + 9.0, 1 / 60)
        pictures.append(stage.pixels().astype(int).sum(axis=2))
    darker = pictures[0] - pictures[1]
    board = (pictures[0] > 250) & (pictures[1] > 120)
    assert ((darker > 50) & board).sum() > 30


def test_wet_tissue_is_red_and_glistens_and_gauze_is_white_and_does_not(
    stage, watching, tissue, peg_scene
):
    lens = tuple(body for body in peg_scene.bodies if body.name == "camera")
    levels = {}
    for tick, name in enumerate(("liver", "gauze")):
        surface = replace(tissue.surfaces[0], name=name)
        watching.take_scene(1000 * tick, Scene(lens, (surface,)), 20.0 * tick)
        watching.update(20.0 * tick + 9.0, 1 / 60)
        pixels = stage.pixels().astype(int)
        middle = pixels[90:128, 140:182].reshape(-1, 3)
        levels[name] = middle
    red, _, blue = np.median(levels["liver"], axis=0)
    assert red > 1.6 * blue
    assert np.ptp(np.median(levels["gauze"], axis=0)) < 25
    shine = {name: part[:, 1].max() / np.median(part[:, 1]) for name, part in levels.items()}
    assert shine["liver"] > 3
    assert shine["gauze"] < 1.3


def test_an_own_instrument_moves_before_the_server_answers(operating):
    before = operating.field.root.find("grasper").get_pos()
    operating.button("l", is_down=True)
    for k in range(12):
        operating.update(0.1 + k / 60, 1 / 60)
    tools = operating.field.root.find_all_matches("grasper")
    moved = [tuple(node.get_pos() - before) for node in tools]
    assert max(abs(way[0]) for way in moved) > 0.003


def test_what_is_sent_brings_the_simulation_to_what_was_shown(operating):
    operating.button("d", is_down=True)
    for k in range(30):
        operating.update(0.1 + k / 60, 1 / 60)
    sent = operating.input_due(1.0)
    assert unpack(sent.data).left == unpack(pack(operating.hands.inputs)).left


def test_the_mouse_has_one_hand_and_gives_it_to_the_other(operating):
    operating.point(30.0, 0.0)
    right = operating.hands.wanted[1]
    operating.button("tab", is_down=True)
    operating.point(30.0, 0.0)
    assert operating.hands.wanted[1] == right
    outline = read(operating).describe()
    assert "Left: grasper" in outline


def test_the_right_button_turns_while_it_is_held(operating):
    operating.button("mouse3", is_down=True)
    before = operating.hands.wanted[1]
    operating.point(40.0, 10.0)
    turned = operating.hands.wanted[1]
    assert turned.roll_rad != before.roll_rad
    assert turned.yaw_rad == before.yaw_rad
    operating.button("mouse3", is_down=False)
    operating.point(40.0, 10.0)
    assert operating.hands.wanted[1].yaw_rad != before.yaw_rad


def test_whoever_is_left_handed_has_the_buttons_exchanged(stage, peg_scene):
    view = TrainingView(stage, BOX, Trainee(start_of(peg_scene), is_left_handed=True))
    was = view.hands.wanted[0].jaw
    view.button("mouse3", is_down=True)
    assert view.hands.active == 0
    assert (view.hands.wanted[0].jaw == 0) != (was == 0)
    view.close()


def test_who_watches_has_no_hands_and_sends_nothing(watching, peg_scene):
    watching.take_scene(0, peg_scene, 0.0)
    watching.update(1.0, 1 / 60)
    assert watching.input_due(1.0) is None
    assert not watching.button("a", is_down=True)
    watching.point(10, 10)
    assert "You are watching" in read(watching).describe()


def test_who_watches_sees_jaws_as_open_as_they_are_told(watching, peg_scene):
    watching.take_scene(0, peg_scene, 0.0)
    watching.take_jaws(0.0, 1.0)
    watching.update(1.0, 1 / 60)
    left, right = (
        max(abs(node.get_p()) for node in tool.find_all_matches("jaw"))
        for tool in sorted(watching.field.root.find_all_matches("grasper"), key=NodePath.get_x)
    )
    assert (left, right) == pytest.approx((0.0, np.degrees(1.05 / 2)), abs=0.01)


def test_a_ring_in_the_own_jaws_goes_with_them_while_the_scene_is_late(stage, played, really_held):
    step = next(k for k, held in enumerate(really_held) if held.any() and k > 90)
    scene = played[step][1]
    ((hand, number),) = np.argwhere(really_held[step])[:1]
    view = TrainingView(stage, BOX, Trainee(start_of(scene)))
    view.take_scene(0, scene, 0.0)
    view.update(1.0, 1 / 60)
    ring = view.field.root.find(f"ring_{number}")
    before = ring.get_pos()
    view.button("i" if hand else "w", is_down=True)
    for k in range(30):
        view.update(1.0 + k / 60, 1 / 60)
    assert ring.get_z() - before.z > 0.005
    view.close()


def test_panels_change_only_when_what_is_read_changes(operating):
    operating.take_attempt(replace(ATTEMPT, elapsed_s=83.1))
    operating.take_forces(1.05, 1.0, 4.0)
    first = operating.panels()
    operating.take_attempt(replace(ATTEMPT, elapsed_s=83.4))
    operating.take_forces(1.06, 1.0, 4.0)
    assert operating.panels() == first


def test_forces_are_shown_and_shake_the_hands(operating):
    operating.take_forces(0.0, 3.6, 4.0)
    assert operating.haptics.told[-1] == pytest.approx((0.0, 0.9))
    assert "strong" in read(operating).describe()


def test_after_the_end_nothing_is_sent_and_the_score_can_be_read_with_keys(operating):
    operating.button("f10", is_down=True)
    operating.update(0.2, 1 / 60)
    assert unpack(operating.input_due(5.0).data).is_done
    operating.take_debrief(DEBRIEF)
    assert operating.input_due(9.0) is None
    assert not operating.button("w", is_down=True)
    tree = read(operating)
    assert tree.focused.widget.name == "Try again"
    assert tree.handle(Key("escape")).intents == (LeaveStation(),)
    operating.take_debrief(None)
    assert not operating.hands.inputs.is_done
    assert operating.input_due(10.0) is not None


def test_all_keys_can_be_asked_for(operating):
    few = len(read(operating).nodes)
    operating.button("f1", is_down=True)
    assert len(read(operating).nodes) > few


def test_leaving_the_screen_shows_the_room_again(stage, operating):
    assert not stage.base.cam.node().is_active()
    operating.screen.hide()
    assert stage.base.cam.node().is_active()


def read(view):
    tree = Tree()
    tree.show(view.panels())
    return tree


def test_a_ring_is_picked_up_with_nothing_but_the_mouse(stage):
    environment = Environment(PROCEDURES["peg_transfer"], 1)
    start = Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE)
    view = TrainingView(stage, BOX, Trainee(start, is_left_handed=True))
    ring = "ring_2"
    tube_m, across = near_tube(environment.scene(), ring)
    along = along_shaft(tube_m)
    at_m = tube_m + 0.001 * along
    mouse = Mouse(view, environment)
    view.button("mouse3", is_down=True)  # the left-handed close and open with the right button
    mouse.roll_across(across)
    for back_m in (0.03, 0.015, 0.0):
        mouse.go(at_m - back_m * along)
        mouse.roll_across(across)
    view.button("mouse3", is_down=True)
    mouse.wait(30)
    for up_m in np.linspace(0.003, 0.03, 10):
        mouse.go(at_m + np.array([0.0, 0.0, up_m]))
    assert mouse.scene_body(ring).position_m[2] > 0.02
    view.close()


def place_in_picture(view, point_m, field_of_view_rad):
    x, y, z = rotate(view.rotation * np.array([1, -1, -1, -1]), point_m - view.position_m)
    half = np.tan(field_of_view_rad / 2)
    return x / y / half, z / y / half


def along_shaft(point_m):
    """The direction of the left shaft when its tip is at a point."""
    way_m = point_m - np.array(BOX.left.pivot_m)
    return way_m / np.linalg.norm(way_m)


def near_tube(scene, name):
    """The middle of the ring's tube that the left jaws straddle most squarely from before it."""
    ring = next(body for body in scene.bodies if body.name == name)
    found = []
    for start_m, end_m in tube_lines_m():
        tube_m = ring.position_m + rotate(ring.rotation, (start_m + end_m) / 2)
        across = np.cross(along_shaft(tube_m), rotate(ring.rotation, end_m - start_m))
        is_before = tube_m[1] < ring.position_m[1] + 0.002
        found.append((is_before * np.linalg.norm(across), tube_m, across))
    squareness, tube_m, across = max(found, key=lambda one: one[0])
    assert squareness > 0
    return tube_m, across / np.linalg.norm(across)


class Mouse:
    """Moves a pointer, a wheel and buttons, and steps the simulation with what then goes out."""

    def __init__(self, view, environment):
        self.view, self.environment, self.step = view, environment, 0

    def scene_body(self, name):
        return next(body for body in self.environment.scene().bodies if body.name == name)

    def wait(self, steps):
        for _ in range(steps):
            self.step += 1
            self.view.take_scene(self.step, self.environment.scene(), self.step / 60)
            self.view.update(self.step / 60, 1 / 60)
            sent = self.view.input_due(self.step / 60)
            self.environment.step(sent.data)

    def go(self, goal_m):
        for _ in range(150):
            seen, tip_m = self.view.view, self.tip_m()
            height = self.view.screen.height_px / 2
            there, here = (
                np.array(place_in_picture(seen, at_m, BOX.scope.field_of_view_rad)) * height
                for at_m in (goal_m, tip_m)
            )
            across, up = np.clip(there - here, -3, 3)
            self.view.point(across, -up)
            deeper_m = np.linalg.norm(goal_m - seen.position_m) - np.linalg.norm(
                tip_m - seen.position_m
            )
            self.view.hands.wheel(float(np.clip(deeper_m / WHEEL_STEP_M, -0.25, 0.25)), seen)
            self.wait(1)
            if np.linalg.norm(self.tip_m() - goal_m) < 0.0008:
                break
        self.wait(20)

    def roll_across(self, across):
        for _ in range(200):
            at = pose(BOX.left, self.view.hands.wanted[0]).rotation
            jaws = rotate(at, np.array([0.0, 0.0, 1.0]))
            if abs((jaws * across).sum()) > 0.995:
                return
            self.view.button("mouse1", is_down=True)
            self.view.point(3.0, 0.0)
            self.view.button("mouse1", is_down=False)
            self.wait(1)

    def tip_m(self):
        return pose(BOX.left, self.view.hands.wanted[0]).tip_m
