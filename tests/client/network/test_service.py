from client.network import channel as c
from client.network.service import newest_motion


def test_of_motion_that_waited_only_the_newest_is_sent_and_never_before_what_came_first():
    frames = [c.MotionFrame(float(at), b"\0") for at in range(300)]
    sit, stand = c.TestSound(), c.Reconnect()
    came = [*frames[:200], sit, *frames[200:], stand]
    assert list(newest_motion(came)) == [frames[199], sit, frames[299], stand]
    assert list(newest_motion(frames)) == [frames[299]]
    assert list(newest_motion([])) == []
