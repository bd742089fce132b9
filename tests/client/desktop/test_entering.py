import pytest

from client.config import ClientConfig
from client.desktop.entering import Entering
from client.desktop.preferences import DAMAGED
from client.network import channel as c
from client.panels import intents
from client.panels.device_check import Microphone
from client.panels.settings import DEFAULTS
from client.ui.tree import Tree
from client.ui.vocabulary import Role

FORM = intents.SignIn("clinic.example:9000", "robin", "secret")

STILL = "You can go in without one, and type."


@pytest.fixture
def entering(tmp_path):
    config = ClientConfig(tmp_path, "clinic.example:9000", login="robin", password="secret")
    return Entering.begin(config, DEFAULTS)


def shown(entering):
    tree = Tree()
    tree.show(entering.panels())
    return tree


def test_signing_in_goes_to_the_address_that_was_typed(entering):
    assert entering.handle(FORM) == [c.SignIn("clinic.example", 9000, "robin", "secret")]
    assert entering.handle(FORM) == []


def test_what_is_no_address_is_said_beside_its_field(entering):
    entering.handle(intents.TypeAddress("not an address"))
    assert entering.handle(FORM) == []
    assert (
        "clinic.example"
        in shown(entering).find(Role.TEXT_FIELD, "Clinic's address").widget.description
    )


def test_a_changed_clinic_is_trusted_only_after_its_new_words_were_typed(entering):
    entering.handle(FORM)
    entering.take(c.CertificateShown("cd", ("one", "two"), "changed", ("old", "er")))
    assert shown(entering).find_all(name="1. old, 2. er")
    assert entering.handle(intents.TrustCertificate("cd")) != [c.Trust("cd", is_instead=True)]
    entering.take(c.CertificateShown("cd", ("one", "two"), "changed", ("old", "er")))
    assert entering.handle(intents.ReplaceCertificate("cd")) == []
    entering.handle(intents.TypeInto("new-words", "one two"))
    assert entering.handle(intents.ReplaceCertificate("cd")) == [c.Trust("cd", is_instead=True)]
    assert entering.handle(intents.ReplaceCertificate("cd")) == []


def test_a_stranger_is_asked_about_and_a_refused_one_cannot_be_accepted(entering):
    entering.handle(FORM)
    entering.take(c.CertificateShown("ab", ("one", "two"), "unknown"))
    yes = shown(entering).find(Role.BUTTON, "The words match").widget.intent
    assert entering.handle(yes) == [c.Trust("ab")]
    entering.take(c.CertificateShown("cd", ("one", "two"), "refused"))
    buttons = {node.widget.name for node in shown(entering).find_all(Role.BUTTON)}
    assert not buttons & {"The words match", "Trust the new certificate"}


def test_who_finds_other_words_reads_that_nothing_was_sent_and_whom_to_ask(entering):
    entering.handle(FORM)
    entering.take(c.CertificateShown("ab", ("one", "two"), "unknown"))
    no = shown(entering).find(Role.BUTTON, "They do not match").widget.intent
    assert entering.handle(no) == [c.StopSigningIn()]
    address = shown(entering).find(Role.TEXT_FIELD, "Clinic's address").widget
    assert "Nothing was sent. Call the clinic" in address.description


def test_a_refusal_is_shown_and_the_form_can_be_used_again(entering):
    entering.handle(FORM)
    entering.take(c.Trouble("sign-in", "Login and password do not belong together."))
    assert shown(entering).find_all(name="Login and password do not belong together.")
    assert len(entering.handle(FORM)) == 1


def test_after_signing_in_devices_are_checked_and_the_password_is_forgotten(entering):
    entering.handle(FORM)
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    entering.suggest_alias("Green Wren")
    assert entering.form.password == ""
    entering.take(c.MicrophoneLevel(-30.0, is_sending=False))
    assert shown(entering).find(Role.METER).widget.level == pytest.approx(0.5)
    assert entering.handle(intents.EnterClinic("Green Wren")) == [c.Enter()]


def test_a_missing_microphone_still_lets_one_in(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    entering.take(c.Trouble("microphone", "No microphone: none is connected."))
    entering.take(c.MicrophoneLevel(-127.0, is_sending=False))
    assert entering.check.microphone is Microphone.MISSING
    assert shown(entering).find_all(name=f"No microphone: none is connected. {STILL}")
    assert entering.handle(intents.EnterClinic("Green Wren")) == [c.Enter()]


def test_the_end_of_a_session_leads_back_to_the_form_with_its_reason(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    entering.take(c.ConnectionChanged("ended", "You signed in on another device."))
    assert shown(entering).find_all(name="You signed in on another device.")


def test_a_microphone_that_is_not_allowed_is_told_from_a_missing_one(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    entering.take(c.Trouble("microphone", "No microphone: not allowed.", is_denied=True))
    assert entering.check.microphone is Microphone.DENIED
    again = shown(entering).find(Role.BUTTON, "Look again").widget.intent
    assert entering.handle(again) == [c.OpenDevices()]
    assert entering.check.microphone is Microphone.ASKING


def test_a_microphone_is_chosen_from_those_that_are_there(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    headset = c.FoundDevice("Headset, ALSA", "Headset")
    entering.take(c.DevicesFound((headset,), (headset,)))
    entering.take(c.MicrophoneLevel(-30.0, is_sending=False))
    rows = shown(entering).find(Role.LIST, "Which microphone").widget
    assert [row.name for row in rows.children][1:] == ["Headset"]
    assert entering.handle(rows.chosen("Headset, ALSA")) == [c.OpenDevices("Headset, ALSA")]
    ears = shown(entering).find(Role.LIST, "Where you hear").widget
    both = c.OpenDevices("Headset, ALSA", "Headset, ALSA")
    assert entering.handle(ears.chosen("Headset, ALSA")) == [both]
    assert entering.handle(rows.chosen("system")) == [c.OpenDevices("", "Headset, ALSA")]


def test_a_test_sound_that_nobody_can_hear_says_why(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    assert entering.handle(intents.PlayTestSound()) == [c.TestSound()]
    entering.take(c.Trouble("output", "Nothing can be heard: started without sound."))
    assert shown(entering).find_all(name="Nothing can be heard: started without sound.")


def test_headphones_that_are_missing_are_said(entering):
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    entering.take(c.MicrophoneLevel(-30.0, is_sending=False))
    entering.take(c.Trouble("output", "No headphones: none is connected."))
    assert shown(entering).find_all(name="No headphones: none is connected.")


def test_settings_that_could_not_be_read_are_told_at_the_device_check(tmp_path):
    entering = Entering.begin(ClientConfig(tmp_path, "clinic.example"), DEFAULTS, DAMAGED)
    entering.take(c.SignedIn("0" * 32, "token", "Clinic", is_demo=True))
    assert shown(entering).find_all(name=DAMAGED)


@pytest.mark.parametrize(("role", "is_chosen"), [("patient", True), ("doctor", False)])
def test_only_patients_choose_a_name_for_the_waiting_room(entering, role, is_chosen):
    entering.take(c.SignedIn("u" * 32, "t", "Clinic", is_demo=True, role=role, alias="Any"))
    entering.suggest_alias("Any")
    tree = shown(entering)
    assert bool(tree.find_all(Role.TEXT_FIELD, "Your name in the waiting room")) is is_chosen
    assert tree.find_all(name="Any") or is_chosen
