import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from world import avatar
from world.protocol.motion import resting
from world.rooms.layout import Door, Layout, Solid

TABLE = Solid(name="table", min_m=(3.0, 3.0, 0.0), max_m=(5.0, 4.0, 0.8))
LAMP = Solid(name="lamp", min_m=(1.0, 1.0, 1.95), max_m=(9.0, 7.0, 2.1))
RUG = Solid(name="rug", min_m=(0.5, 5.0, 0.0), max_m=(9.0, 7.0, 0.02))
DOOR = Door(name="door-1", position_m=(10.0, 4.0, 0.0), yaw_rad=-np.pi / 2, width_m=1, height_m=2.1)
ROOM = Layout("waiting", (10.0, 8.0, 3.0), (TABLE, LAMP, RUG), (), (DOOR,), (), ())
OPEN = avatar.ground(ROOM, frozenset())
CLOSED = avatar.ground(ROOM, frozenset({"door-1"}))
DT_S = 0.05


def _people(*positions_m):
    poses = resting(len(positions_m))
    poses.head_m[:] = positions_m
    return poses


def _standing(count):
    return np.full((count, 3), np.nan)


def _walk(start_m, goal_m, steps, place=OPEN):
    poses, credit_s = _people(start_m), np.zeros(1)
    for _ in range(steps):
        poses, credit_s = avatar.step(poses, _people(goal_m), credit_s, DT_S, place, _standing(1))
    return poses.head_m[0]


def _gap_to_table_m(position_m):
    nearest = np.clip(position_m[:2], TABLE.min_m[:2], TABLE.max_m[:2])
    return np.hypot(*(position_m[:2] - nearest))


def test_nobody_is_faster_than_a_person_hurries():
    for steps in (1, 10, 20):
        way_m = _walk((1, 1, 1.6), (9, 1, 1.6), steps)[0] - 1
        assert np.isclose(way_m, min(8, steps * DT_S * avatar.MAX_SPEED_M_PER_S), atol=1e-9)


def test_a_minute_of_hurry_is_the_published_fastest_walk():
    # Bohannon 1997, table 2: maximum speed of men in their twenties, 253.3 cm/s.
    long_hall = avatar.ground(Layout("hall", (400.0, 8.0, 3.0), (), (), (), (), ()), frozenset())
    way_m = _walk((1, 1, 1.6), (390, 1, 1.6), round(60 / DT_S), long_hall)[0] - 1
    assert np.isclose(way_m, 60 * 2.533, rtol=0.01)


def test_a_late_packet_costs_no_way_but_waiting_long_gives_no_leap():
    poses, credit_s = _people((1, 1, 1.6)), np.zeros(1)
    for _ in range(100):
        poses, credit_s = avatar.step(
            poses, _people((1, 1, 1.6)), credit_s, DT_S, OPEN, _standing(1)
        )
    poses, _ = avatar.step(poses, _people((9, 1, 1.6)), credit_s, DT_S, OPEN, _standing(1))
    leap_m = poses.head_m[0, 0] - 1
    assert np.isclose(leap_m, (avatar.CREDIT_S + DT_S) * avatar.MAX_SPEED_M_PER_S)


def test_a_body_slides_along_the_table_and_round_it():
    assert np.isclose(_walk((4, 1, 1.6), (4, 6, 1.6), 60)[1], 3 - avatar.BODY_RADIUS_M)
    assert _walk((2.8, 1, 1.6), (2.9, 6, 1.6), 60)[1] > 5.5


def test_walls_hold_and_the_closed_door_too():
    assert np.isclose(_walk((9, 1, 1.6), (30, 1, 1.6), 40)[0], 10 - avatar.BODY_RADIUS_M)
    through_closed = _walk((8, 4.2, 1.6), (10, 4.2, 1.6), 40, CLOSED)[0]
    through_open = _walk((8, 4.2, 1.6), (10, 4.2, 1.6), 40, OPEN)[0]
    assert through_closed < through_open


def test_one_walks_over_a_rug_and_under_a_lamp_that_hangs_above_the_head():
    assert np.allclose(_walk((1, 6, 1.6), (8, 6, 1.6), 80)[:2], (8, 6))


def test_somebody_whom_a_door_closes_on_is_pushed_out_and_not_stuck():
    poses = _people((10 - avatar.BODY_RADIUS_M, 4.0, 1.6))
    after, _ = avatar.step(poses, poses, np.zeros(1), DT_S, CLOSED, _standing(1))
    assert _walk(after.head_m[0], (5.5, 6.0, 1.6), 60, CLOSED)[0] < 6


def test_a_sitter_stays_over_the_seat_and_may_lean():
    seat = np.array([[2.0, 2.0, 0.0]])
    poses, _ = avatar.step(
        _people((2, 2, 1.2)), _people((5, 2, 2.4)), np.zeros(1), DT_S, OPEN, seat
    )
    assert np.allclose(poses.head_m[0], (2.45, 2, 1.6))


def test_hands_are_never_further_than_an_arm():
    wanted = _people((1, 1, 1.6))
    wanted.hand_m[0] = [(1.5, 1.5, 1.5), (0.2, 0.3, -0.4)]
    poses, _ = avatar.step(_people((1, 1, 1.6)), wanted, np.zeros(1), DT_S, OPEN, _standing(1))
    assert np.isclose(np.linalg.norm(poses.hand_m[0, 0]), avatar.ARM_REACH_M)
    assert np.allclose(poses.hand_m[0, 1], (0.2, 0.3, -0.4))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_walk_ever_ends_in_the_table_or_outside_the_room(seed):
    rng = np.random.default_rng(seed)
    poses, credit_s = _people(*[(1 + i * 0.3, 1.0, 1.6) for i in range(8)]), np.zeros(8)
    for _ in range(60):
        goals = _people(*rng.uniform((-2, -2, -1), (12, 10, 4), (8, 3)))
        poses, credit_s = avatar.step(poses, goals, credit_s, DT_S, CLOSED, _standing(8))
        assert np.isfinite(poses.head_m).all()
        assert all(_gap_to_table_m(head) >= avatar.BODY_RADIUS_M - 2e-3 for head in poses.head_m)
        assert (poses.head_m[:, :2] >= avatar.BODY_RADIUS_M - 1e-9).all()
        assert (poses.head_m[:, :2] <= np.array([10, 8]) - avatar.BODY_RADIUS_M + 1e-9).all()


def test_the_server_and_the_predicting_client_agree_to_the_bit():
    rng = np.random.default_rng(5)
    start = _people(*rng.uniform((1, 1, 1.5), (2.5, 7, 1.7), (20, 3)))
    goal = _people(*rng.uniform((0, 0, 1.5), (10, 8, 1.7), (20, 3)))
    together, _ = avatar.step(start, goal, np.zeros(20), DT_S, OPEN, _standing(20))
    for row in range(20):
        rows = np.array([row])
        alone, _ = avatar.step(
            start.take(rows), goal.take(rows), np.zeros(1), DT_S, OPEN, _standing(1)
        )
        assert np.array_equal(alone.head_m[0], together.head_m[row])


def test_a_refused_move_is_named_so_that_it_can_be_corrected():
    wanted = _people((1, 1, 1.6), (9, 1, 1.6))
    poses, _ = avatar.step(
        _people((1, 1, 1.6), (1, 1, 1.6)), wanted, np.zeros(2), DT_S, OPEN, _standing(2)
    )
    assert avatar.differs(poses, wanted, 0.01).tolist() == [1]
