"""The menu inside the clinic: settings, where to go without walking, and the way out.

Going somewhere by name does all that walking does: seats, doors and people are all in the list.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from client.panels import intents, settings
from client.panels.settings import Device, Settings
from client.ui.vocabulary import Align, Emphasis, Flow, TextStyle, Tone
from client.ui.widgets import (
    Button,
    Dialog,
    Group,
    Heading,
    ListBox,
    ListItem,
    Text,
    column,
    row,
)


class Place(StrEnum):
    """Kinds of places to go to, in the order in which they are listed."""

    STATION = "station"
    DOOR = "door"
    PERSON = "person"
    SEAT = "seat"


ORDER = tuple(Place)


ICONS = {Place.STATION: "heart", Place.SEAT: "chair", Place.DOOR: "door", Place.PERSON: "person"}


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere to go; a reason says why it cannot be reached now."""

    key: str
    name: str
    kind: Place
    distance_m: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PauseView:
    """What the menu shows."""

    room_name: str
    destinations: tuple[Destination, ...] = ()
    is_seated: bool = False
    has_vitals: bool = False
    settings: Settings = settings.DEFAULTS
    microphones: tuple[Device, ...] = ()
    speakers: tuple[Device, ...] = ()


def panel(view: PauseView) -> Dialog:
    """Returns the menu."""
    return Dialog(
        "Menu",
        key="menu",
        description="The clinic goes on around you.",
        width_dp=1120 if _devices(view) else 760,
        dismissed=intents.Close(),
        first_focus="resume",
        children=(
            row(
                Heading("Menu", style=TextStyle.TITLE),
                row(
                    Button(
                        "Resume",
                        key="resume",
                        shortcut="Esc",
                        intent=intents.Close(),
                        emphasis=Emphasis.PRIMARY,
                    ),
                    Button("Keys", key="keys", shortcut="F1", intent=intents.ShowKeys()),
                    Button(
                        "Leave the clinic",
                        key="leave",
                        icon="leave",
                        intent=intents.AskToLeave(),
                        emphasis=Emphasis.DANGER,
                    ),
                ),
                align=Align.SPREAD,
            ),
            Group(
                flow=Flow.GRID,
                columns=3,
                gap_dp=28,
                children=(_going(view), _setting(view), *_devices(view)),
            ),
        ),
    )


def _going(view: PauseView) -> Group:
    posture = (
        Button("Stand up", key="posture", icon="walk", intent=intents.SetSeated(is_seated=False))
        if view.is_seated
        else Button(
            "Sit down", key="posture", icon="chair", intent=intents.SetSeated(is_seated=True)
        )
    )
    items = tuple(
        ListItem(
            place.name,
            key=place.key,
            icon=ICONS[place.kind],
            note=f"{place.distance_m:.0f} m",
            description=place.reason,
            is_disabled=bool(place.reason),
        )
        for place in sorted(view.destinations, key=_listed)
    )
    return column(
        Text(f"You are in {view.room_name}.", tone=Tone.MUTED),
        ListBox(
            "Go to",
            key="destinations",
            children=items,
            chosen=intents.GoTo,
            empty="There is nowhere to go from here.",
            height_dp=264,
        ),
        *((row(_vitals()),) if view.has_vitals else ()),
        row(
            posture,
            Button("Your account", key="account", icon="person", intent=intents.OpenAccount()),
        ),
        name="Where to go",
    )


def _vitals() -> Button:
    return Button(
        "Look at the vital signs",
        key="vitals",
        icon="heart",
        shortcut="F2",
        intent=intents.ShowVitals(),
    )


def _listed(place: Destination) -> tuple[int, list[tuple[str, int]]]:
    """Returns where a place stands in the list: by kind, then by name, 2 before 10."""
    parts = re.findall(r"(\D*)(\d*)", place.name.casefold())
    return ORDER.index(place.kind), [(word, int(number or 0)) for word, number in parts]


def _setting(view: PauseView) -> Group:
    return column(
        *settings.seeing(view.settings),
        settings.mute(view.settings),
        settings.push_to_talk(view.settings),
        settings.announcing(view.settings),
        name="Settings",
        gap_dp=8,
    )


def _devices(view: PauseView) -> tuple[Group, ...]:
    """Returns the choices of devices where there is anything to choose."""
    choices = (
        settings.microphones(view.microphones, view.settings),
        settings.speakers(view.speakers, view.settings),
    )
    real = [devices for devices in choices if len(devices.children) > 1]
    return (column(*real, name="Devices"),) if real else ()
