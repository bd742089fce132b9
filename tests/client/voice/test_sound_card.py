"""What PortAudio says of a machine's sound devices, told in our words."""

import sys
from types import SimpleNamespace

import pytest

from client.voice import sound_card
from client.voice.devices import DeviceDenied, DeviceUnavailable
from client.voice.sound_card import SoundDevice, SoundDevices, is_denied, sound_devices

HOST_ERROR = -9999
"""paUnanticipatedHostError of PortAudio."""


class PortAudioError(Exception):
    pass


def card(error=None):
    """Returns what `import sounddevice` gives on a machine with two kinds of sound."""
    devices = [("Headset", 1, 2), ("Speaker", 0, 2), ("Built-in", 2, 0), ("Headset", 1, 2)]

    def stream(**_):
        raise error

    return SimpleNamespace(
        PortAudioError=PortAudioError,
        InputStream=stream,
        OutputStream=stream,
        _terminate=lambda: None,
        _initialize=lambda: None,
        default=SimpleNamespace(hostapi=1),
        query_hostapis=lambda: (
            {"name": "Old", "devices": [0, 1]},
            {"name": "New", "devices": [2, 3]},
        ),
        query_devices=lambda i: dict(
            zip(("name", "max_input_channels", "max_output_channels"), devices[i], strict=True)
        ),
    )


def test_each_device_is_named_once_by_the_usual_kind_of_sound(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", card())
    headset = SoundDevice("Headset, New", "Headset")
    assert sound_devices() == SoundDevices(
        (SoundDevice("Built-in, New", "Built-in"), headset),
        (headset, SoundDevice("Speaker, Old", "Speaker")),
    )


def test_a_machine_without_portaudio_has_no_devices_and_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert sound_devices() == SoundDevices((), ())
    with pytest.raises(DeviceUnavailable, match="libportaudio2"):
        sound_card.Headphones().start(lambda _: None)


def test_loudspeakers_that_cannot_be_opened_say_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", card(PortAudioError("Device unavailable")))
    with pytest.raises(DeviceUnavailable, match="Plug in headphones or loudspeakers"):
        sound_card.Headphones().start(lambda _: None)


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
