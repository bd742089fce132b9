"""The settings that several screens offer: text size, contrast, microphone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from client.panels import intents
from client.ui.widgets import Intent, ListBox, ListItem, Slider, Toggle, Widget


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set."""

    text_percent: float = 100.0
    is_high_contrast: bool = False
    is_muted: bool = False
    is_push_to_talk: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone that can be chosen."""

    key: str
    name: str


SYSTEM_MICROPHONE = Device("system", "The one that your system has chosen")
DEFAULTS = Settings()


def update(settings: Settings, intent: Intent) -> Settings:
    """Returns the settings after what the person did."""
    match intent:
        case intents.SetTextPercent(percent):
            return replace(settings, text_percent=percent)
        case intents.SetHighContrast(is_on):
            return replace(settings, is_high_contrast=is_on)
        case intents.SetPushToTalk(is_on):
            return replace(settings, is_push_to_talk=is_on)
        case intents.SetMuted(is_muted):
            return replace(settings, is_muted=is_muted)
        case _:
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


def microphones(devices: Sequence[Device], chosen: str) -> ListBox:
    """Returns the choice of a microphone."""
    return ListBox(
        "Which microphone",
        key="devices",
        children=tuple(ListItem(device.name, key=device.key) for device in devices),
        selected=chosen,
        chosen=intents.ChooseMicrophone,
        height_dp=152,
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
