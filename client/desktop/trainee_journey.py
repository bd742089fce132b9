"""A trainee's visit: goes to the training room, practises a task, reads the score, and leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from client.desktop import places
from client.desktop.journey import SETTLE_S, Act, Journey, JourneyFailed
from client.desktop.station import Player
from client.panels import intents
from client.training import attempts, replay, results, tasks
from client.training.panels import LeaveStation
from client.training.place import screen_of
from world.geometry import Vector
from world.protocol import messages as m

TRAINING: Final = "training"
MIDWAY: Final = 0.35
"""The share of the proficient time after which a picture is taken: hands are full then."""
FIRST_S: Final = 0.5
LOOKED_S: Final = 2.0


@dataclass(slots=True)
class TraineeJourney(Journey):
    """One visit to the training room.

    Args:
      player: makes what moves the hands at a task, by the task's name and the hand that begins;
        None holds still.
      procedures: the tasks to be practised; none for the first that the clinic offers.
    """

    player: Callable[[str, bool], Player | None] | None = None
    procedures: tuple[str, ...] = ()

    def acts(self) -> Mapping[str, Callable[[], Act]]:
        """Returns everything that belongs to practising."""
        return {
            "come in": self._come_in,
            "go to the training room": self._go_to_room,
            "practise": self._practise_all,
            "leave": self._go_away,
        }

    def _go_to_room(self) -> Act:
        model, station = self.app.program.model, self.app.program.inside.station

        def is_there() -> object:
            return model.room is not None and model.room.room_type == TRAINING

        if is_there():
            self._tell(f"Your place was kept: you are in {self._here()} again.")
        else:
            doors = model.doors.values()
            door = next((one.door for one in doors if one.leads_to.startswith(TRAINING)), "")
            if not door:
                raise JourneyFailed("this clinic has no training room")
            yield from self._insist(lambda: intents.GoTo(f"door:{door}"), is_there)
            self._tell(f"You walk into {self._here()}.")
        yield lambda: station.view is not None
        yield from self._aim(self._station_m())
        yield from self._pause(SETTLE_S)
        self._picture("training-room")
        yield lambda: bool(station.offered)
        names = ", ".join(one.title for one in station.offered)
        self._tell(f"What can be practised: {names}.")

    def _station_m(self) -> Vector:
        """Returns where the station's screen hangs."""
        layout = self.app.program.bodies.layout
        screen = screen_of(layout) if layout is not None else None
        if screen is None:
            raise JourneyFailed("this room has no station")
        return screen.position_m

    def _practise_all(self) -> Act:
        offered = {one.name: one for one in self.app.program.inside.station.offered}
        for name in self.procedures or tuple(offered)[:1]:
            if name not in offered:
                raise JourneyFailed(f"the clinic does not offer {name}")
            yield from self._practise(offered[name])

    def _practise(self, task: m.Procedure) -> Act:
        program, station = self.app.program, self.app.program.inside.station
        program.do(intents.GoTo(places.STATION))
        yield lambda: any(panel.key == "training-tasks" for panel in station.panels())
        program.do(tasks.ChooseTask(task.name))
        yield from self._pause(SETTLE_S)
        self._picture(f"{task.name}-choose")
        station.player = self.player(task.name, False) if self.player is not None else None
        program.do(tasks.BeginTask())
        yield lambda: station.is_steering and station.controls is not None
        yield from self._pause(FIRST_S)
        self._tell(f"You begin: {task.title}.")
        self._picture(f"{task.name}-start")
        midway_s = MIDWAY * (task.proficient_s or task.limit_s)
        yield lambda: self._elapsed_s() > midway_s or station.over is not None
        self._picture(f"{task.name}-midway")
        self._tell(f"After {self._elapsed_s():.0f} s the clock goes on, and you too.")
        yield lambda: not station.is_running or station.over is not None
        self._picture(f"{task.name}-end")
        yield lambda: station.over is not None
        station.player = None
        self._read_score(task)
        yield from self._pause(SETTLE_S)
        self._picture(f"{task.name}-score")
        yield from self._look_back(task)
        program.do(LeaveStation())
        yield from self._pause(SETTLE_S)
        self._picture(f"{task.name}-room")

    def _look_back(self, task: m.Procedure) -> Act:
        """Has the attempt shown again, goes to its middle, and reads the list of attempts."""
        program, station = self.app.program, self.app.program.inside.station
        over, debriefing = station.over, station.debriefing
        attempt_id = over.attempt_id if over is not None else ""
        program.do(attempts.WatchAttempt(attempt_id))
        yield lambda: debriefing.view is not None and debriefing.at_s > LOOKED_S
        duration_s = debriefing.view.duration_s if debriefing.view is not None else 0.0
        yield lambda: debriefing.view is not None and debriefing.view.ready_s > duration_s / 2
        program.do(replay.ShowExpert(is_shown=True))
        program.do(replay.SeekReplay(duration_s / 2))
        program.do(replay.PlayReplay(is_playing=False))
        yield lambda: debriefing.view is not None and not debriefing.view.is_playing
        yield from self._pause(2 * SETTLE_S)
        self._picture(f"{task.name}-replay")
        self._tell(f"You see the attempt again, at {debriefing.at_s:.0f} s.")
        program.do(replay.ShowExpert(is_shown=False))
        program.do(replay.CloseReplay())
        yield lambda: not station.is_replaying
        program.do(attempts.OpenAttempts())
        yield lambda: station.debriefing.entries
        yield from self._pause(SETTLE_S)
        self._picture(f"{task.name}-attempts")
        newest = station.debriefing.entries[0]
        if newest.attempt_id != attempt_id:
            raise JourneyFailed("the attempt is not in the list of one's own")
        self._tell(f"Your list of attempts says: {attempts.worth(newest)}.")
        program.do(attempts.CloseAttempts())

    def _read_score(self, task: m.Procedure) -> None:
        over = self.app.program.inside.station.over
        verdict = over.verdict if over is not None else None
        if over is None or verdict is None:
            raise JourneyFailed("the attempt was lost" if over is None else over.sentence)
        if not verdict.is_confirmed:
            raise JourneyFailed(over.sentence)
        view = results.debrief_of(over, task)
        parts = ", ".join(f"{part.name} {100 * part.share:.0f}" for part in view.parts)
        errors = ", ".join(f"{one.name} {one.amount:g}" for one in view.errors) or "none"
        total = 100 * (view.composite or 0.0)
        self._tell(f"The score after {verdict.time_s:.0f} s is {total:.0f} of 100: {parts}.")
        self._tell(f"Errors: {errors}. {view.outcome}")
        if not total > 0:
            raise JourneyFailed("nothing was achieved in this attempt")

    def _elapsed_s(self) -> float:
        view = self.app.program.inside.station.view
        return view.elapsed_s if view is not None else 0.0
