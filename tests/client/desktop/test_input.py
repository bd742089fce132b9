"""What a window tells becomes what a person does; the window here is told by hand."""

import math

import numpy as np
import pytest
from panda3d.core import PerspectiveLens

from client.desktop.input import Input
from client.desktop.walker import FORWARD
from client.program import Step
from client.ui.events import Key, Typed
from client.ui.surface import Surface
from client.ui.tree import Tree
from world.protocol import messages as m
from world.protocol.motion import encode_records, frame_header, resting

WIDTH, HEIGHT = 1280, 720


class Thrower:
    def node(self):
        return self

    def __getattr__(self, name):
        return lambda event: None


class Properties:
    def get_foreground(self):
        return False


class Win:
    def set_close_request_event(self, name):
        self.close_event = name

    def is_closed(self):
        return False

    def get_properties(self):
        return Properties()


class Base:
    """As much of Panda3D's ShowBase as a window's input has."""

    def __init__(self):
        self.buttonThrowers, self.win, self.handlers = [Thrower()], Win(), {}
        self.mouseWatcherNode, self.pointer = self, None
        self.camLens = PerspectiveLens()
        self.camLens.set_aspect_ratio(WIDTH / HEIGHT)
        self.camLens.set_fov(math.degrees(1.25))

    def accept(self, event, handler, arguments=()):
        self.handlers[event] = lambda *more: handler(*arguments, *more)

    def has_mouse(self):
        return self.pointer is not None

    def get_mouse_x(self):
        return self.pointer[0] / WIDTH * 2 - 1

    def get_mouse_y(self):
        return 1 - self.pointer[1] / HEIGHT * 2


class Program:
    """Keeps what it is given; its bodies are real ones."""

    def __init__(self, stay):
        self.step, self.tree, self.bodies = Step.INSIDE, Tree(), stay.bodies
        self.events, self.intents, self.released = [], [], []
        self.controls, self.is_at_scope = None, False

    def handle(self, event):
        self.events.append(event)
        return False

    def release(self, name):
        self.released.append(name)

    def do(self, intent):
        self.intents.append(intent)


class Controls:
    """Instruments in somebody's hands."""

    def __init__(self):
        self.buttons, self.has_let_go = [], False

    def button(self, name, *, is_down):
        self.buttons.append((name, is_down))
        return True

    def let_go(self):
        self.has_let_go = True


class Window:
    def __init__(self, stay):
        self.base, self.program = Base(), Program(stay)
        stage = type("Stage", (), {"base": self.base})()
        self.input = Input(stage, self.program)
        self.surface = Surface(WIDTH, HEIGHT)

    def tell(self, event, *values):
        self.base.handlers[event](*values)

    def take(self):
        self.input.take(self.surface)

    def point(self, x, y):
        self.base.pointer = (x, y)
        self.take()

    def click(self, x, y):
        self.point(x, y)
        self.tell("button-down", "mouse1")
        self.tell("button-up", "mouse1")
        self.take()


@pytest.fixture
def window(stay, doors):
    stay.enter(
        people=(m.Person(4, "Green Finch", None, 0),), doors=doors, position_m=(8.0, 1.35, 1.6)
    )
    stay.bodies.walker.yaw_rad = -math.pi / 2
    return Window(stay)


def test_keys_go_down_are_typed_and_go_up(window):
    window.tell("button-down", "shift-tab")
    window.tell("button-down", "w")
    window.tell("keystroke", "w")
    window.tell("button-up", "w")
    window.take()
    assert window.program.events == [Key("tab", has_shift=True), Key("w"), Typed("w")]
    assert window.program.released == ["w"]


def test_a_click_on_the_floor_walks_there(window, stay):
    stay.bodies.walker.pitch_rad = -0.7
    window.click(WIDTH / 2, HEIGHT / 2)
    assert stay.bodies.walker.is_on_way
    assert not window.program.intents


def test_a_click_on_a_door_goes_to_it(window):
    window.click(WIDTH / 2, HEIGHT / 2)
    [intent] = window.program.intents
    assert intent.destination == "door:door-1"


def test_a_click_on_somebody_opens_what_can_be_done_about_them(window, stay):
    poses = resting(1)
    poses.head_m[0] = (9.2, 1.35, 1.6)
    frame = frame_header(1) + encode_records(np.array([4]), poses).tobytes()
    stay.bodies.take_motion(frame, stay.now_s)
    stay.wait(0.1)
    window.click(WIDTH / 2, HEIGHT / 2)
    [intent] = window.program.intents
    assert intent.slot == 4


def test_the_mouse_looks_about_only_while_its_right_button_is_held(window, stay):
    window.point(600, 300)
    window.point(640, 300)
    assert stay.bodies.walker.yaw_rad == pytest.approx(-math.pi / 2)
    window.tell("button-down", "mouse3")
    window.take()
    window.point(700, 280)
    assert stay.bodies.walker.yaw_rad < -math.pi / 2
    assert stay.bodies.walker.pitch_rad > 0


def test_keys_do_not_stay_down_in_a_window_that_lost_the_keyboard(window, stay):
    stay.bodies.walker.hold(FORWARD, is_held=True)
    window.tell("window-event", window.base.win)
    assert "w" in window.program.released


def test_closing_the_window_is_noticed(window):
    window.tell(window.base.win.close_event)
    assert window.input.is_closed


def test_at_the_scope_the_mouse_is_the_instruments_and_the_body_stays(window, stay):
    controls = window.program.controls = Controls()
    window.program.is_at_scope = True
    window.point(600, 300)
    for event, name in (("button-down", "mouse3"), ("button-down", "wheel_up"),
                        ("button-up", "mouse3"), ("button-down", "mouse1")):  # fmt: skip
        window.tell(event, name)
    window.point(700, 280)
    assert controls.buttons == [
        ("mouse3", True), ("wheel_up", True), ("mouse3", False), ("mouse1", True),
    ]  # fmt: skip
    assert stay.bodies.walker.yaw_rad == pytest.approx(-math.pi / 2)
    assert not stay.bodies.walker.is_on_way
    assert window.program.events == []


def test_a_click_beside_a_dialog_at_the_scope_goes_nowhere(window, stay):
    window.program.is_at_scope = True
    stay.bodies.walker.pitch_rad = -0.7
    window.click(WIDTH / 2, HEIGHT / 2)
    assert not stay.bodies.walker.is_on_way


def test_instruments_let_go_in_a_window_that_lost_the_keyboard(window):
    controls = window.program.controls = Controls()
    window.tell("window-event", window.base.win)
    assert controls.has_let_go
