"""One attempt from the first input to its score: instruments, the task, the clock, the judge.

Rules:
- A step takes the bytes of one input and 1/60 s. The same seed, inputs and efforts give the same
  states, bit for bit, wherever they are computed: nothing else goes in.
- The clock starts with the first motion of an instrument in the field, and stops when the task
  is finished, when the trainee says so, or at the limit, at which the score is 0.
- The score is computed here, from what the simulation did, and never taken from a client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from sim.arrays import STEP_S, BoolArray, FloatArray
from sim.instruments import inputs as wire
from sim.instruments.catalog import INSTRUMENTS
from sim.instruments.inputs import Inputs
from sim.instruments.scope import Camera, camera, sees
from sim.instruments.trocar import Posture, pose, step
from sim.procedures.procedure import EFFORTS, Hand, Occurrence, Procedure, Touch
from sim.scoring import rules
from sim.scoring.composite import Score, scored
from sim.scoring.motion import SHORTEST_STEPS, Motion, Samples, measured
from world.protocol.scene_lane import Body, Scene

FREE_PLAY_LIMIT_S = 3600.0
STARTS_AT_M = 0.002
"""A tip that has moved this far has begun. Own choice: a tremor is less."""
FIRST_POSTURE = Posture(insertion_m=0.08)
FIRST_SCOPE = Posture(insertion_m=0.06)


@dataclass(frozen=True, slots=True)
class Noted:
    """An occurrence, and the step in which it was."""

    step: int
    what: Occurrence


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to.

    Attributes:
      attempt: time and errors, as the rules want them.
      motion: metrics; None if it was too short to have any.
      score: part by part; None for free play, or without metrics.
      is_proficient: the criteria of time and errors are met.
    """

    attempt: rules.Attempt
    motion: Motion | None
    score: Score | None
    is_proficient: bool


