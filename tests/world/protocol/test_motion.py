import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.errors import RemoteProtocolError
from world.geometry import angle_between, normalize
from world.protocol import motion


def _random_poses(count, seed):
    rng = np.random.default_rng(seed)
    poses = motion.resting(count)
    poses.head_m[:] = rng.uniform(0, 20, (count, 3))
    poses.head_rotation[:] = normalize(rng.normal(size=(count, 4)))
    poses.hand_m[:] = rng.uniform(-1.4, 1.4, (count, 2, 3))
    poses.hand_rotation[:] = normalize(rng.normal(size=(count, 2, 4)))
    poses.flags[:] = rng.integers(0, 16, count)
    return poses


def _frame(tick, slots, poses):
    return motion.frame_header(tick) + motion.encode_records(slots, poses).tobytes()


@given(st.integers(0, 2**32 - 1))
def test_a_pose_arrives_within_a_millimeter_and_a_quarter_degree(seed):
    poses = _random_poses(64, seed)
    slots = np.arange(64) * 60
    tick, got_slots, got = motion.decode_records(_frame(70_000, slots, poses))
    assert tick == 70_000 & 0xFFFF
    assert np.array_equal(got_slots, slots)
    assert np.array_equal(got.flags, poses.flags)
    assert np.abs(got.head_m - poses.head_m).max() <= 0.000501
    hand_error = (got.head_m[:, None] + got.hand_m) - (poses.head_m[:, None] + poses.hand_m)
    assert np.abs(hand_error).max() <= 0.0005
    assert np.degrees(angle_between(got.head_rotation, poses.head_rotation)).max() <= 0.25
    assert np.degrees(angle_between(got.hand_rotation, poses.hand_rotation)).max() <= 0.25


@given(st.integers(0, 2**32 - 1))
def test_what_was_read_is_written_again_to_the_same_positions(seed):
    once = motion.quantize(_random_poses(32, seed))
    twice = motion.quantize(once)
    assert np.array_equal(once.head_m, twice.head_m)
    assert np.allclose(once.hand_m, twice.hand_m, atol=1e-9)
    assert np.degrees(angle_between(once.head_rotation, twice.head_rotation)).max() < 0.2


def test_a_rotation_and_its_negative_are_the_same_bytes():
    poses = _random_poses(100, 1)
    negative = motion.quantize(poses)
    poses.head_rotation *= -1
    assert np.array_equal(motion.quantize(poses).head_rotation, negative.head_rotation)


@pytest.mark.parametrize(
    "rotation",
    [(1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0.5, 0.5, 0.5, 0.5), (0.5, -0.5, 0.5, -0.5)],
)
def test_ties_for_the_largest_component_survive(rotation):
    poses = motion.resting(1)
    poses.head_rotation[0] = rotation
    got = motion.quantize(poses).head_rotation
    assert np.degrees(angle_between(got, poses.head_rotation))[0] < 0.25


def test_positions_outside_the_range_are_clamped_and_never_wrap():
    poses = motion.resting(2)
    poses.head_m[0], poses.head_m[1] = (-0.001, 70.0, 1.0), (65.535, 0.0, -5.0)
    got = motion.quantize(poses).head_m
    assert got.tolist() == [[0.0, 65.535, 1.0], [65.535, 0.0, 0.0]]


@given(st.binary(min_size=31, max_size=31))
def test_any_bytes_are_a_finite_pose_of_unit_rotations(data):
    _, poses = motion.decode_inputs(data)
    assert np.isfinite(poses.head_m).all()
    assert np.abs(poses.hand_m).max() <= motion.HAND_REACH_M + 1e-9
    assert np.allclose(np.linalg.norm(poses.head_rotation, axis=-1), 1.0)
    assert np.allclose(np.linalg.norm(poses.hand_rotation, axis=-1), 1.0)


@pytest.mark.parametrize("frame", [b"", b"\0", b"\0\0\0\0", b"\1\0\0" + bytes(29)])
def test_a_frame_of_broken_length_or_lane_is_refused(frame):
    with pytest.raises(RemoteProtocolError):
        motion.decode_records(frame)


def test_golden_bytes():
    """The published byte table, so that a client in another language can be checked against it."""
    poses = motion.resting(1)
    poses.head_m[0] = (1.0, 2.0, 1.6)
    poses.hand_m[0] = ((-0.2, 0.3, -0.5), (0.2, 0.3, -0.5))
    poses.head_rotation[0] = (np.cos(0.5), 0, 0, np.sin(0.5))
    poses.flags[0] = 3
    record = motion.encode_records(np.array([258]), poses)[0].tobytes()
    assert record.hex(" ") == (
        "02 31 e8 03 d0 07 40 06 5a 03 08 20 ef 96 99 55 15 91 99 59 55 00 02 08 20 00 02 08 20"
    )


def test_every_field_of_a_pose_is_on_the_wire():
    base = motion.resting(1)
    plain = motion.encode_inputs(0, base).tobytes()
    for change in ("head_m", "head_rotation", "hand_m", "hand_rotation"):
        poses = motion.resting(1)
        getattr(poses, change)[...] = (
            normalize(np.ones(4)) if "rotation" in change else np.full(3, 0.7)
        )
        assert motion.encode_inputs(0, poses).tobytes() != plain, change
    assert set(motion.Poses.__dataclass_fields__) == {
        "head_m",
        "head_rotation",
        "hand_m",
        "hand_rotation",
        "flags",
    }
