"""The task's rules, told what the board shows; the real board is in the tests of the bots."""

import numpy as np
import pytest

from sim.procedures.peg_transfer import PegTransfer
from sim.rigid.model import PEGS_M, RING_TUBE_M, RINGS

LEFT, RIGHT = 0, 1
OUTSIDE_M = (0.0, -0.2, 0.0)
AIR_M = (0.0, 0.0, 0.05)


class Table:
    """A task whose board shows what a test says; rings begin where they belong."""

    def __init__(self, *, is_left_handed=False):
        self.task = PegTransfer(is_left_handed)
        start = self.task._seen
        self.seen = {name: getattr(start, name).copy() for name in start._fields}
        self.kinds = []

    def look(self):
        task = self.task
        task._seen = type(task._seen)(**{name: v.copy() for name, v in self.seen.items()})
        happened = [*task._watch_touches()]
        for number in range(RINGS):
            happened += task._watch(number)
        happened += task._watch_halves()
        self.kinds += [one.kind for one in happened]
        return [one.kind for one in happened]

    def hold(self, ring, *hands):
        for hand in (LEFT, RIGHT):
            self.seen["is_held"][hand, ring] = hand in hands
            self.seen["grip_n"][hand, ring] = 2.0 if hand in hands else 0.0
        return self.look()

    def lift(self, ring, *hands, to_m=AIR_M):
        self.seen["ring_m"][ring] = to_m
        self.seen["peg_of"][ring] = -1
        self.seen["is_on_board"][ring] = False
        self.seen["is_in_field"][ring] = abs(to_m[1]) < 0.055
        return self.hold(ring, *hands)

    def put(self, ring, peg):
        self.seen["ring_m"][ring] = (*PEGS_M[peg], RING_TUBE_M)
        self.seen["peg_of"][ring] = peg
        self.seen["is_on_board"][ring] = True
        return self.hold(ring)

    def transfer(self, ring, peg, giver, taker):
        self.hold(ring, giver)
        self.lift(ring, giver)
        self.lift(ring, giver, taker)
        return self.lift(ring, taker) + self.put(ring, peg)


@pytest.fixture
def table():
    return Table()


def test_six_rings_over_and_back_finish_the_task_without_an_error(table):
    for ring in range(RINGS):
        assert table.transfer(ring, 6 + ring, LEFT, RIGHT)[:2] == ["handed over", "placed"]
    assert table.kinds[-1] == "all over"
    assert not table.task.is_finished
    for ring in range(RINGS):
        assert table.transfer(ring, ring, RIGHT, LEFT) == ["handed over", "placed"]
    assert table.task.is_finished
    assert table.task.finish() == ()
    assert table.look() == []


def test_left_handed_trainees_begin_on_the_right():
    table = Table(is_left_handed=True)
    assert table.seen["peg_of"].tolist() == [6, 7, 8, 9, 10, 11]
    assert table.transfer(0, 0, RIGHT, LEFT) == ["handed over", "placed"]


def test_a_ring_that_one_hand_brings_to_the_far_side_does_not_count(table):
    table.hold(0, LEFT)
    table.lift(0, LEFT)
    assert table.put(0, 6) == ["not handed over"]
    assert table.look() == []
    assert [one.kind for one in table.task.finish()] == ["not transferred"] * RINGS


def test_a_ring_passed_while_it_touches_the_board_or_a_peg_was_not_handed_over_in_mid_air(table):
    table.hold(0, LEFT)
    table.hold(0, LEFT, RIGHT)
    assert table.hold(0, RIGHT) == []
    table.lift(0, RIGHT)
    assert table.put(0, 6) == ["not handed over"]


def test_a_ring_that_goes_from_hand_to_board_to_hand_was_not_handed_over(table):
    table.lift(0, LEFT)
    assert table.lift(0) == ["dropped in the field"]
    table.lift(0, RIGHT)
    assert table.put(0, 6) == ["not handed over"]


