"""Before entering: is one heard, can one hear and read, and what name do strangers see."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from client.panels import intents, settings
from client.panels.settings import Device, Settings
from client.ui.vocabulary import Emphasis, Fill, Flow, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Intent,
    Meter,
    Panel,
    Text,
    TextField,
    Widget,
    column,
    row,
)

LONGEST_ALIAS = 32
# A voice between these shares of full level is understood without strain or distortion;
# this project's choice, no standard.
QUIET_LEVEL = 0.08
LOUD_LEVEL = 0.92
NOTHING_AT_ALL = "Not the least sound comes from it. Is it switched off, or not allowed?"


class Microphone(StrEnum):
    """What is known of the microphone."""

    ASKING = "asking"
    WORKING = "working"
    DENIED = "denied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class DeviceCheckView:
    """What the check shows.

    Attributes:
      level: the microphone's, 0 to 1.
      problem: why there is no microphone, as a sentence.
      output_problem: why there is nothing to hear with.
    """

    alias: str = field(default="", repr=False)
    alias_problem: str = ""
    microphone: Microphone = Microphone.ASKING
    level: float = 0.0
    devices: tuple[Device, ...] = ()
    device: str = ""
    problem: str = ""
    output_problem: str = ""
    settings: Settings = settings.DEFAULTS
    is_busy: bool = False


def update(view: DeviceCheckView, intent: Intent) -> DeviceCheckView:
    """Returns the view after what the person did; `is_busy` then says that it is to enter."""
    match intent:
        case intents.TypeAlias(text):
            return replace(view, alias=text, alias_problem="")
        case intents.ChooseMicrophone(device):
            return replace(view, device=device)
        case intents.EnterClinic(alias) if alias.strip():
            return replace(view, is_busy=True)
        case intents.EnterClinic():
            return replace(view, alias_problem="Choose any name, for example a color or a bird.")
        case _:
            return replace(view, settings=settings.update(view.settings, intent))


def panel(view: DeviceCheckView) -> Panel:
    """Returns the check as one panel."""
    return Panel(
        "Before you go in",
        key="device-check",
        width_dp=860,
        first_focus="alias",
        dismissed=intents.Leave(),
        children=(
            column(
                Heading("Before you go in", style=TextStyle.TITLE),
                Text("Everything here can be changed later in the menu.", tone=Tone.MUTED),
                gap_dp=4,
            ),
            Group(
                flow=Flow.GRID,
                columns=2,
                gap_dp=24,
                children=(
                    column(
                        _alias(view),
                        Group("Reading", children=settings.seeing(view.settings), gap_dp=4),
                    ),
                    Group(
                        "Microphone",
                        children=tuple(_microphone(view)),
                        fill=Fill.CARD,
                        padding_dp=16,
                    ),
                ),
            ),
            _buttons(view),
        ),
    )


def level_word(level: float) -> str:
    """Returns what a microphone's level means."""
    if level < 0.01:
        return "silent"
    if level < QUIET_LEVEL:
        return "quiet"
    return "too loud" if level > LOUD_LEVEL else "good"


def _alias(view: DeviceCheckView) -> TextField:
    return TextField(
        "Your name in the waiting room",
        key="alias",
        value=view.alias,
        changed=intents.TypeAlias,
        submitted=intents.EnterClinic(view.alias),
        longest=LONGEST_ALIAS,
        is_busy=view.is_busy,
        is_invalid=bool(view.alias_problem),
        description=view.alias_problem
        or "Other patients see this one. Your doctor sees your real name.",
    )


def _microphone(view: DeviceCheckView) -> list[Widget]:
    heading = Heading("Microphone", icon="microphone")
    match view.microphone:
        case Microphone.ASKING:
            return [heading, Text("Waiting for permission to use it.", live=Live.POLITE)]
        case Microphone.DENIED:
            how = "allow it in your system's privacy settings"
            return _without(view, "The microphone is not allowed.", how)
        case Microphone.MISSING:
            return _without(view, view.problem or "There is no microphone.", "plug one in")
        case Microphone.WORKING:
            return [heading, *_working(view)]


def _without(view: DeviceCheckView, why: str, how: str) -> list[Widget]:
    sentence = f"{why} You can still listen and type. To speak, {how}, then look again."
    return [
        Heading("Microphone", icon="microphone-off"),
        Text(sentence, tone=Tone.CAUTION, icon="warning", live=Live.POLITE),
        *((settings.microphones(view.devices, view.device),) if len(view.devices) > 1 else ()),
        row(
            Button("Look again", icon="again", intent=intents.ChooseMicrophone(view.device)),
            _test_sound(),
        ),
        *_unheard(view),
    ]


def _working(view: DeviceCheckView) -> list[Widget]:
    word = level_word(view.level)
    return [
        Meter(
            "Say something",
            key="level",
            level=view.level,
            word=word,
            tone=Tone.GOOD if word == "good" else Tone.CAUTION,
            description=NOTHING_AT_ALL if view.level <= 0 else "",
        ),
        settings.microphones(view.devices, view.device),
        settings.push_to_talk(view.settings),
        row(_test_sound()),
        *_unheard(view),
    ]


def _test_sound() -> Button:
    return Button("Play a test sound", icon="speaker", intent=intents.PlayTestSound())


def _unheard(view: DeviceCheckView) -> tuple[Widget, ...]:
    if not view.output_problem:
        return ()
    return (Text(view.output_problem, tone=Tone.CAUTION, icon="warning", live=Live.POLITE),)


def _buttons(view: DeviceCheckView) -> Group:
    name = "Going in \u2026" if view.is_busy else "Enter the clinic"
    return row(
        Button(
            name,
            key="enter",
            intent=intents.EnterClinic(view.alias),
            is_busy=view.is_busy,
            icon="hourglass" if view.is_busy else "door",
            emphasis=Emphasis.PRIMARY,
            grow=1,
        ),
        Button("Sign out", key="leave", intent=intents.Leave()),
    )
