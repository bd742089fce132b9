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


OLD_WORDS = ("jungle", "kettle", "lagoon", "mango", "needle", "orbit")


def certificate(standing):
    known = OLD_WORDS if standing == "changed" else ()
    shown = Certificate("ab12", WORDS, standing, known)
    return SignInView("clinic.example", "heron", "pond", certificate=shown)


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


def test_a_changed_certificate_shows_old_and_new_words_and_enter_leaves(form):
    form.show(certificate("changed"))
    said = form.tree.describe()
    assert "1. jungle" in said
    assert "1. harbor" in said
    assert "Call the administrator" in said
    assert form.focused == "Do not connect"
    form.keys("enter")
    assert form.intents == [intents.DistrustCertificate()]
    assert (form.view.certificate, form.view.is_busy) == (None, False)


def test_a_changed_certificate_is_trusted_by_who_types_the_words_and_not_by_a_button_alone(form):
    form.show(certificate("changed"))
    field = "The first and the last new word, as the administrator says them"
    for typed in ("", "harbor", "jungle orbit", "copper harbor"):
        form.show(certificate("changed"))
        form.tab_to(field)
        form.type(typed)
        form.tab_to("Trust the new certificate")
        form.keys("enter")
        assert not form.view.is_busy
        assert form.view.certificate is not None
        assert State.INVALID in form.tree.find("text field", field).states
    form.show(certificate("changed"))
    form.tab_to(field)
    form.type("Harbor, copper")
    assert not form.view.is_busy
    form.tab_to("Trust the new certificate")
    form.keys("enter")
    assert form.intents[-1] == intents.ReplaceCertificate("ab12")
    assert (form.view.certificate, form.view.is_busy) == (None, True)


@pytest.mark.parametrize("standing", ["unknown", "refused"])
def test_what_replaces_a_pin_does_nothing_for_a_certificate_that_replaces_none(standing):
    before = certificate(standing)
    view = sign_in.update(before, intents.TypeInto("new-words", "harbor copper"))
    view = sign_in.update(view, intents.ReplaceCertificate("ab12"))
    assert not view.is_busy
    assert view.certificate is not None


def test_a_refused_certificate_can_only_be_turned_away_from(form):
    form.show(certificate("refused"))
    modal = form.tree.modal_panel
    offered = {
        node.widget.intent for node in form.tree.find_all("button") if node.panel_id == modal
    }
    assert offered == {intents.DistrustCertificate()}


def test_the_form_speaks_to_staff_as_to_patients(desk):
    outline = desk(SignInView(), sign_in.panels, sign_in.update).tree.describe()
    assert "doctor" not in outline.casefold()
