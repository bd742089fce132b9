"""What a trainee reads beside the scope's picture, and after an attempt: panels of widgets.

Values come from the server; nothing is computed or judged here. What happens is announced as it
happens; the clock is not, or nothing else could be heard.
"""

from dataclasses import dataclass
from typing import Final

from client.ui.history import History
from client.ui.vocabulary import Align, Anchor, Emphasis, Fill, Flow, Live, Opening, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Intent,
    Meter,
    Panel,
    Progress,
    Text,
    Trend,
    Widget,
    row,
)

SIDES: Final = ("Left", "Right")
HUD_WIDTH_DP: Final = 236
DEBRIEF_WIDTH_DP: Final = 900
GOOD_SHARE, FAIR_SHARE = 0.8, 0.5
"""From here on a part is called good, or fair. Own choice."""
ALMOST_S: Final = 30.0
BAR_STEPS: Final = 50
EXPERT: Final = "Green and translucent: an expert bot at this time. Its marks may lie elsewhere."


@dataclass(frozen=True, slots=True)
class HandView:
    """What one hand does.

    Attributes:
      instrument: what surgeons call it.
      is_active: the mouse has this hand.
      is_closed: its jaws are asked to close; None if nothing opens.
      is_energized: its pedal is pressed.
      strain: force as a share of what is bearable, 0 to 1.
    """

    instrument: str
    is_active: bool = False
    is_closed: bool | None = None
    is_energized: bool = False
    strain: float = 0.0


@dataclass(frozen=True, slots=True)
class ErrorView:
    """One kind of error: what it is called, how much of it, in which unit."""

    name: str
    amount: float
    unit: str = "event"


