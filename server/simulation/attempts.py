"""All attempts of one process: those that run, those that are played again, and their results.

Rules:
* An attempt on which the simulation fails ends alone, and the others go on.
* What is stored of an attempt is what its record says, read from the disk and played again.

What is full and then: above `attempts_max` that run one more is refused; above RESULTS results
that no world has asked for the oldest is forgotten, its record is kept.
"""

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog

from server import telemetry
from server.private_link.frames import Message
from server.simulation import control
from server.simulation.config import SimulationConfig
from server.simulation.governor import Governor
from server.simulation.records import read_whole
from server.simulation.running import RunningAttempt
from server.simulation.verdicts import verdict
from sim.procedures.catalog import PROCEDURES
from sim.recording import Record, RecordDamaged
from sim.replay import Replay, ReplayRefused
from world.protocol import messages as m

RESULTS = 256
NOT_BEGUN = "The simulation cannot begin this now. Wait a moment, and try again."
NOT_KEPT = "The record could not be written, so this attempt is lost. Tell the administrator."
NOT_PLAYED = (
    "The record cannot be played again, so this attempt does not count. Tell the administrator."
)
BROKEN = "The simulation failed and this attempt is lost. Begin again, and tell the administrator."

_log = structlog.get_logger(__name__)


class Attempts:
    """The owner of all attempts.

    Args:
      config: where records lie, and how many attempts may run.
      tell: sends a message to the world, or drops it.
      wake: called when there is something to do.

    Attributes:
      running: those that are stepped.
    """

    def __init__(
        self,
        config: SimulationConfig,
        tell: Callable[[Message], None],
        wake: Callable[[], None],
    ) -> None:
        self.running: dict[str, RunningAttempt] = {}
        self._config, self._tell, self._wake = config, tell, wake
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._replays: dict[str, Replay] = {}
        self._results: dict[str, control.Scored | control.Failed] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """All attempts that the world has not let go."""
        return (*self.running, *self._closing, *self._replays, *self._results)

    @property
    def are_replayed(self) -> bool:
        """Whether records wait to be played again."""
        return bool(self._replays)

    def tell_everything(self) -> None:
        """Tells a world that may know nothing how each attempt stands."""
        for attempt_id, attempt in self.running.items():
            self._tell(control.Begun(attempt_id, attempt.limit_s))
            self._tell(control.Clock(attempt_id, attempt.elapsed_s))
        for attempt_id in (*self._closing, *self._replays):
            self._tell(control.Over(attempt_id))
        for result in self._results.values():
            self._tell(result)

    # --- what the world asks

    def begin(self, begin: control.Begin) -> None:
        """Makes the scene of an attempt; tells that it stands, or why not."""
        attempt_id = begin.attempt
        if attempt_id in self.held:
            return
        if begin.procedure not in PROCEDURES or len(self.running) >= self._config.attempts_max:
            self._keep_result(control.Failed(attempt_id, NOT_BEGUN))
            return
        try:
            attempt = RunningAttempt(begin, self._config.records)
        except OSError:
            _log.error("simulation.record_not_begun", attempt=attempt_id)
            self._keep_result(control.Failed(attempt_id, NOT_KEPT))
            return
        self.running[attempt_id] = attempt
        self._wake()
        self._tell(control.Begun(attempt_id, attempt.limit_s))

    def forget(self, attempt_id: str) -> None:
        """Lets go of an attempt, whatever it has come to; its record stays as it is."""
        attempt = self.running.pop(attempt_id, None)
        if attempt is not None:
            attempt.file.close()
        self._replays.pop(attempt_id, None)
        self._results.pop(attempt_id, None)

    async def close(self) -> None:
        """Leaves everything as it is; waits for the disk where it was being waited for."""
        for attempt in self.running.values():
            attempt.file.close()
        await asyncio.gather(*self._closing.values(), return_exceptions=True)

    # --- one turn

    def step(self, governor: Governor) -> None:
        """Takes one step of every attempt that runs, and tells what is to be told of it."""
        telemetry.SIMULATION_LEVEL.set(governor.level)
        for attempt_id, attempt in list(self.running.items()):
            try:
                happened = attempt.step(governor.effort)
                frames = attempt.frames(governor.rate_divisor)
            except OSError:
                _log.error("simulation.record_not_written", attempt=attempt_id)
                self._fail(attempt, NOT_KEPT)
            except Exception as error:  # noqa: BLE001 -- see the module's docstring
                _say_failure(attempt_id, error)
                self._fail(attempt, BROKEN)
            else:
                self._tell_step(attempt, happened, frames)
                if attempt.is_over:
                    self._close(attempt)

    def _tell_step(
        self,
        attempt: RunningAttempt,
        happened: tuple[m.Happened, ...],
        frames: list[tuple[m.Tier, bytes]],
    ) -> None:
        for one in happened:
            self._tell(control.Occurred(attempt.attempt_id, one))
        for tier, data in frames:
            self._tell(control.SceneFrame(attempt.attempt_id, tier, False, data))
        whole_s = int(attempt.elapsed_s)
        if whole_s != attempt.last_clock_s:
            attempt.last_clock_s = whole_s
            self._tell(control.Clock(attempt.attempt_id, attempt.elapsed_s))

    def _fail(self, attempt: RunningAttempt, sentence: str) -> None:
        del self.running[attempt.attempt_id]
        attempt.file.close()
        self._keep_result(control.Failed(attempt.attempt_id, sentence))

    # --- after the last step

    def _close(self, attempt: RunningAttempt) -> None:
        attempt_id = attempt.attempt_id
        del self.running[attempt_id]
        self._tell(control.Over(attempt_id))
        self._closing[attempt_id] = asyncio.ensure_future(self._read_again(attempt))

    async def _read_again(self, attempt: RunningAttempt) -> None:
        """Waits for the disk, not in the way of the steps, and begins to play the record again."""
        attempt_id = attempt.attempt_id
        try:
            path: Path = await asyncio.to_thread(attempt.file.finish)
            record = await asyncio.to_thread(read_whole, path)
        except (OSError, RecordDamaged):
            _log.error("simulation.record_not_kept", attempt=attempt_id)
            self._keep_result(control.Failed(attempt_id, NOT_KEPT))
        else:
            self._begin_replay(attempt_id, record)
        finally:
            del self._closing[attempt_id]

    def _begin_replay(self, attempt_id: str, record: Record) -> None:
        try:
            self._replays[attempt_id] = Replay(record)
        except ReplayRefused:
            self._give_up(attempt_id)
        else:
            self._wake()

    def play_again(self) -> None:
        """Takes one step of one record that is played again; tells its score after the last."""
        attempt_id, replay = next(iter(self._replays.items()))
        try:
            if replay.advance():
                return
        except ReplayRefused:
            self._give_up(attempt_id)
        else:
            self._score(attempt_id, replay)
        del self._replays[attempt_id]

    def _score(self, attempt_id: str, replay: Replay) -> None:
        environment, is_confirmed = replay.environment, replay.differs_in is None
        if not is_confirmed:
            _log.error("simulation.replay_differs", attempt=attempt_id)
        procedure = environment.procedure
        found = verdict(procedure, environment.result(), is_confirmed=is_confirmed)
        self._keep_result(control.Scored(attempt_id, procedure.name, found, replay.record.seal))

    def _give_up(self, attempt_id: str) -> None:
        _log.error("simulation.replay_refused", attempt=attempt_id)
        self._keep_result(control.Failed(attempt_id, NOT_PLAYED))

    def _keep_result(self, result: control.Scored | control.Failed) -> None:
        while len(self._results) >= RESULTS:
            del self._results[next(iter(self._results))]
        self._results[result.attempt] = result
        self._tell(result)


def _say_failure(attempt_id: str, error: Exception) -> None:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).stem}:{place.lineno}"
    _log.critical("simulation.failed", attempt=attempt_id, error=type(error).__name__, at=where)
