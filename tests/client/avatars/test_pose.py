import numpy as np
import pytest

from client.avatars.pose import SEAT_M, movement_of, solve
from client.avatars.rotation import dot
from client.avatars.skeleton import Skeleton
from client.avatars.stance import stand


def posed(skeleton, batch, now_s=0.0):
    return solve(skeleton, batch, stand(movement_of(skeleton, batch)), now_s)


def turned(angle_rad, axis):
    half = angle_rad / 2
    return np.array([np.cos(half), *(np.sin(half) * np.asarray(axis, float))])


def test_no_pose_however_odd_breaks_a_body(people, rng, random_batch):
    skeleton = Skeleton([people[i % len(people)] for i in range(2000)])
    for _ in range(50):  # 100,000 poses
        result = posed(skeleton, random_batch(2000, rng))
        assert np.isfinite(result.palette).all()
        assert np.abs(result.palette).max() < 12


def test_every_bone_stays_rigid_and_no_limb_is_mirrored(skeleton, rng, random_batch):
    for _ in range(20):
        turns = posed(skeleton, random_batch(len(skeleton), rng)).rotations
        identity = np.matmul(turns, np.swapaxes(turns, -1, -2))
        assert np.abs(identity - np.eye(3)).max() < 1e-9
        assert np.linalg.det(turns).min() > 0.999


def test_bones_keep_their_length(skeleton, rng, random_batch):
    for _ in range(10):
        result = posed(skeleton, random_batch(len(skeleton), rng))
        for limb in (skeleton.arms, skeleton.legs):
            a, b, c = (result.joints_m[:, i] for i in (limb.root, limb.hinge, limb.end))
            assert np.abs(np.linalg.norm(b - a, axis=-1) - limb.upper_m).max() < 2e-3
            assert np.abs(np.linalg.norm(c - b, axis=-1) - limb.lower_m).max() < 2e-3


def test_a_tracked_hand_in_reach_is_where_it_is_tracked(skeleton, rng, at_ease):
    n = len(skeleton)
    for _ in range(40):
        hand_m = np.array([[-0.22, 0.32, -0.35], [0.22, 0.32, -0.35]])
        hand_m = hand_m + rng.uniform(-0.12, 0.12, (n, 2, 3))
        batch = at_ease(n, hand_m=hand_m, is_tracked=np.ones((n, 2), bool))
        result = posed(skeleton, batch)
        wrist = result.joints_m[:, skeleton.arms.end] + result.origin_m[:, None]
        fingers = np.array([0.0, 0.0, -1.0])
        scale = (skeleton.eye_m[:, 2] / 1.6)[:, None, None]
        stature = (skeleton.eye_m[:, 2] / 1.55)[:, None, None]
        eye = batch.head_m * [1, 1, 0] + [0, 0, 1.6] * (skeleton.eye_m[:, 2:] / 1.6)
        grip = wrist + fingers * 0.078 * stature
        wanted = eye[:, None] + hand_m * scale
        shoulder = result.joints_m[:, skeleton.arms.root] + result.origin_m[:, None]
        far = np.linalg.norm(wanted - fingers * 0.078 * stature - shoulder, axis=-1)
        in_reach = far < 0.99 * (skeleton.arms.upper_m + skeleton.arms.lower_m)
        assert in_reach.mean() > 0.4
        assert np.linalg.norm(grip - wanted, axis=-1)[in_reach].max() < 0.004


def test_eyes_are_where_the_head_is_scaled_to_the_body(skeleton, at_ease):
    batch = at_ease(len(skeleton))
    result = posed(skeleton, batch)
    assert np.abs(result.eye_m[:, 2] - skeleton.eye_m[:, 2]).max() < 0.02
    assert np.abs(result.eye_m[:, :2] - batch.head_m[:, :2]).max() < 0.02


def test_standing_feet_are_flat_on_the_floor(skeleton, at_ease):
    result = posed(skeleton, at_ease(len(skeleton)))
    ankles = result.joints_m[:, skeleton.legs.end, 2]
    assert np.abs(ankles - skeleton.rest_m[:, skeleton.legs.end, 2]).max() < 0.01


def test_a_crouching_body_keeps_its_feet_on_the_floor(skeleton, at_ease):
    batch = at_ease(len(skeleton))
    batch.head_m[:, 2] = 1.1
    result = posed(skeleton, batch)
    ankles = result.joints_m[:, skeleton.legs.end, 2]
    assert np.abs(ankles - skeleton.rest_m[:, skeleton.legs.end, 2]).max() < 0.02
    knees, hips = (result.joints_m[:, i] for i in (skeleton.legs.hinge, skeleton.legs.root))
    assert (knees[..., 1] > hips[..., 1]).all()


