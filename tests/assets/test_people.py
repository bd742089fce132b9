"""The people as baked: sleeves that follow arms, and faces that are nobody's siblings."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from client.avatars.casting import PEOPLE
from client.avatars.glb import read_person
from client.avatars.materials import Material

FOLDER = Path(__file__).parents[2] / "assets/people"
LONG_SLEEVES = ("amara", "henrik", "mei", "diego")
STRETCHES = (
    ("upperarm_l", "lowerarm_l", 0.4, 0.7),
    ("lowerarm_l", "hand_l", 0.3, 0.6),
    ("lowerarm_l", "hand_l", 0.75, 0.95),
)
"""Bones and shares of the way between them: the middle of each bone, and before the cuff."""


def person(name):
    return read_person(name, (FOLDER / f"{name}.glb").read_bytes())


def sleeve_m(body):
    """Returns the sleeve's radius on each stretch of the left arm."""
    radii = []
    for start, end, low, high in STRETCHES:
        first, last = (body.joints_m[list(body.bones).index(bone)] for bone in (start, end))
        way = last - first
        along = (body.positions_m - first) @ way / (way @ way)
        away = np.linalg.norm(body.positions_m - (first + along[:, None] * way), axis=1)
        is_sleeve = (body.stuff[:, 0] == Material.CLOTH) & (away < 0.13)
        radii.append(np.median(away[is_sleeve & (along > low) & (along < high)]))
    return radii


def relief_m(body):
    """Returns how far a face stands out at each place of a grid before the eyes, mean 0."""
    eye_m = body.positions_m[body.stuff[:, 0] == Material.EYE].mean(0)
    off_m = body.positions_m[body.stuff[:, 0] == Material.SKIN] - eye_m
    off_m = off_m[off_m[:, 1] > -0.06]
    x, z = np.meshgrid(np.linspace(-0.05, 0.05, 11), np.linspace(-0.10, 0.03, 14))
    away = np.hypot(off_m[:, 0] - x[..., None], off_m[:, 2] - z[..., None])
    share = np.exp(-((away / 0.006) ** 2))
    total = share.sum(-1)
    out = np.where(total > 0.05, (share * off_m[:, 1]).sum(-1) / (total + 1e-9), np.nan)
    return out - np.nanmean(out)


@pytest.mark.parametrize("name", LONG_SLEEVES)
def test_a_sleeve_lies_near_its_arm_and_narrows_to_the_cuff(name):
    upper_m, lower_m, cuff_m = sleeve_m(person(name))
    assert upper_m < 0.066
    assert lower_m < 0.85 * upper_m
    assert cuff_m < 0.70 * upper_m
    assert cuff_m > 0.022


def test_no_two_faces_have_the_same_shape():
    reliefs = [relief_m(person(name)) for name in PEOPLE]
    gaps = [np.sqrt(np.nanmean((a - b) ** 2)) for a, b in itertools.combinations(reliefs, 2)]
    assert min(gaps) > 0.0025
