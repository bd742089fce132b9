"""The settings that several screens offer: text size, contrast, sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from client.panels import intents
from client.ui.widgets import Intent, ListBox, ListItem, Slider, Toggle, Widget


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or loudspeaker that can be chosen."""

    key: str
    name: str


SYSTEM = Device("system", "What your system has chosen")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set.

    Attributes:
      is_announcing: whether the clinic's calls are spoken.
      microphone, speaker: keys of the chosen devices, whether they are plugged in now or not.
    """

    text_percent: float = 100.0
    is_high_contrast: bool = False
    is_muted: bool = False
    is_push_to_talk: bool = False
    is_announcing: bool = True
    microphone: str = SYSTEM.key
    speaker: str = SYSTEM.key


DEFAULTS = Settings()
DEVICES_DP = 128
"""Height of a list of devices: two rows, and the edge of a third to show that there are more."""


def update(settings: Settings, intent: Intent) -> Settings:
    """Returns the settings after what the person did."""
    match intent:
        case intents.SetTextPercent(percent):
            settings = replace(settings, text_percent=percent)
        case intents.SetHighContrast(is_on):
            settings = replace(settings, is_high_contrast=is_on)
        case intents.SetPushToTalk(is_on):
            settings = replace(settings, is_push_to_talk=is_on)
        case intents.SetMuted(is_muted):
            settings = replace(settings, is_muted=is_muted)
        case intents.SetAnnouncing(is_on):
            settings = replace(settings, is_announcing=is_on)
        case intents.ChooseMicrophone(device):
            settings = replace(settings, microphone=device)
        case intents.ChooseSpeaker(device):
            settings = replace(settings, speaker=device)
        case _:
            pass
    return settings


def seeing(settings: Settings) -> tuple[Widget, ...]:
    """Returns the settings for reading."""
    return (
        Slider(
            "Text size",
            key="text-size",
            value=settings.text_percent,
            lowest=100.0,
            highest=200.0,
            step=25.0,
            unit="%",
            changed=intents.SetTextPercent,
        ),
        Toggle(
            "High contrast",
            key="high-contrast",
            is_checked=settings.is_high_contrast,
            changed=intents.SetHighContrast,
        ),
    )


def microphones(devices: Sequence[Device], settings: Settings) -> ListBox:
    """Returns the choice of a microphone."""
    return ListBox(
        "Which microphone",
        key="microphones",
        children=tuple(ListItem(device.name, key=device.key) for device in devices),
        selected=_present(devices, settings.microphone),
        chosen=intents.ChooseMicrophone,
        height_dp=DEVICES_DP,
    )


def speakers(devices: Sequence[Device], settings: Settings) -> ListBox:
    """Returns the choice of headphones or loudspeakers."""
    return ListBox(
        "Where you hear",
        key="speakers",
        children=tuple(ListItem(device.name, key=device.key) for device in devices),
        selected=_present(devices, settings.speaker),
        chosen=intents.ChooseSpeaker,
        height_dp=DEVICES_DP,
    )


def announcing(settings: Settings) -> Toggle:
    """Returns the switch of spoken calls."""
    return Toggle(
        "Speak calls aloud",
        key="announcing",
        description="Without it a call only rings; its words are on the screen.",
        is_checked=settings.is_announcing,
        changed=intents.SetAnnouncing,
    )


def push_to_talk(settings: Settings) -> Toggle:
    """Returns the choice of when the microphone is open."""
    return Toggle(
        "Push to talk",
        key="push-to-talk",
        description="Others hear you only while you hold the V key.",
        is_checked=settings.is_push_to_talk,
        changed=intents.SetPushToTalk,
    )


def mute(settings: Settings) -> Toggle:
    """Returns the switch of the microphone."""
    return Toggle(
        "Mute microphone",
        key="mute",
        shortcut="M",
        is_checked=settings.is_muted,
        changed=intents.SetMuted,
    )


def _present(devices: Sequence[Device], wanted: str) -> str:
    """Returns the chosen device, the system's choice where it is not plugged in."""
    return wanted if any(device.key == wanted for device in devices) else SYSTEM.key
