"""One attempt that is stepped: its inputs, its record, its pictures.

Each step takes one input, the next in line: they come over networks and processes in uneven haste,
and a hand that moved evenly shall do so here. Where none has come the last one holds.

What is full and then: as many inputs wait as the steering lane says, and of more the oldest are
left; that the trainee has said that the task is finished stays, whatever comes after it.
"""

from collections import deque
from importlib.metadata import version
from pathlib import Path

from server.simulation import control
from server.simulation.records import RecordFile
from server.simulation.streams import RATES, SceneStream
from sim.environment import FIRST_POSTURE, FIRST_SCOPE, Environment
from sim.instruments.inputs import DONE, Inputs, pack, unpack
from sim.procedures.catalog import PROCEDURES
from sim.procedures.procedure import Occurrence
from sim.recording import Head, Recorder
from world.protocol import messages as m
from world.protocol.scene_lane import Hands
from world.protocol.steering import WAITING

ENGINES = ("numpy", "numba", "mujoco")
HOLDING_STILL = pack(Inputs(FIRST_POSTURE, FIRST_POSTURE, FIRST_SCOPE))


class RunningAttempt:
    """An attempt from its first scene to its last step.

    Args:
      begin: what it is begun with; the procedure is one of the table.
      folder: of the records.

    Raises:
      OSError: if its record cannot be begun.

    Attributes:
      file: where its record is written.
      last_clock_s: the time on the clock that was told last.
    """

    def __init__(self, begin: control.Begin, folder: Path) -> None:
        self.attempt_id = begin.attempt
        self.last_clock_s = -1
        self._environment = Environment(
            PROCEDURES[begin.procedure], begin.seed, is_left_handed=begin.is_left_handed
        )
        self._recorder = Recorder(
            Head(
                begin.procedure,
                begin.seed,
                begin.is_left_handed,
                self._environment.state_hash().hex(),
                engines={name: version(name) for name in ENGINES},
            )
        )
        self._inputs, self._sequence, self._is_done = HOLDING_STILL, 0, False
        self._waiting: deque[tuple[bytes, int]] = deque(maxlen=WAITING)
        self._streams: dict[m.Tier, SceneStream] = {}
        self.file = RecordFile(folder, begin.attempt)
        self.file.write(self._recorder.begin())

    @property
    def is_over(self) -> bool:
        """Whether no step changes anything any more."""
        return self._environment.is_over

    @property
    def elapsed_s(self) -> float:
        """Time on the clock."""
        return self._environment.elapsed_s

    @property
    def limit_s(self) -> float:
        """Time at which it ends by itself."""
        return self._environment.limit_s

    def steer(self, inputs: bytes, sequence: int = 0) -> None:
        """Takes what is asked of the next steps, and the sequence by which its sender knows it.

        Raises:
          RemoteProtocolError: if the bytes are no input.
        """
        self._is_done |= unpack(inputs).is_done
        self._waiting.append((inputs, sequence))

    def finish(self) -> None:
        """Lets the next step be the last."""
        self._is_done = True

    def step(self, effort: int) -> tuple[m.Happened, ...]:
        """Takes one step, records it, and returns what happened in it.

        Raises:
          OSError: if the record cannot be written.
        """
        environment, recorder = self._environment, self._recorder
        if self._waiting:
            self._inputs, self._sequence = self._waiting.popleft()
        if self._is_done:
            self._inputs = bytes((self._inputs[0] | DONE,)) + self._inputs[1:]
        happened = environment.step(self._inputs, effort)
        recorder.add(effort, self._inputs)
        if environment.is_over:
            self.file.write(recorder.end(environment.state_hash()))
        elif recorder.is_due:
            self.file.write(recorder.close_block(environment.state_hash()))
        return tuple(self._told(one) for one in happened)

    def show(self, tiers: tuple[m.Tier, ...]) -> None:
        """Sets in which tiers pictures are made."""
        kept = {tier: stream for tier, stream in self._streams.items() if tier in tiers}
        self._streams = {tier: kept.get(tier) or SceneStream(RATES[tier]) for tier in tiers}

    def frames(self, rate_divisor: int) -> list[tuple[m.Tier, bytes]]:
        """Returns the pictures that are due after this step."""
        step = self._environment.step_count
        due = [
            (tier, stream)
            for tier, stream in self._streams.items()
            if stream.is_due(step, rate_divisor)
        ]
        if not due:
            return []
        scene, hands = self._environment.scene(), self._hands()
        made = [(tier, stream.frame(step, scene, hands)) for tier, stream in due]
        return [(tier, frame) for tier, frame in made if frame is not None]

    def key(self, tier: m.Tier) -> bytes | None:
        """Returns the last picture of a tier, whole; None if there is none yet."""
        stream = self._streams.get(tier)
        return stream.key() if stream is not None else None

    def _hands(self) -> Hands:
        left, right = self._environment.hands
        left_n, right_n = self._environment.forces_n
        return Hands(self._sequence, (left.posture.jaw, right.posture.jaw), (left_n, right_n))

    def _told(self, occurrence: Occurrence) -> m.Happened:
        procedure, kind = self._environment.procedure, occurrence.kind
        rules, sentence = procedure.rules, procedure.sentences.get(kind, kind)
        penalty = rules.penalties.get(kind) if rules is not None else None
        is_error = penalty is not None or (rules is not None and kind in rules.fatal)
        unit = penalty.unit if penalty is not None else "event"
        return m.Happened(
            kind[:60], sentence[:300], self.elapsed_s, is_error, float(occurrence.amount), unit
        )
