from client.network import channel as c
from client.network.service import newest_frames
from world.protocol.steering import WAITING


def test_of_motion_that_waited_only_the_newest_is_sent_and_never_before_what_came_first():
    frames = [c.MotionFrame(float(at), b"\0") for at in range(300)]
    sit, stand = c.TestSound(), c.Reconnect()
    came = [*frames[:200], sit, *frames[200:], stand]
    assert list(newest_frames(came)) == [frames[199], sit, frames[299], stand]
    assert list(newest_frames(frames)) == [frames[299]]
    assert list(newest_frames([])) == []


def test_the_newest_of_one_lane_takes_nothing_from_another():
    moved = [c.MotionFrame(float(at), b"\0") for at in range(3)]
    steered = [c.SteeringFrame(float(at), b"\2") for at in range(3)]
    mixed = [one for pair in zip(moved, steered, strict=True) for one in pair]
    assert list(newest_frames(mixed)) == [moved[2], *steered]


def test_of_steering_that_waited_the_last_few_are_sent_in_their_order():
    steered = [c.SteeringFrame(float(at), b"\2") for at in range(9)]
    assert list(newest_frames(steered)) == steered[-WAITING:]