class Environment:
    """An attempt in progress.

    Args:
      procedure: what is practised.
      seed: variant of its scene.
      is_left_handed: the hands' instruments are exchanged.

    Attributes:
      procedure: what is practised.
      held: names of the instruments in the left and the right hand, as they are now.
      hands: both instruments as they stand.
      step_count: steps taken.
      noted: all that happened, in order.
      is_over: no step changes anything any more.
    """

    def __init__(self, procedure: Procedure, seed: int, *, is_left_handed: bool = False) -> None:
        self.procedure = procedure
        self.step_count = 0
        self.noted: list[Noted] = []
        self.is_over = False
        names = (procedure.left, procedure.right)
        self.held = names[::-1] if is_left_handed else names
        self._trocars = (procedure.station.left, procedure.station.right)
        self._postures = [FIRST_POSTURE, FIRST_POSTURE]
        self._scope, self._head_roll_rad = FIRST_SCOPE, 0.0
        self._attempt = procedure.begin(seed, is_left_handed)
        self.hands = self._hands()
        self._first_m = np.array([hand.pose.tip_m for hand in self.hands])
        self._started_at: int | None = None
        self._samples = _Samples()

    @property
    def view(self) -> Camera:
        """Where the scope's camera is."""
        station = self.procedure.station
        return camera(station.scope, station.camera, self._scope, self._head_roll_rad)

    @property
    def elapsed_s(self) -> float:
        """Time on the clock; 0 before it started."""
        started = self.step_count if self._started_at is None else self._started_at
        return (self.step_count - started) * STEP_S

    @property
    def limit_s(self) -> float:
        """Time at which the attempt ends by itself."""
        own = self.procedure.rules
        return FREE_PLAY_LIMIT_S if own is None else own.limit_s.value

    @property
    def forces_n(self) -> tuple[float, float]:
        """Between each instrument and what it touches; none before the first step."""
        if not self.step_count:
            return 0.0, 0.0
        left_n, right_n = self._attempt.touch().force_n
        return float(left_n), float(right_n)

    def step(self, data: bytes, effort: int = 0) -> tuple[Occurrence, ...]:
        """Takes one step and returns what happened in it; nothing once the attempt is over.

        Args:
          data: one input, see sim/instruments/inputs.py.
          effort: how little the solver may do, 0 to EFFORTS - 1.

        Raises:
          RemoteProtocolError: if the bytes are no input; nothing has changed then.
          ValueError: if there is no such effort.
        """
        if not 0 <= effort < EFFORTS:
            raise ValueError(f"Effort is within 0 to {EFFORTS - 1}, and not {effort}.")
        asked = wire.unpack(data)
        if self.is_over:
            return ()
        self._move(asked)
        happened = self._attempt.advance(self.hands, effort)
        self.step_count += 1
        self._sample()
        self._exchange(happened)
        return self._note(happened) + self._watch_clock(asked)

    def state_hash(self) -> bytes:
        """Returns the hash of all that the next step depends on, 32 bytes."""
        own = repr((self._postures, self._scope, self._head_roll_rad, self._started_at))
        own += repr((self.step_count, self.is_over, len(self.noted)))
        return sha256(own.encode() + self._attempt.state()).digest()

    def scene(self) -> Scene:
        """Returns what a viewer sees: the task's scene, both instruments and the camera."""
        inner = self._attempt.scene()
        stands_m = np.array([hand.pose.tip_m for hand in self.hands])
        tips_m = self._attempt.touch().tip_m if self.step_count else stands_m
        tools = tuple(
            Body(f"{side}_{name}", tip_m, hand.pose.rotation)
            for side, name, hand, tip_m in zip(
                ("left", "right"), self.held, self.hands, tips_m, strict=True
            )
        )
        view = self.view
        lens = Body("camera", view.position_m, view.rotation)
        return Scene((*tools, lens, *inner.bodies), inner.surfaces, inner.strands)

    def result(self) -> Result:
        """Returns what the attempt has come to so far, or came to."""
        attempt = rules.Attempt(self.elapsed_s, self._errors(), self._fatal())
        own = self.procedure.rules
        samples = self._samples.arrays()
        motion = measured(samples) if len(samples.tip_m) >= SHORTEST_STEPS else None
        if own is None or motion is None:
            return Result(attempt, motion, None, is_proficient=False)
        is_proficient = self._attempt.is_finished and rules.is_proficient(own, attempt)
        score = scored(own, attempt, motion, self.procedure.expected)
        return Result(attempt, motion, score, is_proficient)

    def _move(self, asked: Inputs) -> None:
        wanted = (asked.left, asked.right)
        self._postures = [
            step(now, then, STEP_S) for now, then in zip(self._postures, wanted, strict=True)
        ]
        self._scope = step(self._scope, asked.scope, STEP_S)
        self._head_roll_rad = asked.head_roll_rad
        self.hands = self._hands()

    def _exchange(self, happened: tuple[Occurrence, ...]) -> None:
        for what in happened:
            for_what = self.procedure.exchanges.get(what.kind, {})
            left, right = (for_what.get(name, name) for name in self.held)
            self.held = (left, right)

    def _hands(self) -> tuple[Hand, Hand]:
        left, right = (
            Hand(INSTRUMENTS[name], trocar, posture, pose(trocar, posture))
            for name, trocar, posture in zip(self.held, self._trocars, self._postures, strict=True)
        )
        return left, right

    def _sample(self) -> None:
        tips_m = np.array([hand.pose.tip_m for hand in self.hands])
        if self._started_at is None:
            if np.abs(tips_m - self._first_m).max() < STARTS_AT_M:
                return
            self._started_at = self.step_count
        scope = self.procedure.station.scope
        self._samples.add(tips_m, sees(scope, self.view, tips_m), self._attempt.touch())

    def _note(self, happened: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
        self.noted += (Noted(self.step_count, what) for what in happened)
        return happened

    def _watch_clock(self, asked: Inputs) -> tuple[Occurrence, ...]:
        if not (self._attempt.is_finished or asked.is_done or self.elapsed_s >= self.limit_s):
            return ()
        self.is_over = True
        return self._note(self._attempt.finish())

    def _errors(self) -> Mapping[str, float]:
        own = self.procedure.rules
        errors: dict[str, float] = {}
        for noted in self.noted:
            kind = noted.what.kind
            if own is not None and kind in own.penalties:
                errors[kind] = errors.get(kind, 0.0) + noted.what.amount
        return errors

    def _fatal(self) -> frozenset[str]:
        own = self.procedure.rules
        fatal = frozenset() if own is None else own.fatal
        return fatal & {noted.what.kind for noted in self.noted}


class _Samples:
    """What the metrics are computed from, step by step."""

    def __init__(self) -> None:
        self._tips: list[FloatArray] = []
        self._seen: list[BoolArray] = []
        self._colliding: list[BoolArray] = []
        self._forces: list[FloatArray] = []
        self._damage: list[float] = []

    def add(self, tips_m: FloatArray, is_seen: BoolArray, touch: Touch) -> None:
        """Notes one step; see `Samples` for the shapes."""
        self._tips.append(tips_m)
        self._seen.append(is_seen)
        self._colliding.append(touch.is_colliding)
        self._forces.append(touch.force_n)
        self._damage.append(touch.damage_m3)

    def arrays(self) -> Samples:
        """Returns all steps so far."""
        return Samples(
            np.array(self._tips).reshape(-1, 2, 3),
            np.array(self._seen).reshape(-1, 2),
            np.array(self._colliding).reshape(-1, 2),
            np.array(self._forces).reshape(-1, 2),
            np.array(self._damage),
        )
