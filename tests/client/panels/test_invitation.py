from dataclasses import replace

import pytest

from client.panels import intents, invitation
from client.panels.certificate import Certificate
from client.panels.form import Form
from client.panels.invitation import InvitationView, Step
from client.ui.vocabulary import State

CODE = "XNRtNg7cyGfyqy0LYIOFMvQ3m9wdzzt3"
WORDS = ("harbor", "candle", "violet", "ladder", "meadow", "copper")


@pytest.fixture
def screen(desk):
    return desk(InvitationView(), invitation.panels, invitation.update)


def at(step, **texts):
    return InvitationView(Form(texts), step, "Lake", "patient")


def test_the_code_is_asked_about_with_the_keyboard_alone(screen):
    screen.type("clinic.example")
    screen.keys("tab")
    screen.type(CODE)
    screen.keys("enter")
    assert screen.intents[-1] == intents.LookAtInvitation()
    assert screen.view.form.is_busy
    assert screen.view.form.text("code") == CODE


def test_all_three_steps_are_gone_through_with_the_keyboard_alone(screen):
    screen.show(at(Step.NAMES))
    screen.type("Robin Field")
    screen.keys("tab")
    screen.type("Heron")
    screen.keys("enter")
    assert screen.view.step is Step.LOGIN
    assert screen.focused == "Login"
    for text in ("robin", "three quiet ponds", "three quiet ponds"):
        screen.type(text)
        screen.keys("tab")
    screen.tab_to("Make the account")
    screen.keys("enter")
    assert screen.view.form.is_busy
    assert screen.view.form.texts == {
        "name": "Robin Field",
        "alias": "Heron",
        "login": "robin",
        "password": "three quiet ponds",
        "again": "three quiet ponds",
    }


def test_it_says_who_invites_as_what_and_who_reads_which_name(screen):
    screen.show(at(Step.NAMES))
    outline = screen.tree.describe()
    assert "Lake invites you as a patient." in outline
    assert "Other patients never do." in outline
    screen.show(replace(at(Step.NAMES), role="interpreter"))
    assert "Lake invites you as an interpreter." in screen.tree.describe()
    screen.show(replace(at(Step.NAMES), role="doctor"))
    assert "the patients whom you treat" in screen.tree.describe()


@pytest.mark.parametrize(
    ("step", "texts", "field", "words"),
    [
        (Step.CODE, {}, "Clinic's address", "Type the address"),
        (Step.CODE, {"address": "a"}, "Invitation code", "Type the code"),
        (Step.CODE, {"address": "a", "code": "a b"}, "Invitation code", "letters, digits"),
        (Step.NAMES, {}, "Your name", "Type your name"),
        (Step.NAMES, {"name": "Robin"}, "Your neutral name", "Choose any name"),
        (Step.LOGIN, {}, "Login", "Choose a login"),
        (Step.LOGIN, {"login": "r"}, "Password", "Choose a password"),
        (Step.LOGIN, {"login": "r", "password": "p"}, "The same password again", "again"),
        (
            Step.LOGIN,
            {"login": "r", "password": "pond", "again": "bond"},
            "The same password again",
            "The two differ",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_which_gets_the_focus(
    screen, step, texts, field, words
):
    screen.show(at(step, **texts))
    screen.tab_to("Make the account" if step is Step.LOGIN else "Go on")
    screen.said()
    screen.keys("enter")
    assert screen.view.step is step
    assert not screen.view.form.is_busy
    assert screen.focused == field
    node = screen.tree.find("text field", field)
    assert State.INVALID in node.states
    assert words in node.widget.description
    assert any(words in said for said in screen.said())
    screen.type("x")
    assert State.INVALID not in screen.tree.find("text field", field).states


@pytest.mark.parametrize(
    ("key", "step", "field"),
    [
        ("code", Step.CODE, "Invitation code"),
        ("login", Step.LOGIN, "Login"),
        ("password", Step.LOGIN, "Password"),
    ],
)
def test_a_no_of_the_clinic_leads_to_the_field_that_it_is_about(screen, key, step, field):
    busy = replace(at(Step.LOGIN), form=Form(is_busy=True))
    screen.show(invitation.refused(busy, "This login is taken: choose another one.", key))
    assert screen.view.step is step
    assert screen.focused == field
    assert "This login is taken" in screen.tree.find("text field", field).widget.description


def test_a_lost_network_is_said_where_one_is_and_nothing_typed_is_lost(screen):
    screen.show(replace(at(Step.LOGIN, login="robin"), form=Form({"login": "robin"}, is_busy=True)))
    screen.said()
    screen.show(invitation.refused(screen.view, "The clinic does not answer. Check it.", ""))
    assert screen.view.step is Step.LOGIN
    assert "The clinic does not answer. Check it." in screen.said()
    assert screen.view.form.text("login") == "robin"


def test_escape_goes_back_step_by_step_and_keeps_what_was_typed(screen):
    screen.show(at(Step.LOGIN, name="Robin", code=CODE))
    screen.keys("escape", "escape", "escape")
    assert screen.intents == [intents.StepBack()] * 3
    assert screen.view.step is Step.CODE
    assert screen.view.form.text("name") == "Robin"


def test_while_the_clinic_is_asked_escape_stops_it(screen):
    screen.show(replace(at(Step.CODE), form=Form({"code": CODE}, is_busy=True)))
    screen.keys("escape")
    assert screen.intents == [intents.StopSigningIn()]
    assert not screen.view.form.is_busy


def test_an_unknown_clinic_shows_its_words_before_anything_is_sent(screen):
    unknown = Certificate("ab12", WORDS, "unknown")
    screen.show(replace(at(Step.CODE, address="clinic.example"), certificate=unknown))
    assert screen.focused == "They do not match"
    for number, word in enumerate(WORDS, start=1):
        screen.tree.find("text", f"{number}. {word}")
    screen.tab_to("The words match")
    screen.keys("enter")
    assert screen.intents == [intents.TrustCertificate("ab12")]
    assert screen.view.form.is_busy


def test_passwords_are_shown_only_when_asked_and_never_in_a_representation(screen):
    screen.show(at(Step.LOGIN, password="pond", again="pond"))
    fields = [screen.tree.find("text field", n) for n in ("Password", "The same password again")]
    assert all(node.widget.is_secret for node in fields)
    assert "pond" not in repr(screen.view) + repr(screen.tree.panels)
    screen.tab_to("Show passwords")
    screen.keys("space")
    assert not screen.tree.find("text field", "Password").widget.is_secret
    assert "pond" not in repr(intents.TypeInto("password", "pond"))
