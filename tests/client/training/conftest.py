"""Real scenes, from the simulation that the server runs, and a small window off screen."""

import numpy as np
import pytest

from client.scene.window import WindowOptions, open_window
from sim.environment import Environment
from sim.instruments.inputs import pack
from sim.procedures.catalog import PROCEDURES
from tools.bots.training.operator import EXPERT, Operator
from tools.bots.training.peg_transfer import play
from world.geometry import rotate
from world.protocol.scene_lane import Scene, Strand, Surface

PLAYED_STEPS = 240


@pytest.fixture(scope="session")
def _played():
    environment = Environment(PROCEDURES["peg_transfer"], 1)
    operator = Operator(environment.procedure.station, EXPERT, np.random.default_rng(3))
    operator.scene = environment.scene()
    script = play(operator)
    asked = next(script)
    found, held = [], []
    for _ in range(PLAYED_STEPS):
        environment.step(pack(asked))
        scene = environment.scene()
        found.append((asked, scene, tuple(hand.posture for hand in environment.hands)))
        held.append(environment._attempt._seen.is_held.copy())
        asked = script.send(scene)
    return found, held


@pytest.fixture(scope="session")
def played(_played):
    """The first seconds of a peg transfer: of each step its input, scene and postures."""
    return _played[0]


@pytest.fixture(scope="session")
def really_held(_played):
    """Of each step which hand holds which ring, as the simulation knows it: (2, 6)."""
    return _played[1]


@pytest.fixture(scope="session")
def peg_scene(played):
    return played[0][1]


@pytest.fixture(scope="module")
def stage():
    """A window off screen; each module of tests closes its own, as there can be one only."""
    stage = open_window(WindowOptions(size=(320, 180), is_offscreen=True, tier="potato"))
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def tissue():
    """A hill of tissue with a thread over it."""
    return tissue_scene()


@pytest.fixture(scope="session")
def in_picture():
    return place_in_picture


def tissue_scene(height_m=0.02, name="liver", count=14):
    across = np.linspace(-0.04, 0.04, count)
    x, y = np.meshgrid(across, across, indexing="ij")
    z = height_m * np.exp(-(x**2 + y**2) / 0.03**2)
    index = np.arange(count * count).reshape(count, count)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    triangles = np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3)
    corners_m = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    line = np.linspace(-0.03, 0.03, 40)
    nodes_m = np.stack([line, 0 * line - 0.02, 0 * line + height_m + 0.008], axis=1)
    return Scene((), (Surface(name, corners_m, triangles),), (Strand("thread", nodes_m, 1e-4),))


def place_in_picture(view, point_m, field_of_view_rad):
    """Where a point is in the square picture: -1 to 1 to the right and up."""
    x, y, z = rotate(view.rotation * np.array([1, -1, -1, -1]), point_m - view.position_m)
    half = np.tan(field_of_view_rad / 2)
    return x / y / half, z / y / half
