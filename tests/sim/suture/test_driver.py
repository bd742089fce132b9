import math

import numpy as np
import pytest

from sim.suture.driver import SHAFT, Driver, nearest_rad, on_arc, squared, turned_in_plane
from sim.tissue.arc import Needle
from sim.tissue.suturing import needle_axes
from world.geometry import rotate

NEEDLE = Needle()


def about(axis, angle):
    axis = np.array(axis, float) / np.linalg.norm(axis)
    return np.array([math.cos(angle / 2), *(math.sin(angle / 2) * axis)])


@pytest.mark.parametrize("turn", [0.0, 0.4, 2.0])
def test_a_needle_taken_in_the_air_stands_square_to_the_shaft(turn):
    rotation = about((0.3, 1.0, 0.2), turn)
    axes = Driver(0.2).take(rotation, needle_axes(0.5, 0.3, 0.2), is_guided=False)
    assert abs((axes[2] * rotate(rotation, SHAFT)).sum()) == pytest.approx(1.0)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)


def test_a_held_needle_turns_with_the_shaft():
    driver, rotation = Driver(0.2), about((0, 0, 1), 0.3)
    axes = driver.take(rotation, needle_axes(0.5), is_guided=False)
    rolled = about((0, 0, 1), 0.3 + 0.25)
    led = driver.lead(rolled, axes, is_guided=False)
    turned = rotate(about((0, 0, 1), 0.25), axes)
    assert led == pytest.approx(turned, abs=1e-12)


def test_a_needle_in_tissue_keeps_its_plane_and_takes_only_the_turn_in_it():
    driver, axes = Driver(0.2), needle_axes(0.5)
    rotation = about((1, 0, 0), 0.1)
    assert np.array_equal(driver.take(rotation, axes, is_guided=True), axes)
    tilted = about((1, 0, 0), 0.1 + 0.2)
    led = driver.lead(tilted, axes, is_guided=True)
    assert led[2] == pytest.approx(axes[2])
    # what the jaws gave way is not made up for: the same rotation again turns nothing more
    assert driver.lead(tilted, led, is_guided=True) == pytest.approx(led, abs=1e-12)


def test_the_tip_of_the_jaws_stays_on_the_needle():
    driver, axes = Driver(0.7), needle_axes(1.0)
    tip_m = np.array((0.01, 0.02, 0.03))
    center_m = driver.center_m(NEEDLE, tip_m, axes)
    assert center_m + on_arc(0.7, NEEDLE.radius_m, axes) == pytest.approx(tip_m)


@pytest.mark.parametrize(("at_rad", "found"), [(0.5, 0.5), (3.0, 3.0), (-0.4, 0.0), (3.5, math.pi)])
def test_the_nearest_point_of_the_needle_is_on_it(at_rad, found):
    axes, center_m = needle_axes(0.3, 0.2), np.array((0.0, 0.01, 0.0))
    at_m = center_m + 1.3 * on_arc(at_rad, NEEDLE.radius_m, axes) + 0.002 * axes[2]
    assert nearest_rad(NEEDLE, center_m, axes, at_m) == pytest.approx(found)


def test_turns_are_the_shortest_and_a_direction_along_the_normal_turns_nothing():
    axes = needle_axes(0.5)
    assert squared(axes, -axes[2]) == pytest.approx(axes)
    assert turned_in_plane(axes, axes[2]) == pytest.approx(axes)
    assert turned_in_plane(axes, axes[1])[0] == pytest.approx(axes[1])
