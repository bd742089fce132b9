import numpy as np

from sim.rigid.peg_board import PegBoard
from sim.rigid.rewind import DEPTH_STEPS, Rewind


def _hands(number, reach_m=0.02):
    """Returns hands that plough through rings and pegs, so that every step's contacts matter."""
    phase = 0.15 * number
    return np.array(
        [
            [
                -0.03 + reach_m * np.sin(phase),
                0.02 * np.cos(phase),
                0.006,
                1.0,
                -0.8,
                0.0,
                0.1,
                0.5,
            ],
            [0.04, 0.02 * np.sin(phase), 0.02, 1.0, -1.0, 0.1, 0.0, (number % 20) / 20],
        ]
    )


def test_input_that_comes_150_ms_late_gives_the_bits_of_input_in_time():
    in_time, late = Rewind(PegBoard()), Rewind(PegBoard())
    boards = in_time._board, late._board
    for number in range(60):
        in_time.step(_hands(number))
        # What is known of the left hand is what it did nine steps before.
        known = _hands(number)
        known[0] = _hands(max(number - DEPTH_STEPS, 0))[0]
        late.step(known)
        if number >= DEPTH_STEPS - 1:
            first = number - DEPTH_STEPS + 1
            assert late.correct(first, 0, _hands(first)[0])
    assert boards[0].snapshot().tobytes() != boards[1].snapshot().tobytes()
    for number in range(60 - DEPTH_STEPS, 60):
        assert late.correct(number, 0, _hands(number)[0])
    assert boards[0].snapshot().tobytes() == boards[1].snapshot().tobytes()
    assert late.number == in_time.number == 60


def test_input_that_is_too_old_or_of_the_future_changes_nothing():
    rewind = Rewind(PegBoard())
    for number in range(20):
        rewind.step(_hands(number))
    before = rewind._board.snapshot()
    assert not rewind.correct(20 - DEPTH_STEPS - 1, 0, _hands(0)[1])
    assert not rewind.correct(20, 0, _hands(0)[1])
    assert rewind._board.snapshot().tobytes() == before.tobytes()
