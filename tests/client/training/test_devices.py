from dataclasses import dataclass, field

from panda3d.core import InputDevice

from client.training.devices import HeldPointer, PadHaptics, first_gamepad, read_pad
from client.training.keys import PadButton


@dataclass
class Value:
    value: float = 0.0
    pressed: bool = False


@dataclass
class VirtualPad:
    axes: dict = field(default_factory=dict)
    buttons: set = field(default_factory=set)
    shaken: list = field(default_factory=list)

    def find_axis(self, axis):
        return Value(self.axes.get(axis, 0.0))

    def find_button(self, name):
        return Value(pressed=name in self.buttons)

    def set_vibration(self, strong, weak):
        self.shaken.append((strong, weak))


def test_sticks_triggers_and_buttons_of_a_gamepad_are_read():
    axis = InputDevice.Axis
    device = VirtualPad(
        {axis.left_x: 0.5, axis.right_y: -1.0, axis.right_trigger: 0.7, axis.left_trigger: -0.1},
        {"lshoulder", "face_y"},
    )
    pad = read_pad(device)
    assert pad.sticks == ((0.5, 0.0), (0.0, -1.0))
    assert pad.triggers == (0.0, 0.7)
    assert pad.buttons == {PadButton.LEFT_SHOULDER, PadButton.UPPER}


def test_a_machine_without_gamepads_has_none():
    device = first_gamepad()
    assert device is None or read_pad(device)


def test_a_gamepad_is_told_to_shake_only_when_that_changes():
    device = VirtualPad()
    haptics = PadHaptics(lambda: device)
    for _ in range(3):
        haptics.shake(0.5, 0.1)
    haptics.shake(0.0, 0.0)
    assert device.shaken == [(0.5, 0.1), (0.0, 0.0)]


def test_without_a_gamepad_nothing_shakes_and_one_that_is_plugged_in_later_does():
    found = [None]
    haptics = PadHaptics(lambda: found[0])
    haptics.shake(0.5, 0.5)
    found[0] = VirtualPad()
    haptics.shake(0.5, 0.5)
    assert found[0].shaken == [(0.5, 0.5)]


class Window:
    """A window with a pointer that goes where it is put."""

    def __init__(self):
        self.at, self.is_hidden = [10, 10], False

    def get_x_size(self):
        return 200

    def get_y_size(self):
        return 100

    def get_pointer(self, _number):
        return self

    def get_x(self):
        return self.at[0]

    def get_y(self):
        return self.at[1]

    def move_pointer(self, _number, x, y):
        self.at = [x, y]

    def request_properties(self, properties):
        self.is_hidden = properties.get_cursor_hidden()


def test_a_held_pointer_never_reaches_an_edge():
    window = Window()
    pointer = HeldPointer(window)
    pointer.hold()
    assert window.is_hidden
    total = [0, 0]
    for _ in range(50):
        window.at = [window.at[0] + 30, window.at[1] - 7]
        across, down = pointer.moved_px()
        total = [total[0] + across, total[1] + down]
        assert window.at == [100, 50]
    assert total == [1500, -350]
    pointer.free()
    assert not window.is_hidden
    assert pointer.moved_px() == (0.0, 0.0)


def test_off_screen_there_is_no_pointer_to_hold():
    pointer = HeldPointer(object())
    pointer.hold()
    assert not pointer.is_held
