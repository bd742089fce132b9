from dataclasses import replace

import pytest

from client.panels import intents, sign_in
from client.panels.certificate import Certificate
from client.panels.sign_in import SignInView
from client.ui.vocabulary import State

WORDS = ("harbor", "candle", "violet", "ladder", "meadow", "copper")


@pytest.fixture
def form(desk):
    return desk(SignInView(), sign_in.panels, sign_in.update)


def test_one_signs_in_with_the_keyboard_alone(form):
    form.type("clinic.example")
    form.keys("tab")
    form.type("heron")
    form.keys("tab")
    form.type("Wade in 3 ponds")
    form.keys("tab", "tab", "enter")
    assert form.intents[-1] == intents.SignIn("clinic.example", "heron", "Wade in 3 ponds")
    assert form.view.is_busy


def test_enter_in_any_field_signs_in(form):
    form.show(SignInView("clinic.example", "heron", "pond"))
    form.keys("enter")
    assert form.intents == [intents.SignIn("clinic.example", "heron", "pond")]


def test_what_is_missing_is_said_beside_its_field_and_aloud(form):
    form.said()
    form.keys("enter")
    assert not form.view.is_busy
    for name in ("Clinic's address", "Login", "Password"):
        assert State.INVALID in form.tree.find("text field", name).states
    assert "Login. Type your login. If you have none yet, take up your invitation." in form.said()


def test_the_focus_goes_to_the_first_field_that_is_wrong_and_stays_there_while_it_is_mended(form):
    form.show(SignInView("clinic.example", "", ""))
    form.tab_to("Sign in")
    form.keys("enter")
    assert form.focused == "Login"
    form.type("heron")
    assert form.focused == "Login"
    form.keys("enter")
    assert form.focused == "Password"


def test_typing_takes_the_problem_away(form):
    form.keys("enter")
    form.type("c")
    assert State.INVALID not in form.tree.find("text field", "Clinic's address").states
    assert State.INVALID in form.tree.find("text field", "Login").states


def test_while_it_connects_nothing_is_sent_twice_and_one_can_stop(form):
    form.show(SignInView("clinic.example", "heron", "pond", is_busy=True))
    form.keys("enter")
    assert form.intents == []
    form.tab_to("Stop")
    form.keys("enter")
    assert form.intents == [intents.StopSigningIn()]
    assert not form.view.is_busy


def test_a_refusal_is_a_sentence_that_is_announced(form):
    form.said()
    form.show(replace(form.view, problem="The clinic does not answer. Check the address."))
    assert "The clinic does not answer. Check the address." in form.said()


def test_the_password_is_shown_only_when_asked_and_never_in_a_representation(form):
    form.show(SignInView("clinic.example", "heron", "pond"))
    assert form.tree.find("text field", "Password").widget.is_secret
    form.tab_to("Show password")
    form.keys("space")
    assert not form.tree.find("text field", "Password").widget.is_secret
    assert "pond" not in repr(form.view) + repr(form.tree.panels)


def certificate(standing):
    return SignInView(
        "clinic.example", "heron", "pond", certificate=Certificate("ab12", WORDS, standing)
    )


def test_an_unknown_clinic_shows_its_words_and_the_safe_answer_has_the_focus(form):
    form.show(certificate("unknown"))
    assert form.focused == "They do not match"
    for number, word in enumerate(WORDS, start=1):
        form.tree.find("text", f"{number}. {word}")
    assert any("harbor, candle" in said for said in form.said())
    form.keys("escape")
    assert form.intents == [intents.DistrustCertificate()]
    assert form.focused == "Clinic's address"


def test_words_that_match_pin_the_certificate(form):
    form.show(certificate("unknown"))
    form.tab_to("The words match")
    form.keys("enter")
    assert form.intents == [intents.TrustCertificate("ab12")]


def test_a_changed_certificate_can_only_be_turned_away_from(form):
    form.show(certificate("changed"))
    modal = form.tree.modal_panel
    offered = {
        node.widget.intent for node in form.tree.find_all("button") if node.panel_id == modal
    }
    assert offered == {intents.DistrustCertificate()}
