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
    ListBox,
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
NO_MICROPHONE = "There is no microphone: plug one in, then look again."
TWO_NOTES = "You hear two notes. If not, turn up the volume or plug in other headphones."
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
      is_alias_chosen: whether one's neutral name is of one's own choice, as patients' are.
      level: the microphone's, 0 to 1.
      microphones, speakers: those that can be chosen.
      problem: why there is no microphone and what to do, as a sentence.
      output_problem: why there is nothing to hear with, and what to do.
      is_sound_tested: whether a test sound was asked for.
      notice: what the person should know of their settings.
    """

    alias: str = field(default="", repr=False)
    is_alias_chosen: bool = True
    alias_problem: str = ""
    microphone: Microphone = Microphone.ASKING
    level: float = 0.0
    microphones: tuple[Device, ...] = ()
    speakers: tuple[Device, ...] = ()
    problem: str = ""
    output_problem: str = ""
    is_sound_tested: bool = False
    notice: str = ""
    settings: Settings = settings.DEFAULTS
    is_busy: bool = False


def update(view: DeviceCheckView, intent: Intent) -> DeviceCheckView:
    """Returns the view after what the person did; `is_busy` then says that it is to enter."""
    match intent:
        case intents.TypeAlias(text):
            return replace(view, alias=text, alias_problem="")
        case intents.PlayTestSound():
            return replace(view, is_sound_tested=True)
        case intents.EnterClinic(alias) if alias.strip() or not view.is_alias_chosen:
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
        width_dp=1180,
        first_focus="alias" if view.is_alias_chosen else "enter",
        dismissed=intents.AskToLeave(),
        children=(
            column(
                Heading("Before you go in", style=TextStyle.TITLE),
                Text("Everything here can be changed later in the menu.", tone=Tone.MUTED),
                gap_dp=4,
            ),
            *_notice(view),
            Group(
                flow=Flow.GRID,
                columns=3,
                gap_dp=20,
                children=(
                    column(
                        _alias(view) if view.is_alias_chosen else _given_name(view.alias),
                        Group("Reading", children=settings.seeing(view.settings), gap_dp=4),
                    ),
                    _card("Microphone", _microphone(view)),
                    _card("Sound", _sound(view)),
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


def _given_name(alias: str) -> Group:
    """Returns how somebody is called here who has not chosen it."""
    return column(
        Text("Your name in the waiting room", style=TextStyle.LABEL),
        Text(alias or "As the clinic calls you", icon="person"),
        Text("The people of your visits read your real name.", tone=Tone.MUTED),
        gap_dp=4,
    )


def _microphone(view: DeviceCheckView) -> list[Widget]:
    heading = Heading("Microphone", icon="microphone")
    match view.microphone:
        case Microphone.ASKING:
            return [heading, Text("Waiting for permission to use it.", live=Live.POLITE)]
        case Microphone.DENIED | Microphone.MISSING:
            return _without(view)
        case Microphone.WORKING:
            return [heading, *_working(view)]


def _without(view: DeviceCheckView) -> list[Widget]:
    again = intents.ChooseMicrophone(view.settings.microphone)
    sentence = f"{view.problem or NO_MICROPHONE} You can go in without one, and type."
    return [
        Heading("Microphone", icon="microphone-off"),
        Text(sentence, tone=Tone.CAUTION, icon="warning", live=Live.POLITE),
        *_choice(settings.microphones(view.microphones, view.settings)),
        row(Button("Look again", icon="again", intent=again)),
    ]


def _choice(devices: ListBox) -> tuple[ListBox, ...]:
    """Returns a list of devices where there is more than the system's choice."""
    return (devices,) if len(devices.children) > 1 else ()


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
        settings.microphones(view.microphones, view.settings),
        settings.push_to_talk(view.settings),
    ]


def _sound(view: DeviceCheckView) -> list[Widget]:
    return [
        Heading("Sound", icon="speaker"),
        *_choice(settings.speakers(view.speakers, view.settings)),
        row(Button("Play a test sound", icon="speaker", intent=intents.PlayTestSound())),
        *_heard(view),
        settings.announcing(view.settings),
    ]


def _heard(view: DeviceCheckView) -> tuple[Widget, ...]:
    if view.output_problem:
        why = Text(view.output_problem, tone=Tone.CAUTION, icon="warning", live=Live.POLITE)
        return (why,)
    return (Text(TWO_NOTES, tone=Tone.MUTED, live=Live.POLITE),) if view.is_sound_tested else ()


def _notice(view: DeviceCheckView) -> tuple[Widget, ...]:
    if not view.notice:
        return ()
    return (Text(view.notice, tone=Tone.CAUTION, icon="warning", live=Live.POLITE),)


def _card(name: str, children: list[Widget]) -> Group:
    return Group(name, children=tuple(children), fill=Fill.CARD, padding_dp=16)


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
        Button("Keys", key="keys", shortcut="F1", intent=intents.ShowKeys()),
        Button("Sign out", key="leave", intent=intents.Leave()),
    )
