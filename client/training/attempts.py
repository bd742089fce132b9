"""What has been practised so far: the list of attempts, and how somebody learns. Pure panels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from client.training.panels import LearningView, clock, learning
from client.training.results import learning_of
from client.ui.vocabulary import Align, Emphasis, Flow, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Heading,
    Intent,
    ListBox,
    ListItem,
    Panel,
    Text,
    Widget,
    row,
)
from world.protocol import messages as m

WIDTH_DP: Final = 760
LIST_DP: Final = 260
NONE_YET: Final = "No attempt has been scored yet."
STATES: Final = {"lost": "lost", "unconfirmed": "does not count"}


@dataclass(frozen=True, slots=True)
class OpenAttempts(Intent):
    """Shows the attempts of the person at a place in the room; None for one's own."""

    slot: int | None = None


@dataclass(frozen=True, slots=True)
class MarkAttempt(Intent):
    """Marks one attempt of the list."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class WatchAttempt(Intent):
    """Has an attempt shown again at the station."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class CloseAttempts(Intent):
    """Goes back from the list to the tasks."""


@dataclass(frozen=True, slots=True)
class AttemptsPanel:
    """A list of attempts.

    Attributes:
      view: as the clinic told it; None while it is on its way.
      slot: whose; None for the reader's own.
      people: trainees in the room whose list may be read, by slot, with their names.
      titles: of the tasks, by name.
      marked: id of the marked attempt; empty for the newest.
      problem: why something was refused.
    """

    view: m.AttemptsView | None
    slot: int | None = None
    people: Mapping[int, str] | None = None
    titles: Mapping[str, str] | None = None
    marked: str = ""
    problem: str = ""


def attempts(panel: AttemptsPanel, zone: tzinfo | None = None) -> Panel:
    """Returns the list, newest first; times are of this zone, the machine's own if None."""
    whose = (panel.people or {}).get(panel.slot, "") if panel.slot is not None else ""
    name = f"Attempts of {whose}" if whose else "My attempts"
    marked = marked_of(panel)
    return Dialog(
        name,
        key="training-attempts",
        width_dp=WIDTH_DP,
        dismissed=CloseAttempts(),
        first_focus="attempts" if marked else "back",
        children=(
            Heading(name, style=TextStyle.TITLE),
            *_whose(panel),
            _list(panel, marked, zone),
            *_progress(panel, marked),
            *(
                (Text(panel.problem, key="problem", icon="warning", tone=Tone.DANGER,
                      live=Live.ASSERTIVE),)
                if panel.problem
                else ()
            ),
            row(
                Button(
                    "Watch it again",
                    key="watch",
                    icon="again",
                    intent=WatchAttempt(marked.attempt_id if marked else ""),
                    emphasis=Emphasis.PRIMARY,
                    is_disabled=marked is None or not marked.has_record,
                ),
                Button("Back", key="back", icon="leave", intent=CloseAttempts()),
                align=Align.SPREAD,
            ),
        ),
    )  # fmt: skip


def marked_of(panel: AttemptsPanel) -> m.AttemptEntry | None:
    """Returns the attempt that is marked; None if there is none."""
    entries = panel.view.entries if panel.view is not None else ()
    newest = entries[0] if entries else None
    return next((one for one in entries if one.attempt_id == panel.marked), newest)


def worth(entry: m.AttemptEntry) -> str:
    """Returns what an attempt came to, in a few words."""
    if entry.state in STATES:
        return STATES[entry.state]
    if entry.composite is None:
        return f"{clock(entry.time_s)}, no score"
    standing = "proficient" if entry.is_proficient else "not yet proficient"
    return f"{100 * entry.composite:.0f} of 100, {clock(entry.time_s)}, {standing}"


def _whose(panel: AttemptsPanel) -> tuple[Widget, ...]:
    """Returns a choice of people, where there are others whose list may be read."""
    if not panel.people:
        return ()
    others: list[tuple[int | None, str]] = [(None, "My own"), *panel.people.items()]
    return (
        Group(
            "Whose attempts",
            key="whose",
            flow=Flow.ROW,
            gap_dp=8,
            children=tuple(
                Button(
                    name,
                    key=f"of-{slot}",
                    icon="person",
                    intent=OpenAttempts(slot),
                    emphasis=Emphasis.PRIMARY if slot == panel.slot else Emphasis.NORMAL,
                )
                for slot, name in others
            ),
        ),
    )


def _list(panel: AttemptsPanel, marked: m.AttemptEntry | None, zone: tzinfo | None) -> Widget:
    entries = panel.view.entries if panel.view is not None else ()
    titles = panel.titles or {}
    return ListBox(
        "Attempts",
        key="attempts",
        children=tuple(
            ListItem(
                f"{_when(one.began_s, zone)}  {_short(titles.get(one.procedure, one.procedure))}",
                key=one.attempt_id,
                note=worth(one),
                icon="check" if one.is_proficient else "",
            )
            for one in entries
        ),
        chosen=MarkAttempt,
        selected=marked.attempt_id if marked else "",
        empty=NONE_YET if panel.view is not None else "The list is being read.",
        height_dp=LIST_DP,
    )


def _progress(panel: AttemptsPanel, marked: m.AttemptEntry | None) -> tuple[Widget, ...]:
    """Returns where the trainee stands in the task of the marked attempt."""
    if panel.view is None or marked is None:
        return ()
    for one in panel.view.progress:
        if one.procedure == marked.procedure:
            return (learning(_of(learning_of(one.progress), is_own=panel.slot is None)),)
    return ()


def _of(view: LearningView, *, is_own: bool) -> LearningView:
    standing = view.standing if is_own else view.standing.replace("You have been", "Has been")
    return LearningView(standing, view.curve, view.attempts)


def _short(title: str) -> str:
    return title.removesuffix(" (FLS-style)")


def _when(began_s: float, zone: tzinfo | None) -> str:
    """Returns day and time of the day, such as 24 Nov, 14:05."""
    began = datetime.fromtimestamp(began_s, zone).astimezone(zone)
    return f"{began.day} {began:%b, %H:%M}"
