"""Peg transfer: six rings go over to the other side's pegs and back, from hand to hand in mid-air.

Rules (source of each number: sim/scoring/rules.py):
- The first hand takes a ring from its peg, the other takes it over while it touches nothing else,
  and puts it on a peg of the far side. When all are over, all come back the same way.
- The hand on whose side the rings begin is the one that does not write (S3): rings begin on the
  left, and on the right for the left-handed.
- A ring that falls within the field may be picked up again. One that falls outside is lost, and
  is the task's error.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from sim.arrays import FloatArray
from sim.instruments.station import BOX
from sim.procedures.procedure import Hand, Occurrence, Procedure, Touch
from sim.rigid.model import HANDS, PEGS_M, RINGS
from sim.rigid.peg_board import Observation, PegBoard
from sim.scoring.composite import Expectation
from sim.scoring.rules import TASKS
from world.geometry import Vector
from world.protocol.scene_lane import Body, Scene

_SIDE_PEGS = len(PEGS_M) // 2
SENTENCES = MappingProxyType(
    {
        "handed over": "A ring changed hands in mid-air.",
        "placed": "A ring stands on a peg of the other side.",
        "all over": "All rings are over. Now bring them back, from hand to hand.",
        "not handed over": "That ring was not handed over in mid-air: take it back and try again.",
        "dropped in the field": "A ring fell. Pick it up with the hand that dropped it.",
        "dropped outside the field": "A ring fell outside the field and is lost.",
        "not transferred": "A ring was not over and back again at the end.",
        "board touched": "An instrument touched the board. Look at the depth of your tip.",
    }
)


@dataclass(slots=True)
class _Ring:
    """What is known of one ring.

    Attributes:
      was_held: which hands held it in the last step.
      taker: the hand that took it up; None while nobody holds it.
      is_meeting: the other hand has hold of it too, in mid-air.
      is_passed: it was handed over in mid-air in this half of the task, to the hand that brings it
        to its peg; what that hand drops it may pick up, and the other hand may not.
      is_home: it stands where this half of the task wants it.
      is_lost: it fell outside the field.
      is_told: its being on the far side without a handover was told.
    """

    was_held: frozenset[int] = frozenset()
    taker: int | None = None
    is_meeting: bool = False
    is_passed: bool = False
    is_home: bool = False
    is_lost: bool = False
    is_told: bool = False


@dataclass(slots=True)
class PegTransfer:
    """One attempt.

    Attributes:
      is_finished: all rings that are not lost are back.
    """

    is_left_handed: bool
    is_finished: bool = False
    _board: PegBoard = field(init=False)
    _seen: Observation = field(init=False)
    _rings: list[_Ring] = field(default_factory=lambda: [_Ring() for _ in range(RINGS)])
    _is_back: bool = False
    _was_touching: tuple[bool, bool] = (False, False)
    _hands: FloatArray = field(default_factory=lambda: np.zeros((HANDS, 8)))

    def __post_init__(self) -> None:
        self._board = PegBoard(_SIDE_PEGS if self.is_left_handed else 0)
        self._seen = self._board.observe()

    def advance(self, hands: tuple[Hand, Hand], _effort: int) -> tuple[Occurrence, ...]:
        """See `Attempt`; rigid bodies are cheap, so that effort changes nothing."""
        for row, hand in zip(self._hands, hands, strict=True):
            row[:3], row[3:7], row[7] = hand.pose.tip_m, hand.pose.rotation, hand.posture.jaw
        self._board.step(self._hands)
        self._seen = self._board.observe()
        happened = [*self._watch_touches()]
        for number in range(RINGS):
            happened += self._watch(number)
        happened += self._watch_halves()
        return tuple(happened)

    def finish(self) -> tuple[Occurrence, ...]:
        """See `Attempt`; a ring that is not back and not lost is one that was not transferred."""
        if self.is_finished:
            return ()
        return tuple(
            Occurrence("not transferred", _place(self._seen.ring_m[number]))
            for number, ring in enumerate(self._rings)
            if not ring.is_lost and not (self._is_back and ring.is_home)
        )

    def touch(self) -> Touch:
        """See `Attempt`."""
        seen = self._seen
        return Touch(seen.tool_m, seen.grip_n.max(axis=1), seen.is_touching)

    def scene(self) -> Scene:
        """See `Attempt`."""
        seen = self._seen
        return Scene(
            bodies=(
                Body("peg_board", np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0])),
                *(
                    Body(f"ring_{number}", seen.ring_m[number], seen.ring_rotation[number])
                    for number in range(RINGS)
                ),
            )
        )

    def state(self) -> bytes:
        """See `Attempt`."""
        flags = [
            (
                sorted(ring.was_held),
                ring.taker,
                (ring.is_meeting, ring.is_passed, ring.is_home, ring.is_lost, ring.is_told),
            )
            for ring in self._rings
        ]
        told = repr((flags, self._is_back, self.is_finished, self._was_touching))
        return self._board.snapshot().tobytes() + told.encode()

    # --- what happened

    def _watch_touches(self) -> list[Occurrence]:
        now = (bool(self._seen.is_touching[0]), bool(self._seen.is_touching[1]))
        began = [hand for hand in range(HANDS) if now[hand] and not self._was_touching[hand]]
        self._was_touching = now
        return [Occurrence("board touched", _place(self._seen.tool_m[hand])) for hand in began]

    def _watch(self, number: int) -> list[Occurrence]:
        ring, seen = self._rings[number], self._seen
        if ring.is_lost:
            return []
        place_m = _place(seen.ring_m[number])
        held = self._held_by(number)
        was_held, ring.was_held = ring.was_held, held
        happened: list[Occurrence] = []
        if not seen.is_in_field[number] and not held:
            ring.is_lost = True
            return [Occurrence("dropped outside the field", place_m)]
        happened += self._watch_hands(number, held, place_m)
        if was_held and not held and seen.peg_of[number] < 0:
            happened.append(Occurrence("dropped in the field", place_m))
        return happened + self._watch_place(number, place_m, is_held=bool(held))

    def _held_by(self, number: int) -> frozenset[int]:
        """Returns which hands hold a ring: from when both jaws touch it to when none does."""
        seen, before = self._seen, self._rings[number].was_held
        return frozenset(
            hand
            for hand in range(HANDS)
            if seen.is_held[hand, number] or (hand in before and seen.grip_n[hand, number] > 0)
        )

    def _watch_hands(self, number: int, held: frozenset[int], place_m: Vector) -> list[Occurrence]:
        ring, seen = self._rings[number], self._seen
        if not held:
            ring.taker, ring.is_meeting = None, False
        elif ring.taker is None:
            ring.taker = min(held)
            ring.is_passed = ring.is_passed and ring.taker == self._bringer
        elif len(held) == HANDS:
            is_in_air = not seen.is_on_board[number] and bool(seen.peg_of[number] < 0)
            ring.is_meeting = ring.is_meeting or is_in_air
        elif ring.taker not in held:
            ring.taker, is_met = min(held), ring.is_meeting
            ring.is_meeting = False
            ring.is_passed = is_met and ring.taker == self._bringer
            return [Occurrence("handed over", place_m)] if ring.is_passed else []
        else:
            ring.is_meeting = False
        return []

    def _watch_place(self, number: int, place_m: Vector, *, is_held: bool) -> list[Occurrence]:
        ring = self._rings[number]
        if is_held or not self._is_far(int(self._seen.peg_of[number])):
            ring.is_home = ring.is_told = False
            return []
        has_landed = bool(self._seen.is_on_board[number])
        if not has_landed or ring.is_home or ring.is_told:
            return []
        if not ring.is_passed:
            ring.is_told = True
            return [Occurrence("not handed over", place_m)]
        ring.is_home = True
        return [Occurrence("placed", place_m)]

    @property
    def _bringer(self) -> int:
        """The hand that this half of the task hands rings over to; pegs of its side are far."""
        return int(self.is_left_handed == self._is_back)

    def _is_far(self, peg: int) -> bool:
        """Whether a peg is one of those that this half of the task is about."""
        return peg >= 0 and peg // _SIDE_PEGS == self._bringer

    def _watch_halves(self) -> list[Occurrence]:
        left = [ring for ring in self._rings if not ring.is_lost]
        if self.is_finished or not all(ring.is_home for ring in left):
            return []
        if self._is_back or not left:
            self.is_finished = True
            return []
        self._is_back = True
        for ring in left:
            ring.is_home = ring.is_passed = False
        return [Occurrence("all over", (0.0, 0.0, 0.0))]


def _place(point_m: FloatArray) -> Vector:
    return float(point_m[0]), float(point_m[1]), float(point_m[2])


PEG_TRANSFER = Procedure(
    name="peg_transfer",
    brief=(
        "Take each ring from its peg with one hand, hand it over in mid-air, and put it on a peg "
        "of the other side with the other hand. When all six are over, bring them back."
    ),
    station=BOX,
    left="grasper",
    right="grasper",
    rules=TASKS["peg_transfer"],
    expected=Expectation(path_m=(4.0, 9.0)),
    sentences=SENTENCES,
    begin=lambda _seed, is_left_handed: PegTransfer(is_left_handed),
)
