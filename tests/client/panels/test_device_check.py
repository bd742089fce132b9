import pytest

from client.panels import device_check, intents
from client.panels.device_check import DeviceCheckView, Microphone, level_word
from client.panels.settings import Device

DEVICES = (Device("1", "Headset"), Device("2", "Built-in"))


def view(microphone=Microphone.WORKING, **more):
    return DeviceCheckView(microphone=microphone, devices=DEVICES, device="1", **more)


@pytest.fixture
def check(desk):
    return desk(view(), device_check.panel, device_check.update)


def test_one_goes_in_with_the_keyboard_alone(check):
    check.type("Blue Heron")
    check.tab_to("Text size")
    check.keys("right", "right")
    check.tab_to("High contrast")
    check.keys("space")
    check.tab_to("Which microphone")
    check.keys("down", "enter")
    check.tab_to("Push to talk")
    check.keys("space")
    check.tab_to("Enter the clinic")
    check.keys("enter")
    assert check.intents[-1] == intents.EnterClinic("Blue Heron")
    assert check.view.is_busy
    assert check.view.device == "2"
    assert check.view.settings.text_percent == 150.0
    assert check.view.settings.is_high_contrast
    assert check.view.settings.is_push_to_talk


def test_without_a_name_one_is_told_what_to_do(check):
    check.tab_to("Enter the clinic")
    check.keys("enter")
    assert not check.view.is_busy
    assert any("Choose any name" in said for said in check.said())


@pytest.mark.parametrize("microphone", [Microphone.MISSING, Microphone.DENIED])
def test_without_a_microphone_one_goes_in_all_the_same(check, microphone):
    check.show(view(microphone, alias="Heron"))
    assert "You can still listen and type." in check.tree.describe()
    check.tab_to("Enter the clinic")
    check.keys("enter")
    assert check.view.is_busy


def test_the_level_is_said_in_words(check):
    check.show(view(level=0.5))
    assert check.tree.find("meter").widget.spoken_value == "good"
    assert [level_word(level) for level in (0.0, 0.05, 0.5, 1.0)] == [
        "silent",
        "quiet",
        "good",
        "too loud",
    ]


def test_a_moving_level_is_not_announced(check):
    check.said()
    for level in (0.1, 0.5, 1.0):
        check.show(view(level=level))
    assert check.said() == []


def test_other_patients_are_never_told_the_real_name(check):
    note = check.tree.find("text field").widget.description
    assert note == "Other patients see this one. Your doctor sees your real name."
