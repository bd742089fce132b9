"""Looking back at a station: the list of attempts, and the one that is shown again.

What is shown again is shown to the whole room; who may steer it is told so by the clinic.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from client.clinic_model import ClinicModel
from client.network import channel as c
from client.training import attempts, replay
from client.training.attempts import AttemptsPanel
from client.training.frames import TICK_S
from client.ui.widgets import Intent, Panel
from world.people import Role
from world.protocol import messages as m
from world.protocol.scene_lane import Hands

SETTLED_S: Final = 1.0
"""So near to where it was put a replay is taken to have arrived there."""

Ask = Callable[[m.Request, Callable[[c.Answered], None] | None], None]


@dataclass(slots=True)
class _Put:
    """Where the person has put the replay, until it is seen to be there."""

    at_s: float


@dataclass(slots=True)
class Debriefing:
    """What one person looks back at.

    Args:
      model: what is known of the clinic.
      ask: sends a request.

    Attributes:
      view: how it stands with the replay here; None while nothing is shown again.
      is_listing: the list of attempts is open.
      is_expert_wanted: an expert's instruments are to be shown beside what is seen.
      has_expert: one is shipped for what is seen.
    """

    model: ClinicModel
    ask: Ask
    view: m.ReplayView | None = None
    is_listing: bool = False
    is_expert_wanted: bool = False
    has_expert: bool = False
    _list: AttemptsPanel = field(default_factory=lambda: AttemptsPanel(None))
    _at_s: float = 0.0
    _put: _Put | None = None

    @property
    def at_s(self) -> float:
        """Which moment of the attempt is shown."""
        return self._at_s if self._put is None else self._put.at_s

    @property
    def entries(self) -> tuple[m.AttemptEntry, ...]:
        """The attempts of the list; none while it is on its way."""
        return self._list.view.entries if self._list.view is not None else ()

    def forget(self) -> None:
        """Forgets everything: the person has come into another room."""
        self.view, self.is_listing, self._put = None, False, None
        self._list = AttemptsPanel(None)

    # --- what comes in

    def take_list(self, view: m.AttemptsView) -> None:
        """Takes a list, if it is the one that was asked for last."""
        if view.trainee == self._list.slot:
            self._list = replace(self._list, view=view)

    def take_view(self, view: m.ReplayView | None) -> bool:
        """Takes how a replay stands, None for no more; returns whether it is a new one to steer."""
        before, self.view = self.view, view
        if view is None or before is None or before.attempt_id != view.attempt_id:
            self._at_s, self._put = 0.0, None
        is_new = view is not None and (before is None or before.attempt_id != view.attempt_id)
        if is_new:
            self.is_listing = False
        return is_new and view is not None and view.may_steer

    def take_moment(self, hands: Hands) -> None:
        """Takes which step of the record a scene shows."""
        self._at_s = hands.taken * TICK_S
        if self._put is not None and abs(self._put.at_s - self._at_s) < SETTLED_S:
            self._put = None

    # --- what is shown

    def listed(self, titles: dict[str, str]) -> Panel:
        """Returns the list of attempts."""
        people = self._trainees()
        return attempts.attempts(replace(self._list, people=people, titles=titles))

    def steered(self) -> tuple[Panel, ...]:
        """Returns what is read and pressed beside a replay."""
        if self.view is None:
            return ()
        wanted, has_expert = self.is_expert_wanted, self.has_expert
        return (replay.panel(self.view, self.at_s, has_expert=has_expert, is_expert_shown=wanted),)

    # --- what the person does

    def handle(self, intent: Intent) -> bool:
        """Does what the person wants; returns whether it was of this."""
        match intent:
            case attempts.OpenAttempts(slot):
                self.is_listing = True
                self._list = AttemptsPanel(None, slot)
                self.ask(m.ReadAttempts(1, slot), self._answered)
            case attempts.MarkAttempt(attempt_id):
                self._list = replace(self._list, marked=attempt_id, problem="")
            case attempts.WatchAttempt(attempt_id):
                self.ask(m.ShowReplay(1, attempt_id, self._list.slot), self._answered)
            case attempts.CloseAttempts():
                self.is_listing = False
            case replay.ShowExpert(is_shown):
                self.is_expert_wanted = is_shown
            case replay.CloseReplay():
                self.ask(m.EndReplay(1), None)
            case _:
                return self._steer(intent)
        return True

    def watch_own(self, attempt_id: str) -> None:
        """Has one's own attempt shown again, and opens the list to say why if it is refused."""
        self._list = AttemptsPanel(None)
        self.ask(m.ShowReplay(1, attempt_id), self._answered)

    def _steer(self, intent: Intent) -> bool:
        view = self.view
        if view is None:
            return False
        match intent:
            case replay.PlayReplay(is_playing):
                self._send(is_playing, view.speed, None)
            case replay.SetReplaySpeed(speed):
                self._send(True, speed, None)
            case replay.SeekReplay(at_s):
                self._put = _Put(min(at_s, view.ready_s))
                self._send(view.is_playing, view.speed, self._put.at_s)
            case _:
                return False
        return True

    def _send(self, is_playing: bool, speed: float, at_s: float | None) -> None:  # noqa: FBT001 -- as the message has it
        self.ask(m.SteerReplay(1, is_playing, speed, at_s), None)

    def _answered(self, answer: c.Answered) -> None:
        if not answer.is_accepted:
            self.is_listing = True
            self._list = replace(self._list, problem=answer.reason)

    def _trainees(self) -> dict[int, str]:
        """Returns whose list an instructor may read: those of the trainees in the room."""
        me = self.model.me
        if me is None or me.role != Role.INSTRUCTOR.value:
            return {}
        return {
            slot: one.name
            for slot, one in self.model.others().items()
            if one.role == Role.TRAINEE.value
        }
