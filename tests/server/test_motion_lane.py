import numpy as np

from server.motion_lane import MotionLane, unmask
from server.websocket import MOTION_FRAME_HEAD, frame_head
from world import avatar
from world.protocol import motion
from world.rooms.layout import Layout

EMPTY = Layout("waiting", (20.0, 20.0, 3.0), (), (), (), (), ())
OPEN = avatar.ground(EMPTY, frozenset())


class Viewer:
    """Keeps what it is sent; skips where it is told to be slow."""

    def __init__(self):
        self.is_stale, self.is_slow, self.frames = False, False, []

    def send_motion(self, framed):
        if self.is_slow:
            self.is_stale = True
            return False
        head = 2 if framed[1] < 126 else 4
        assert framed[:head] == frame_head(len(framed) - head)
        self.frames.append(motion.decode_records(framed[head:]))
        return True


def _masked(sequence, head_m, key=b"\x12\x34\x56\x78"):
    poses = motion.resting(1)
    poses.head_m[0] = head_m
    payload = motion.encode_inputs(sequence, poses).tobytes()
    covered = bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))
    return MOTION_FRAME_HEAD + key + covered


def _lane():
    lane = MotionLane(frame_head)
    lane.set_ground("waiting", OPEN)
    lane.set_ground("consult-1", OPEN)
    return lane


def _enter(lane, room_id="waiting", slot=0, at_m=(2.0, 2.0, 1.6)):
    viewer = Viewer()
    row = lane.enter(room_id, slot, at_m, yaw_rad=0.0)
    lane.attach(row, viewer)
    return row, viewer


def test_frames_are_unmasked_as_rfc_6455_says():
    frames = [
        _masked(7, (1.0, 2.0, 1.5), key) for key in (b"abcd", b"\0\0\0\0", b"\xff\x01\x02\x03")
    ]
    payloads = unmask(b"".join(frames))
    assert len({row.tobytes() for row in payloads}) == 1
    sequences, poses = motion.decode_inputs(payloads.tobytes())
    assert sequences.tolist() == [7, 7, 7]
    assert np.allclose(poses.head_m, (1.0, 2.0, 1.5))


def test_a_body_moves_and_the_others_of_its_room_see_it_but_not_itself():
    lane = _lane()
    row, mover = _enter(lane, slot=3)
    _, other = _enter(lane, slot=9)
    lane.inbox[row] = _masked(1, (2.1, 2.0, 1.6))
    lane.tick(0.05)
    _, slots, poses = other.frames[-1]
    assert slots.tolist() == [3]
    assert np.allclose(poses.head_m, (2.1, 2.0, 1.6))
    assert mover.frames[-1][1].tolist() == [9]


def test_nothing_of_another_room_is_ever_sent():
    lane = _lane()
    _, outside = _enter(lane, slot=1)
    for slot in (5, 6):
        _enter(lane, "consult-1", slot)
    for _ in range(8):
        lane.tick(0.05)
    assert all(not len(slots) for _, slots, _ in outside.frames)


def test_a_slow_viewer_is_skipped_and_then_gets_everybody():
    lane = _lane()
    _, slow = _enter(lane, slot=0)
    for slot in range(1, 80):
        _enter(lane, slot=slot, at_m=(2.0 + slot * 0.1, 3.0, 1.6))
    lane.tick(0.05)
    slow.is_slow = True
    for _ in range(5):
        lane.tick(0.05)
    assert len(slow.frames) == 1
    slow.is_slow = False
    lane.tick(0.05)
    assert sorted(slow.frames[-1][1].tolist()) == list(range(1, 80))
    lane.tick(0.05)
    assert len(slow.frames[-1][1]) < 79


def test_the_first_frame_of_who_comes_in_holds_everybody():
    lane = _lane()
    for slot in range(60):
        _enter(lane, slot=slot, at_m=(2.0 + slot * 0.1, 3.0, 1.6))
    _, late = _enter(lane, slot=60)
    lane.tick(0.05)
    lane.tick(0.05)
    assert sorted(late.frames[0][1].tolist()) == list(range(60))
    assert len(late.frames[1][1]) < 60


def test_a_leap_is_held_back_and_corrected_with_its_sequence():
    lane = _lane()
    row, _ = _enter(lane)
    lane.inbox[row] = _masked(41, (15.0, 2.0, 1.6))
    lane.tick(0.05)
    [(corrected_row, sequence, head_m)] = lane.corrections
    assert (corrected_row, sequence) == (row, 41)
    assert 2.0 < head_m[0] < 2.2
    assert np.allclose(lane.head_m(row), head_m)


def test_who_left_is_sent_to_nobody_and_leaves_nothing_to_the_next_of_its_row():
    lane = _lane()
    row, _ = _enter(lane, slot=0)
    _, other = _enter(lane, slot=1)
    lane.seat(row, (4.0, 4.0, 0.0))
    lane.speak(row, is_speaking=True)
    lane.inbox[row] = _masked(1, (2.1, 2.0, 1.6))
    lane.leave("waiting", row)
    lane.tick(0.05)
    assert not other.frames or not len(other.frames[-1][1])
    lane.inbox[row] = _masked(2, (2.1, 2.0, 1.6))
    lane.leave("consult-1", _enter(lane, "consult-1", slot=3)[0])
    again, _ = _enter(lane, slot=2)
    assert again == row
    lane.tick(0.05)
    assert lane.head_m(again) == (2.0, 2.0, 1.6)
    _, slots, poses = other.frames[-1]
    assert (slots.tolist(), poses.flags.tolist()) == ([2], [0])


def test_the_table_grows_past_its_first_size_and_keeps_everybody():
    lane = _lane()
    rows = [_enter(lane, slot=slot, at_m=(slot * 0.05, 1.0, 1.6))[0] for slot in range(200)]
    assert len(set(rows)) == 200
    assert all(np.isclose(lane.head_m(row)[0], slot * 0.05) for slot, row in enumerate(rows))


def test_sitting_and_speaking_show_in_the_records():
    lane = _lane()
    row, _ = _enter(lane, slot=0)
    _, other = _enter(lane, slot=1)
    lane.seat(row, (4.0, 4.0, 0.0))
    lane.place(row, (4.0, 4.0, 1.2))
    lane.speak(row, is_speaking=True)
    lane.tick(0.05)
    _, _, poses = other.frames[-1]
    assert poses.flags.tolist() == [motion.SEATED | motion.SPEAKING]


def test_a_record_costs_at_most_thirty_bytes_with_everything_around_it():
    lane = _lane()
    viewers = [
        _enter(lane, slot=slot, at_m=(1 + slot % 10, 1 + slot // 10, 1.6))[1] for slot in range(100)
    ]
    lane.tick(0.05)
    for viewer in viewers:
        viewer.frames.clear()
    delivered = lane.tick(0.05)
    heads = len(viewers) * (4 + motion.FRAME_HEADER_BYTES)
    assert (delivered * motion.RECORD_BYTES + heads) / delivered <= 30