def test_who_sits_has_hips_on_the_chair_feet_on_the_floor_and_hands_on_the_lap(skeleton, at_ease):
    batch = at_ease(len(skeleton), seated=True)
    result = posed(skeleton, batch)
    joints = result.joints_m + result.origin_m[:, None]
    hips, knees, feet = (
        joints[:, i] for i in (skeleton.legs.root, skeleton.legs.hinge, skeleton.legs.end)
    )
    assert np.abs(joints[:, skeleton.pelvis, :2] - batch.seat_m[:, :2]).max() < 1e-6
    assert ((hips[..., 2] > SEAT_M) & (hips[..., 2] < SEAT_M + 0.16)).all()
    assert np.abs(feet[..., 2] - skeleton.rest_m[:, skeleton.legs.end, 2]).max() < 0.02
    assert (knees[..., 1] > hips[..., 1] + 0.30).all()
    wrists = joints[:, skeleton.arms.end]
    assert (wrists[..., 2] > knees[..., 2]).all()
    assert (wrists[..., 2] < knees[..., 2] + 0.25).all()
    assert (wrists[..., 1] > hips[..., 1]).all()


def test_seated_eyes_are_at_a_seated_height(skeleton, at_ease):
    result = posed(skeleton, at_ease(len(skeleton), seated=True))
    assert ((result.eye_m[:, 2] > 1.0) & (result.eye_m[:, 2] < 1.4)).all()


@pytest.mark.parametrize(
    "place",
    [
        (0.05, 0.40, -0.40),  # reaching ahead
        (0.22, 0.20, -0.60),  # low beside the hip
        (-0.10, 0.30, -0.35),  # across the chest
        (0.30, 0.10, 0.25),  # raised
    ],
)
def test_elbows_stay_outside_the_trunk_and_below_raised_hands(skeleton, place, at_ease):
    n = len(skeleton)
    hand_m = np.tile([[-place[0], *place[1:]], place], (n, 1, 1))
    result = posed(skeleton, at_ease(n, hand_m=hand_m, is_tracked=np.ones((n, 2), bool)))
    elbow = result.joints_m[:, skeleton.arms.hinge]
    shoulder = result.joints_m[:, skeleton.arms.root]
    assert (elbow[:, 0, 0] < -0.03).all()
    assert (elbow[:, 1, 0] > 0.03).all()
    assert (elbow[..., 2] < shoulder[..., 2] + 0.25).all()
    if place[2] < 0:
        assert (elbow[..., 2] < shoulder[..., 2]).all()


def test_arms_of_both_sides_are_mirror_images(skeleton, at_ease):
    n = len(skeleton)
    hand_m = np.tile([[-0.2, 0.35, -0.3], [0.2, 0.35, -0.3]], (n, 1, 1))
    result = posed(skeleton, at_ease(n, hand_m=hand_m, is_tracked=np.ones((n, 2), bool)))
    elbow = result.joints_m[:, skeleton.arms.hinge]
    assert np.abs(elbow[:, 0] * [-1, 1, 1] - elbow[:, 1]).max() < 0.01


def test_smooth_motion_never_flips_a_bone(skeleton, at_ease):
    n = len(skeleton)
    before = None
    phases = np.arange(n) * 0.7
    for step in range(500):
        t = step / 72 + phases
        reach = np.stack([0.25 * np.sin(1.7 * t), 0.30 + 0.15 * np.sin(2.3 * t)], 1)
        height = -0.25 + 0.45 * np.sin(1.1 * t)
        hand = np.stack([reach[:, 0] * 0.6, reach[:, 1], height], 1)
        hand_m = np.stack([hand - [0.25, 0, 0], hand * [-1, 1, 1] + [0.25, 0, 0]], 1)
        head = np.stack([turned(a, (0, 0, 1)) for a in 0.8 * np.sin(0.9 * t)])
        batch = at_ease(n, hand_m=hand_m, head=head, is_tracked=np.ones((n, 2), bool))
        batch.head_m[:, 2] += 0.08 * np.sin(1.3 * t) - 0.08
        turns = posed(skeleton, batch).rotations
        if before is not None:
            cosine = (np.einsum("nbij,nbij->nb", before, turns) - 1) / 2
            assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 25
        before = turns


def test_the_same_arguments_give_the_same_bones(skeleton, rng, random_batch):
    batch = random_batch(len(skeleton), rng)
    first, second = posed(skeleton, batch, 3.5), posed(skeleton, batch, 3.5)
    assert (first.palette == second.palette).all()


def test_a_body_is_posed_the_same_alone_and_among_others(people, skeleton, rng, random_batch):
    batch = random_batch(len(skeleton), rng)
    together = posed(skeleton, batch)
    for row in (0, 4):
        alone = type(batch)(**{name: value[[row]] for name, value in vars(batch).items()})
        one = posed(Skeleton([people[row]]), alone)
        assert np.abs(one.palette[0] - together.palette[row]).max() < 0.01  # each breathes apart


def test_the_head_turns_as_it_is_tracked(skeleton, at_ease):
    n = len(skeleton)
    rotation = turned(0.6, (0, 0, 1))
    result = posed(skeleton, at_ease(n, head=np.tile(rotation, (n, 1))))
    ahead = result.rotations[:, skeleton.head][..., 1]
    assert np.allclose(ahead, [-np.sin(0.6), np.cos(0.6), 0])
    assert np.allclose(dot(ahead, ahead), 1)
