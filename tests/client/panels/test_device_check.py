import pytest

from client.panels import device_check, intents
from client.panels.device_check import DeviceCheckView, Microphone, level_word
from client.panels.settings import SYSTEM, Device, Settings

DEVICES = (SYSTEM, Device("1", "Headset"), Device("2", "Built-in"))


def view(microphone=Microphone.WORKING, **more):
    chosen = {"microphones": DEVICES, "speakers": DEVICES, "settings": Settings(microphone="1")}
    return DeviceCheckView(microphone=microphone, **(chosen | more))


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
    check.tab_to("Where you hear")
    check.keys("down", "enter")
    check.tab_to("Speak calls aloud")
    check.keys("space")
    check.tab_to("Enter the clinic")
    check.keys("enter")
    assert check.intents[-1] == intents.EnterClinic("Blue Heron")
    assert check.view.is_busy
    assert check.view.settings.microphone == "2"
    assert check.view.settings.speaker == "1"
    assert not check.view.settings.is_announcing
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
    assert "You can go in without one, and type." in check.tree.describe()
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


def test_a_test_sound_says_what_one_hears_or_why_one_hears_nothing(check):
    assert device_check.TWO_NOTES not in check.tree.describe()
    check.tab_to("Play a test sound")
    check.keys("enter")
    assert device_check.TWO_NOTES in check.tree.describe()
    problem = "No loudspeaker: none is connected. Plug one in."
    check.show(view(is_sound_tested=True, output_problem=problem))
    assert problem in check.tree.describe()
    assert device_check.TWO_NOTES not in check.tree.describe()
    assert problem in check.said()


def test_a_device_that_is_not_plugged_in_is_not_shown_as_chosen(check):
    check.show(view(settings=Settings(microphone="gone", speaker="2")))
    assert check.tree.find("list", "Which microphone").widget.selected == SYSTEM.key
    assert check.tree.find("list", "Where you hear").widget.selected == "2"


def test_settings_that_could_not_be_read_are_told_before_one_goes_in(check):
    check.said()
    check.show(view(notice="What you had set could not be read."))
    assert "What you had set could not be read." in check.said()


def test_who_has_a_name_here_already_is_not_asked_for_one_and_reads_of_no_doctor_of_theirs(check):
    check.show(view(alias="Doctor", is_alias_chosen=False))
    outline = check.tree.describe()
    assert "Your doctor" not in outline
    assert "Other patients" not in outline
    assert check.focused == "Enter the clinic"
    check.keys("enter")
    assert check.view.is_busy