@dataclass(frozen=True, slots=True)
class AttemptView:
    """What is known of an attempt in progress.

    Attributes:
      title: of the task.
      notice: what the task is not; always in sight.
      brief: what is to be done.
      elapsed_s: on the clock.
      limit_s: at which the attempt ends; None if it has none.
      sentence: what happened last; empty for nothing yet.
      is_bad: whether that was an error.
      errors: all so far.
      hands: left and right.
      keys: what helps now, key and effect.
      is_observer: watches somebody else.
      is_beside_expert: an expert's instruments are shown too.
    """

    title: str
    notice: str
    brief: str = ""
    elapsed_s: float = 0.0
    limit_s: float | None = None
    sentence: str = ""
    is_bad: bool = False
    errors: tuple[ErrorView, ...] = ()
    hands: tuple[HandView, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    is_observer: bool = False
    is_beside_expert: bool = False


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a score: its name, 0 to 1, and what it means here in a few words."""

    name: str
    share: float
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class LearningView:
    """Where somebody stands with a task.

    Attributes:
      standing: in one sentence.
      curve: cumulative sum of failures over the attempts; None before the second one.
      attempts: how many, in words.
    """

    standing: str
    curve: History | None = None
    attempts: str = ""


@dataclass(frozen=True, slots=True)
class DebriefView:
    """What an attempt came to.

    Attributes:
      title: of the task.
      notice: what the score is not.
      outcome: in one sentence.
      composite: 0 to 1; None without a score.
      points: FLS-style; None without a score.
      time_s: of the attempt.
      proficient_s: at most for proficiency; None where nobody states one.
      parts: of the score, in the order in which they count.
      errors: what was counted.
      unverified: what is to be said of the rules' sources.
      advice: what to work at next; empty for nothing.
      learning: where one stands with the task; None where it has no schedule.
      may_repeat: the reader may begin it anew.
      watch: what shows the attempt again; None if that cannot be done.
    """

    title: str
    notice: str
    outcome: str
    composite: float | None = None
    points: float | None = None
    time_s: float = 0.0
    proficient_s: float | None = None
    parts: tuple[PartView, ...] = ()
    errors: tuple[ErrorView, ...] = ()
    unverified: tuple[str, ...] = ()
    advice: str = ""
    learning: LearningView | None = None
    may_repeat: bool = True
    watch: Intent | None = None


@dataclass(frozen=True, slots=True)
class TryAgain(Intent):
    """Begins the same task anew."""


@dataclass(frozen=True, slots=True)
class LeaveStation(Intent):
    """Steps back from the station into the room."""


def hud(view: AttemptView) -> tuple[Panel, ...]:
    """Returns task and clock on the left, hands on the right, what happened below."""
    found = [_task(view), _hands(view)]
    if view.sentence or (view.brief and view.elapsed_s <= 0):
        found.append(_happened(view))
    return tuple(found)


def debrief(view: DebriefView) -> Panel:
    """Returns the score part by part, errors, and what can be done next."""
    return Panel(
        f"{view.title}: how it went",
        key="training-debrief",
        anchor=Anchor.CENTER,
        width_dp=DEBRIEF_WIDTH_DP,
        padding_dp=20,
        gap_dp=12,
        is_modal=True,
        live=Live.ASSERTIVE,
        dismissed=LeaveStation(),
        first_focus="again" if view.may_repeat else "leave",
        children=(
            Heading(view.title, style=TextStyle.TITLE),
            Text(view.outcome, key="outcome", style=TextStyle.LABEL),
            *((_total(view),) if view.composite is not None else ()),
            _actions(view),
            *((_parts(view.parts),) if view.parts else ()),
            _error_list(view.errors),
            *((Text(view.advice, key="advice", icon="info"),) if view.advice else ()),
            *((learning(view.learning),) if view.learning else ()),
            _small(_sources(view)),
        ),
    )


def clock(seconds: float) -> str:
    """Returns minutes and seconds, such as 4:05."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def amount(error: ErrorView) -> str:
    """Returns how much of an error there is, with its unit in words."""
    if error.unit in {"event", "object"}:
        count = round(error.amount)
        return "once" if count == 1 else f"{count} times"
    return f"{error.amount:.1f} {error.unit}"


def _task(view: AttemptView) -> Panel:
    is_late = view.limit_s is not None and view.limit_s - view.elapsed_s < ALMOST_S
    limit = "no limit" if view.limit_s is None else f"of {clock(view.limit_s)}"
    spent = view.elapsed_s / view.limit_s if view.limit_s else None
    children: list[Widget] = [
        Heading(view.title, style=TextStyle.LABEL),
        row(
            Text(
                clock(view.elapsed_s),
                key="clock",
                style=TextStyle.DISPLAY,
                tone=Tone.CAUTION if is_late else Tone.NORMAL,
            ),
            Text(limit, key="limit", style=TextStyle.SMALL, tone=Tone.MUTED),
            gap_dp=8,
        ),
    ]
    if spent is not None:
        children.append(Progress("Time", fraction=_stepped(min(spent, 1.0))))
    children.append(_error_list(view.errors))
    children.append(_small(view.notice))
    return _side("Task", Anchor.TOP_LEFT, children)


def _error_list(errors: tuple[ErrorView, ...]) -> Widget:
    if not errors:
        return Text("No errors", key="errors", icon="check", tone=Tone.GOOD, style=TextStyle.SMALL)
    return Group(
        "Errors",
        key="errors",
        gap_dp=4,
        children=tuple(
            Text(
                f"{error.name.capitalize()}: {amount(error)}",
                key=error.name,
                icon="warning",
                tone=Tone.CAUTION,
                style=TextStyle.SMALL,
            )
            for error in errors
        ),
    )


def _hands(view: AttemptView) -> Panel:
    children: list[Widget] = []
    if view.is_observer:
        children.append(Text("You are watching", key="observer", icon="person"))
    if view.is_beside_expert:
        children.append(Text(EXPERT, key="expert", style=TextStyle.SMALL, icon="info"))
    for side, hand in zip(SIDES, view.hands, strict=False):
        children.append(_hand(side, hand))
    if view.keys:
        children.append(_keys(view.keys))
    return _side("Hands", Anchor.TOP_RIGHT, children)


def _hand(side: str, hand: HandView) -> Widget:
    states = []
    if hand.is_closed is not None:
        states.append("closed" if hand.is_closed else "open")
    if hand.is_energized:
        states.append("pedal pressed")
    words = ", ".join(states) or "ready"
    pull = (
        "strong" if hand.strain >= GOOD_SHARE else "firm" if hand.strain >= FAIR_SHARE else "light"
    )
    tone = {"strong": Tone.DANGER, "firm": Tone.CAUTION, "light": Tone.GOOD}[pull]
    return Group(
        side,
        key=side.lower(),
        fill=Fill.INSET if hand.is_active else Fill.NONE,
        padding_dp=8,
        gap_dp=4,
        children=(
            Text(
                f"{side}: {hand.instrument}",
                key="instrument",
                style=TextStyle.LABEL,
                icon="dot" if hand.is_active else "circle",
                tone=Tone.ACCENT if hand.is_active else Tone.NORMAL,
            ),
            Text(words, key="state", style=TextStyle.SMALL, tone=Tone.MUTED),
            Meter(f"{side} pull", level=_stepped(hand.strain), word=pull, tone=tone),
        ),
    )


def _stepped(share: float) -> float:
    """Returns a share in steps that can be seen: a panel is painted anew only when it changes."""
    return round(share * BAR_STEPS) / BAR_STEPS


def _keys(keys: tuple[tuple[str, str], ...]) -> Widget:
    return Group(
        "Keys",
        gap_dp=2,
        children=tuple(
            row(
                Text(key, style=TextStyle.SMALL),
                Text(does, style=TextStyle.SMALL, tone=Tone.MUTED),
                gap_dp=6,
            )
            for key, does in keys
        ),
    )


def _happened(view: AttemptView) -> Panel:
    said = view.sentence or view.brief
    icon = "warning" if view.is_bad else "info"
    tone = Tone.CAUTION if view.is_bad else Tone.NORMAL
    return Panel(
        "What happened",
        key="training-happened",
        anchor=Anchor.BOTTOM,
        width_dp=560,
        padding_dp=12,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=(
            Text(
                said, key="sentence", icon=icon, tone=tone, style=TextStyle.LABEL, live=Live.POLITE
            ),
        ),
    )


def _side(name: str, anchor: Anchor, children: list[Widget]) -> Panel:
    return Panel(
        name,
        key=f"training-{name.lower()}",
        anchor=anchor,
        width_dp=HUD_WIDTH_DP,
        padding_dp=12,
        gap_dp=8,
        is_monitor=True,
        opening=Opening.LEAVES_FOCUS,
        children=tuple(children),
    )


def _total(view: DebriefView) -> Widget:
    composite = view.composite or 0.0
    timing = f"Time {clock(view.time_s)}"
    if view.proficient_s is not None:
        timing += f", proficient within {clock(view.proficient_s)}"
    return Group(
        "Score",
        flow=Flow.ROW,
        fill=Fill.INSET,
        padding_dp=8,
        gap_dp=20,
        children=(
            Text(f"{100 * composite:.0f}", key="composite", style=TextStyle.DISPLAY),
            Text("of 100", style=TextStyle.SMALL, tone=Tone.MUTED),
            Group(
                "Figures",
                gap_dp=2,
                grow=1,
                children=(
                    Text(timing, key="time", style=TextStyle.BODY),
                    *(
                        (Text(f"FLS-style points {view.points:.0f}", style=TextStyle.SMALL),)
                        if view.points is not None
                        else ()
                    ),
                ),
            ),
        ),
    )


def _parts(parts: tuple[PartView, ...]) -> Widget:
    return Group(
        "Parts of the score",
        flow=Flow.GRID,
        columns=3,
        gap_dp=16,
        children=tuple(_part(part) for part in parts),
    )


def _part(part: PartView) -> Widget:
    word = "good" if part.share >= GOOD_SHARE else "fair" if part.share >= FAIR_SHARE else "low"
    tone = {"good": Tone.GOOD, "fair": Tone.CAUTION, "low": Tone.DANGER}[word]
    return Meter(
        part.name,
        key=part.name,
        description=part.meaning,
        level=part.share,
        word=f"{100 * part.share:.0f}, {word}",
        tone=tone,
    )


def _sources(view: DebriefView) -> str:
    """Returns what the score is not, and which of its rules nobody has published."""
    if not view.unverified:
        return view.notice
    return f"{view.notice}. Unverified or this project's own: {'; '.join(view.unverified)}."


def learning(view: LearningView) -> Widget:
    """Returns where somebody stands, with the curve if there is one."""
    standing = Text(view.standing, key="standing", icon="flag", style=TextStyle.SMALL)
    if view.curve is None:
        return standing
    curve = Trend(
        "Learning curve",
        key="curve",
        description="Cumulative sum of failures: it falls while attempts are proficient.",
        history=view.curve,
        since=view.attempts,
        summary=view.standing,
        height_dp=64,
    )
    return Group("Learning", key="learning", gap_dp=4, children=(standing, curve))


def _actions(view: DebriefView) -> Widget:
    again = Button(
        "Try again", key="again", intent=TryAgain(), emphasis=Emphasis.PRIMARY, icon="again"
    )
    watch = (
        (Button("Watch it again", key="watch", intent=view.watch, icon="play"),)
        if view.watch is not None
        else ()
    )
    return row(
        *((again,) if view.may_repeat else ()),
        *watch,
        Button("Step back", key="leave", intent=LeaveStation(), icon="leave"),
        align=Align.SPREAD,
    )


def _small(words: str) -> Text:
    return Text(words, style=TextStyle.SMALL, tone=Tone.MUTED)
