"""What is read and pressed while an attempt is shown again: its time line, and how it goes on."""

from dataclasses import dataclass
from typing import Final

from client.training.panels import clock
from client.ui.vocabulary import Align, Anchor, Emphasis, Opening
from client.ui.widgets import Button, Intent, Panel, Progress, Slider, Widget, row
from world.protocol import messages as m

WIDTH_DP: Final = 720
SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
SHOWN_FOR_S: Final = 4.0
"""How long what happened is read, in the time of the attempt."""
BEFORE_S: Final = 2.0
"""A jump to an error shows how it came about."""


@dataclass(frozen=True, slots=True)
class PlayReplay(Intent):
    """Lets the replay go on, or rest."""

    is_playing: bool


@dataclass(frozen=True, slots=True)
class SeekReplay(Intent):
    """Puts the replay to a moment of the attempt."""

    at_s: float


@dataclass(frozen=True, slots=True)
class SetReplaySpeed(Intent):
    """Lets the replay go on so fast."""

    speed: float


@dataclass(frozen=True, slots=True)
class ShowExpert(Intent):
    """Shows an expert's instruments beside one's own, or no more."""

    is_shown: bool


@dataclass(frozen=True, slots=True)
class CloseReplay(Intent):
    """Ends the replay, for everybody in the room."""


def panel(view: m.ReplayView, at_s: float, *, has_expert: bool, is_expert_shown: bool) -> Panel:
    """Returns the time line at a moment, with what one may press.

    Args:
      view: as the clinic told it.
      at_s: which moment of the attempt is shown.
      has_expert: an expert's instruments can be shown beside those of the attempt.
      is_expert_shown: they are.
    """
    buttons = _buttons(view, at_s, has_expert=has_expert, is_expert_shown=is_expert_shown)
    return Panel(
        "Replay",
        key="training-replay",
        anchor=Anchor.BOTTOM,
        width_dp=WIDTH_DP,
        padding_dp=10,
        gap_dp=6,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=(_time_line(view, at_s), buttons) if view.may_steer else (_looked_on(view, at_s),),
    )


def happened(view: m.ReplayView, at_s: float) -> m.ReplayMark | None:
    """Returns what happened just before a moment; None if nothing did."""
    past = [mark for mark in view.marks if 0 <= at_s - mark.at_s < SHOWN_FOR_S]
    return past[-1] if past else None


def errors(view: m.ReplayView) -> tuple[m.ReplayMark, ...]:
    """Returns the errors of the attempt, in their order."""
    return tuple(mark for mark in view.marks if mark.is_error)


def next_error_s(view: m.ReplayView, at_s: float) -> float | None:
    """Returns where to go to see the next error; from the last one back to the first."""
    places = [max(mark.at_s - BEFORE_S, 0.0) for mark in errors(view)]
    later = [place for place in places if place > at_s + 0.5]
    return next(iter(later or places), None)


def _said(view: m.ReplayView, at_s: float) -> str:
    mark = happened(view, at_s)
    if mark is not None:
        return mark.sentence
    if view.ready_s + 1.0 < view.duration_s:
        return "The rest is still being played from the record."
    count = len(errors(view))
    return "No errors" if not count else "1 error" if count == 1 else f"{count} errors"


def _looked_on(view: m.ReplayView, at_s: float) -> Widget:
    share = min(at_s / max(view.duration_s, 1e-9), 1.0)
    return Progress(f"Replay: {_said(view, at_s)}", key="moment", fraction=share)


def _time_line(view: m.ReplayView, at_s: float) -> Widget:
    return Slider(
        f"Replay: {_said(view, at_s)}",
        key="moment",
        changed=SeekReplay,
        value=min(float(round(at_s)), view.duration_s),
        highest=max(view.duration_s, 1.0),
        step=1.0,
        marks=tuple(mark.at_s for mark in errors(view)),
        spoken=f"{clock(at_s)} of {clock(view.duration_s)}",
    )


def _buttons(view: m.ReplayView, at_s: float, *, has_expert: bool, is_expert_shown: bool) -> Widget:
    goes_on = Button(
        "Pause" if view.is_playing else "Play",
        key="play",
        icon="pause" if view.is_playing else "play",
        intent=PlayReplay(not view.is_playing),
        emphasis=Emphasis.PRIMARY,
    )
    place = next_error_s(view, at_s)
    to_error = Button(
        "Next error", key="next-error", icon="warning", intent=SeekReplay(place or 0.0),
        is_disabled=place is None,
    )  # fmt: skip
    speed = Button(
        f"Speed {view.speed:g}x",
        key="speed",
        description="Each press shows it faster; after the fastest comes the slowest.",
        intent=SetReplaySpeed(next_speed(view.speed)),
    )
    expert = Button(
        "Hide expert bot" if is_expert_shown else "Expert bot",
        key="expert",
        icon="person",
        intent=ShowExpert(not is_expert_shown),
    )
    close = Button("End", key="close", icon="leave", intent=CloseReplay())
    shown = (expert,) if has_expert else ()
    return row(goes_on, to_error, speed, *shown, close, gap_dp=6, align=Align.SPREAD)


def next_speed(speed: float) -> float:
    """Returns the next faster speed; after the fastest the slowest."""
    return next((one for one in SPEEDS if one > speed), SPEEDS[0])
