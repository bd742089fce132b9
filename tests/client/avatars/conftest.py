"""The people as baked, and a studio to see them in."""

from pathlib import Path

import numpy as np
import pytest

from client.avatars.casting import PEOPLE
from client.avatars.glb import read_person
from client.avatars.pose import PoseBatch
from client.avatars.preview import Studio
from client.avatars.skeleton import Skeleton
from world.geometry import normalize

FOLDER = Path(__file__).parents[3] / "assets/people"


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def people():
    return [read_person(name, (FOLDER / f"{name}.glb").read_bytes()) for name in PEOPLE]


@pytest.fixture(scope="session")
def skeleton(people):
    return Skeleton(people)


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def _one_studio():
    studio = Studio((160, 120), oversampling=1)
    yield studio
    studio.close()


@pytest.fixture
def studio(_one_studio):
    _one_studio.empty()
    return _one_studio


@pytest.fixture(scope="session")
def random_batch():
    return random_poses


@pytest.fixture(scope="session")
def at_ease():
    return poses_at_ease


def random_poses(n, rng):
    """Heads and hands anywhere that a tracker might report, also nonsense."""
    head_m = rng.uniform([0, 0, 0.0], [10, 8, 2.4], (n, 3))
    return PoseBatch(
        head_m=head_m,
        head=normalize(rng.normal(size=(n, 4))),
        hand_m=rng.normal(0, 0.6, (n, 2, 3)),
        hand=normalize(rng.normal(size=(n, 2, 4))),
        is_tracked=rng.random((n, 2)) < 0.7,
        is_seated=rng.random(n) < 0.3,
        seat_m=head_m * [1, 1, 0] + rng.normal(0, 0.2, (n, 3)) * [1, 1, 0],
        seat_yaw_rad=rng.uniform(-np.pi, np.pi, n),
        velocity_m_per_s=rng.normal(0, 1, (n, 3)),
    )


def poses_at_ease(n, *, seated=False, **changes):
    """People who stand or sit in a row and hold nothing."""
    x = np.arange(n) * 1.2
    floor = np.stack([x, np.zeros(n), np.zeros(n)], 1)
    eye = 1.2 if seated else 1.6
    fields = {
        "head_m": floor + np.array([0, 0.08, eye]),
        "head": np.tile([1.0, 0, 0, 0], (n, 1)),
        "hand_m": np.tile([[-0.2, 0.1, -0.6], [0.2, 0.1, -0.6]], (n, 1, 1)),
        "hand": np.tile([1.0, 0, 0, 0], (n, 2, 1)),
        "is_tracked": np.zeros((n, 2), bool),
        "is_seated": np.full(n, seated),
        "seat_m": floor,
        "seat_yaw_rad": np.zeros(n),
        "velocity_m_per_s": np.zeros((n, 3)),
    }
    return PoseBatch(**(fields | changes))