def test_what_the_taker_drops_it_may_pick_up_and_the_giver_may_not(table):
    table.lift(0, LEFT)
    table.lift(0, LEFT, RIGHT)
    assert table.lift(0, RIGHT) == ["handed over"]
    assert table.lift(0) == ["dropped in the field"]
    table.lift(0, RIGHT)
    assert table.put(0, 6) == ["placed"]
    table.lift(1, LEFT)
    table.lift(1, LEFT, RIGHT)
    table.lift(1, RIGHT)
    table.lift(1)
    table.lift(1, LEFT)
    assert table.put(1, 7) == ["not handed over"]


def test_a_ring_given_back_in_mid_air_must_be_handed_over_again(table):
    table.lift(0, LEFT)
    table.lift(0, LEFT, RIGHT)
    table.lift(0, RIGHT)
    table.lift(0, LEFT, RIGHT)
    assert table.lift(0, LEFT) == []
    assert table.put(0, 6) == ["not handed over"]


def test_a_ring_is_held_until_neither_jaw_touches_it(table):
    table.lift(0, LEFT)
    table.seen["is_held"][LEFT, 0] = False
    assert table.look() == []
    table.seen["grip_n"][LEFT, 0] = 0.0
    assert table.look() == ["dropped in the field"]


def test_a_ring_touched_by_one_jaw_only_is_not_held(table):
    table.seen["grip_n"][LEFT, 0] = 1.0
    table.look()
    assert table.lift(0) == []


def test_a_ring_that_rocks_on_its_peg_is_placed_once(table):
    table.transfer(0, 6, LEFT, RIGHT)
    for touches in (False, True, False, True):
        table.seen["is_on_board"][0] = touches
        assert table.look() == []


def test_a_ring_taken_off_its_far_peg_is_not_there_any_more(table):
    table.transfer(0, 6, LEFT, RIGHT)
    table.lift(0, RIGHT)
    assert len(table.task.finish()) == RINGS
    assert table.put(0, 7) == ["placed"]


def test_rings_outside_are_lost_once_and_the_task_goes_on_with_the_others(table):
    table.lift(5, LEFT)
    assert table.lift(5, LEFT, to_m=OUTSIDE_M) == []
    assert table.lift(5, to_m=OUTSIDE_M) == ["dropped outside the field"]
    assert table.look() == []
    for ring in range(5):
        table.transfer(ring, 6 + ring, LEFT, RIGHT)
    assert table.kinds[-1] == "all over"
    for ring in range(5):
        table.transfer(ring, ring, RIGHT, LEFT)
    assert table.task.is_finished


def test_a_ring_swept_off_the_field_without_being_held_is_lost_too(table):
    assert table.lift(3, to_m=OUTSIDE_M) == ["dropped outside the field"]


def test_all_rings_lost_is_the_end(table):
    for ring in range(RINGS):
        table.lift(ring, to_m=OUTSIDE_M)
    assert table.task.is_finished
    assert table.task.finish() == ()


def test_rings_that_are_over_but_not_back_were_not_transferred(table):
    for ring in range(RINGS):
        table.transfer(ring, 6 + ring, LEFT, RIGHT)
    table.transfer(0, 0, RIGHT, LEFT)
    assert [one.kind for one in table.task.finish()] == ["not transferred"] * 5


def test_each_touch_of_the_board_counts_when_it_begins(table):
    for touching, told in (
        ((True, False), ["board touched"]),
        ((True, True), ["board touched"]),
        ((True, True), []),
        ((False, False), []),
        ((True, True), ["board touched"] * 2),
    ):
        table.seen["is_touching"][:] = touching
        assert table.look() == told


def test_the_state_tells_what_is_known_of_each_ring_apart(table):
    states = {table.task.state()}
    for step in (lambda: table.lift(0, LEFT), lambda: table.lift(0, LEFT, RIGHT)):
        step()
        states.add(table.task.state())
    table.lift(0, RIGHT)
    states.add(table.task.state())
    assert len(states) == 4
    assert np.isfinite(np.frombuffer(table.task._board.snapshot())).all()
