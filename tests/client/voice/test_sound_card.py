"""What PortAudio says of a machine's microphones, told in our words."""

import sys
from types import SimpleNamespace

import pytest

from client.voice import sound_card
from client.voice.devices import DeviceDenied, DeviceUnavailable
from client.voice.sound_card import InputDevice, is_denied, microphones

HOST_ERROR = -9999
"""paUnanticipatedHostError of PortAudio."""


class PortAudioError(Exception):
    pass


def card(error=None):
    """Returns what `import sounddevice` gives on a machine with two kinds of sound."""
    devices = [("Headset", 1), ("Speaker", 0), ("Built-in", 2), ("Headset", 1)]

    def stream(**_):
        raise error

    return SimpleNamespace(
        PortAudioError=PortAudioError,
        InputStream=stream,
        _terminate=lambda: None,
        _initialize=lambda: None,
        default=SimpleNamespace(hostapi=1),
        query_hostapis=lambda: (
            {"name": "Old", "devices": [0, 1]},
            {"name": "New", "devices": [2, 3]},
        ),
        query_devices=lambda i: {"name": devices[i][0], "max_input_channels": devices[i][1]},
    )


def test_each_microphone_is_named_once_by_the_usual_kind_of_sound(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", card())
    assert microphones() == (
        InputDevice("Built-in, New", "Built-in"),
        InputDevice("Headset, New", "Headset"),
    )


def test_a_machine_without_portaudio_has_no_microphones(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert microphones() == ()


@pytest.mark.parametrize(
    ("told", "is_so"),
    [
        (("Error opening InputStream", HOST_ERROR, (8, -13, "Permission denied")), True),
        (("Error opening InputStream", HOST_ERROR, (13, -2147024891, "")), True),
        (("Error opening InputStream", HOST_ERROR, (8, -2, "No such file")), False),
        (("Error querying device -1",), False),
    ],
)
def test_the_systems_no_is_told_from_what_is_missing(monkeypatch, told, is_so):
    assert is_denied(told) is is_so
    monkeypatch.setitem(sys.modules, "sounddevice", card(PortAudioError(*told)))
    with pytest.raises(DeviceUnavailable) as raised:
        sound_card.Microphone().start(lambda _: None)
    assert isinstance(raised.value, DeviceDenied) is is_so
