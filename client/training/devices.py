"""Mouse, keys and gamepads of a window, given to a trainee's hands.

This is the only module of the station that knows Panda3D's input. A window takes the pointer while
the scope's picture fills it: it is held in the middle, so that no edge ends a movement.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from panda3d.core import InputDevice, InputDeviceManager, WindowProperties

from client.training.haptics import Haptics
from client.training.keys import Pad, PadButton

_STICKS: Final = (
    (InputDevice.Axis.left_x, InputDevice.Axis.left_y),
    (InputDevice.Axis.right_x, InputDevice.Axis.right_y),
)
_TRIGGERS: Final = (InputDevice.Axis.left_trigger, InputDevice.Axis.right_trigger)


class Axis(Protocol):
    """One axis of a device; Panda3D's AxisState is one."""

    @property
    def value(self) -> float:
        """Where it stands, -1 to 1."""


class Button(Protocol):
    """One button of a device; Panda3D's ButtonState is one."""

    @property
    def pressed(self) -> bool:
        """Whether it is down."""


class Device(Protocol):
    """A gamepad; Panda3D's InputDevice is one."""

    def find_axis(self, axis: Any) -> Axis:  # noqa: ANN401 -- an enumeration of an untyped library
        """Returns an axis; one that the device has not rests at 0."""

    def find_button(self, name: str) -> Button:
        """Returns a button by name; one that the device has not is up."""

    def set_vibration(self, strong: float, weak: float) -> None:
        """Shakes: the left motor strongly, the right one weakly, each 0 to 1."""


def first_gamepad() -> Device | None:
    """Returns the first gamepad that is plugged in, None if there is none."""
    manager = InputDeviceManager.get_global_ptr()
    manager.update()
    devices = manager.get_devices(InputDevice.DeviceClass.gamepad)
    for device in devices:
        device.poll()
        found: Device = device
        return found
    return None


def read_pad(device: Device) -> Pad:
    """Returns how a gamepad is held now."""
    left, right = (
        (device.find_axis(across).value, device.find_axis(up).value) for across, up in _STICKS
    )
    pulled = tuple(min(max(device.find_axis(axis).value, 0.0), 1.0) for axis in _TRIGGERS)
    buttons = frozenset(one for one in PadButton if device.find_button(one.value).pressed)
    return Pad((left, right), (pulled[0], pulled[1]), buttons)


class PadHaptics(Haptics):
    """The motors of whatever gamepad is there; where none is, nothing shakes.

    Args:
      device: returns the gamepad of now.
    """

    def __init__(self, device: Callable[[], Device | None] = first_gamepad) -> None:
        self._device = device
        self._told = (0.0, 0.0)

    def shake(self, left: float, right: float) -> None:
        """Shakes both sides, see `Haptics`; the device is told only of changes."""
        if (left, right) == self._told:
            return
        device = self._device()
        if device is not None:
            device.set_vibration(left, right)
            self._told = (left, right)


class HeldPointer:
    """A window's pointer while the mouse moves an instrument: unseen, and never at an edge.

    Args:
      window: Panda3D's; off screen there is no pointer, and nothing moves.
    """

    def __init__(self, window: Any) -> None:  # noqa: ANN401 -- a window of an untyped library
        self._window = window
        self.is_held = False

    def hold(self) -> None:
        """Takes the pointer and puts it in the middle."""
        if not self.is_held and self._can_hold:
            self.is_held = True
            self._show(is_hidden=True)
            self._center()

    def free(self) -> None:
        """Gives the pointer back."""
        if self.is_held:
            self.is_held = False
            self._show(is_hidden=False)

    def moved_px(self) -> tuple[float, float]:
        """Returns how far it went since the last call, to the right and down."""
        if not self.is_held:
            return 0.0, 0.0
        pointer = self._window.get_pointer(0)
        x, y = self._middle
        way = pointer.get_x() - x, pointer.get_y() - y
        if way != (0, 0):
            self._center()
        return way

    @property
    def _can_hold(self) -> bool:
        return hasattr(self._window, "move_pointer")

    @property
    def _middle(self) -> tuple[int, int]:
        return self._window.get_x_size() // 2, self._window.get_y_size() // 2

    def _center(self) -> None:
        self._window.move_pointer(0, *self._middle)

    def _show(self, *, is_hidden: bool) -> None:
        properties = WindowProperties()
        properties.set_cursor_hidden(is_hidden)
        self._window.request_properties(properties)
