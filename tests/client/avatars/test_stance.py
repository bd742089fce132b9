import numpy as np
import pytest

from client.avatars.pose import movement_of, solve
from client.avatars.stance import STEP_S, advance, stand

DT_S = 1 / 60


def walk(at_ease, skeleton, speed_m_per_s, steps, yaw_rad=0.0):
    """Yields the stance and the batch of people who walk straight ahead."""
    n = len(skeleton)
    batch = at_ease(n)
    ahead = np.array([-np.sin(yaw_rad), np.cos(yaw_rad), 0.0])
    batch.head[:] = [np.cos(yaw_rad / 2), 0, 0, np.sin(yaw_rad / 2)]
    batch.velocity_m_per_s[:] = ahead * speed_m_per_s
    stance = stand(movement_of(skeleton, batch))
    for _ in range(steps):
        batch.head_m[:] += ahead * speed_m_per_s * DT_S
        stance = advance(stance, movement_of(skeleton, batch), DT_S)
        yield stance, batch


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.4, 2.0])
def test_planted_feet_do_not_slide_while_walking(skeleton, speed, at_ease):
    before = None
    for stance, _ in walk(at_ease, skeleton, speed, 240):
        if before is not None:
            stays = (before.swing >= 1) & (stance.swing >= 1)
            moved = np.linalg.norm(stance.foot_m - before.foot_m, axis=-1)
            assert moved[stays].max(initial=0) == 0
        before = stance


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.4])
def test_one_foot_carries_while_the_other_swings_and_both_take_turns(skeleton, speed, at_ease):
    swinging = np.array([stance.swing < 1 for stance, _ in walk(at_ease, skeleton, speed, 360)])
    assert not swinging.all(-1).any()
    lift_offs = (swinging[1:] & ~swinging[:-1]).sum(0)
    assert (np.abs(lift_offs[:, 0] - lift_offs[:, 1]) <= 1).all()
    assert lift_offs.min() >= 4
    assert lift_offs.max() <= 360 * DT_S / (2 * STEP_S) + 2


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.4])
def test_feet_stay_near_the_body_and_legs_long_enough(skeleton, speed, at_ease):
    for stance, batch in walk(at_ease, skeleton, speed, 200):
        away = np.linalg.norm(stance.foot_m - batch.head_m[:, None, :2], axis=-1)
        assert away.max() < 0.75
        result = solve(skeleton, batch, stance, 0.0)
        wanted = stance.foot_m - result.origin_m[:, None, :2]
        got = result.joints_m[:, skeleton.toes, :2] - wanted
        assert np.linalg.norm(got, axis=-1).max() < 0.26


def test_a_body_that_stands_still_does_not_step(skeleton, at_ease):
    batch = at_ease(len(skeleton))
    movement = movement_of(skeleton, batch)
    stance = start = stand(movement)
    for _ in range(120):
        stance = advance(stance, movement, DT_S)
    assert (stance.foot_m == start.foot_m).all()


def test_looking_aside_turns_the_head_alone_and_turning_round_the_feet_too(skeleton, at_ease):
    n = len(skeleton)
    for yaw_rad, turns in ((0.5, False), (2.5, True)):
        batch = at_ease(n)
        stance = stand(movement_of(skeleton, batch))
        batch.head[:] = [np.cos(yaw_rad / 2), 0, 0, np.sin(yaw_rad / 2)]
        for _ in range(240):
            stance = advance(stance, movement_of(skeleton, batch), DT_S)
        assert (np.abs(stance.yaw_rad) > 1.0).all() == turns
        assert (np.abs(stance.foot_yaw_rad) > 1.0).all() == turns


def test_a_body_that_is_put_elsewhere_takes_its_feet_along(skeleton, at_ease):
    batch = at_ease(len(skeleton))
    stance = stand(movement_of(skeleton, batch))
    batch.head_m[:, :2] += 4.0
    stance = advance(stance, movement_of(skeleton, batch), DT_S)
    away = np.linalg.norm(stance.foot_m - batch.head_m[:, None, :2], axis=-1)
    assert away.max() < 0.4


def test_sitting_down_takes_a_moment_and_ends_on_the_chair(skeleton, at_ease):
    n = len(skeleton)
    stance = stand(movement_of(skeleton, at_ease(n)))
    sat = movement_of(skeleton, at_ease(n, seated=True))
    stance = advance(stance, sat, DT_S)
    assert (stance.sitting > 0).all()
    assert (stance.sitting < 0.2).all()
    for _ in range(60):
        stance = advance(stance, sat, DT_S)
    assert (stance.sitting == 1).all()


def test_a_long_pause_between_frames_is_survived(skeleton, at_ease):
    stance = stand(movement_of(skeleton, at_ease(len(skeleton))))
    movement = movement_of(skeleton, at_ease(len(skeleton)))
    for dt_s in (30.0, 0.0, -1.0):
        stance = advance(stance, movement, dt_s)
        assert all(np.isfinite(value).all() for value in vars(stance).values())


@pytest.mark.parametrize("speed", [np.nan, np.inf, 1e300])
def test_an_impossible_velocity_leaves_no_mark(skeleton, at_ease, speed):
    batch = at_ease(len(skeleton))
    stance = stand(movement_of(skeleton, batch))
    batch.velocity_m_per_s[:] = speed
    for _ in range(5):
        stance = advance(stance, movement_of(skeleton, batch), DT_S)
    assert np.isfinite(stance.foot_m).all()
