"""What went wrong or is going on, as a sentence and what can be done."""

from dataclasses import dataclass
from typing import Literal

from client.panels import intents
from client.ui.vocabulary import Anchor, Emphasis, Fill, Live, Opening, Tone
from client.ui.widgets import Button, Heading, Panel, Progress, Text, Widget, row


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice; a sentence says what to do next where something can be done.

    Attributes:
      action: name of the button that tries again; empty for none.
    """

    notice_id: str
    sentence: str
    kind: Literal["info", "warning", "error"] = "error"
    action: str = ""


@dataclass(frozen=True, slots=True)
class ReconnectingView:
    """A lost connection; the next try comes by itself."""

    attempt: int
    next_try_s: float
    seat_kept_s: float


LOOKS = {
    "info": ("info", Tone.NORMAL, Fill.NONE, Live.POLITE),
    "warning": ("warning", Tone.CAUTION, Fill.CAUTION, Live.POLITE),
    "error": ("warning", Tone.DANGER, Fill.DANGER, Live.ASSERTIVE),
}


def toast(view: NoticeView) -> Panel:
    """Returns a notice that stays until it is taken away; it never takes the focus."""
    icon, tone, fill, live = LOOKS[view.kind]
    buttons: tuple[Widget, ...] = (
        Button("Dismiss", key="dismiss", intent=intents.DismissNotice(view.notice_id)),
    )
    if view.action:
        again = Button(
            view.action,
            key="again",
            icon="again",
            intent=intents.TryAgain(view.notice_id),
            emphasis=Emphasis.PRIMARY,
        )
        buttons = (again, *buttons)
    return Panel(
        view.kind.capitalize(),
        key=f"notice-{view.notice_id}",
        description=view.sentence,
        anchor=Anchor.BOTTOM_RIGHT,
        width_dp=420,
        padding_dp=18,
        fill=fill,
        live=live,
        opening=Opening.LEAVES_FOCUS,
        dismissed=intents.DismissNotice(view.notice_id),
        children=(Text(view.sentence, icon=icon, tone=tone), row(*buttons)),
    )


def reconnecting(view: ReconnectingView) -> Panel:
    """Returns the banner while the connection is lost."""
    keeps = f"Your seat is kept for {_rest(view.seat_kept_s)}."
    following = (
        f"Trying again in {view.next_try_s:.0f} s."
        if view.next_try_s >= 1.0
        else f"Trying now (attempt {view.attempt})."
    )
    return _banner(
        "Connection lost",
        "reconnecting",
        "You need to do nothing; Metaclinic connects again by itself.",
        Text(f"Others no longer hear you. {keeps if view.seat_kept_s > 0 else ''}".strip()),
        Progress("Connecting again", description=following),
        row(
            Button("Try now", key="now", icon="again", intent=intents.ReconnectNow()),
            _leave(),
        ),
    )


def silent() -> Panel:
    """Returns the banner while this program's own part that talks to the clinic is stuck."""
    return _banner(
        "Connection does not answer",
        "silent",
        "You need to do nothing; Metaclinic starts that part again by itself.",
        Text(
            "The part of this program that talks to the clinic does not answer. What you see "
            "is not of now, and others may not hear you. It is started again within seconds, "
            "and you keep your place."
        ),
        row(_leave()),
    )


def _banner(name: str, key: str, description: str, *children: Widget) -> Panel:
    """Returns what is said of the connection, beside the chat and without taking the focus."""
    return Panel(
        name,
        key=key,
        description=description,
        anchor=Anchor.TOP_RIGHT,
        width_dp=520,
        padding_dp=18,
        fill=Fill.CAUTION,
        live=Live.ASSERTIVE,
        opening=Opening.LEAVES_FOCUS,
        children=(Heading(name, icon="signal-off", tone=Tone.CAUTION), *children),
    )


def _leave() -> Button:
    return Button("Leave", key="leave", intent=intents.AskToLeave(), emphasis=Emphasis.QUIET)


def _rest(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"
