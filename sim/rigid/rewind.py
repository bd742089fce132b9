"""Late input: the board goes back to the step it belongs to, and comes forward again.

Rules: steps have numbers from 0. Input for a step that is no longer kept changes nothing.
"""

from collections import deque

from sim.arrays import FloatArray
from sim.rigid.peg_board import PegBoard

DEPTH_STEPS = 9
"""150 ms, the oldest input that still counts."""


class Rewind:
    """A board with the last steps' inputs and what was before each of them.

    Args:
      board: stepped by nobody else from now on.

    Attributes:
      number: of the step that comes next.
    """

    def __init__(self, board: PegBoard) -> None:
        self.number = 0
        self._board = board
        self._kept: deque[tuple[FloatArray, FloatArray]] = deque(maxlen=DEPTH_STEPS)

    def step(self, hands: FloatArray) -> None:
        """Steps the board with the hands of `PegBoard.step`."""
        before = self._board.snapshot()
        self._board.step(hands)
        self._kept.append((before, hands.copy()))
        self.number += 1

    def correct(self, number: int, hand: int, values: FloatArray) -> bool:
        """Puts one hand's input of a past step right, and that of the steps after it.

        Later steps of that hand are taken to have been the same until they are corrected too.

        Args:
          number: of the step.
          hand: 0 or 1.
          values: (8,) of that hand.

        Returns:
          Whether the step was still kept.
        """
        late = self.number - number
        if not 0 < late <= len(self._kept):
            return False
        redone = [self._kept.pop() for _ in range(late)][::-1]
        self._board.restore(redone[0][0])
        self.number = number
        for _before, hands in redone:
            corrected = hands.copy()
            corrected[hand] = values
            self.step(corrected)
        return True
