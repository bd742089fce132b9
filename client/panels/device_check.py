"""Before entering: is one heard, can one hear and read, and what name do strangers see."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from client.panels import intents, settings
from client.panels.settings import Settings
from client.ui.vocabulary import Emphasis, Fill, Flow, Live, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Group,
    Heading,
    Intent,
    ListBox,
    ListItem,
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


class Microphone(StrEnum):
    """What is known of the microphone."""

    ASKING = "asking"
    WORKING = "working"
    DENIED = "denied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone that can be chosen."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DeviceCheckView:
    """What the check shows; `level` is the microphone's, 0 to 1."""

    alias: str = field(default="", repr=False)
    alias_problem: str = ""
    microphone: Microphone = Microphone.ASKING
    level: float = 0.0
    devices: tuple[Device, ...] = ()
    device: str = ""
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
            return [
                Heading("Microphone", icon="microphone-off"),
                Text(
                    "The microphone is not allowed. You can still listen and type. To speak, "
                    "allow it in your system's privacy settings and come back here.",
                    tone=Tone.CAUTION,
                    icon="warning",
                    live=Live.POLITE,
                ),
                _test_sound(),
            ]
        case Microphone.MISSING:
            return [
                Heading("Microphone", icon="microphone-off"),
                Text(
                    "There is no microphone. You can still listen and type. To speak, plug one in.",
                    tone=Tone.CAUTION,
                    icon="warning",
                    live=Live.POLITE,
                ),
                _test_sound(),
            ]
        case Microphone.WORKING:
            return [heading, *_working(view)]


def _working(view: DeviceCheckView) -> list[Widget]:
    word = level_word(view.level)
    devices = tuple(ListItem(device.name, key=device.key) for device in view.devices)
    return [
        Meter(
            "Say something",
            key="level",
            level=view.level,
            word=word,
            tone=Tone.GOOD if word == "good" else Tone.CAUTION,
        ),
        ListBox(
            "Which one",
            key="devices",
            children=devices,
            selected=view.device,
            chosen=intents.ChooseMicrophone,
            height_dp=152,
        ),
        settings.push_to_talk(view.settings),
        _test_sound(),
    ]


def _test_sound() -> Group:
    return row(Button("Play a test sound", icon="speaker", intent=intents.PlayTestSound()))


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
