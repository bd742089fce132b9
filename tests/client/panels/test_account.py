import pytest

from client.panels import account, intents
from client.panels.account import AccountView
from client.panels.form import Form
from client.ui.vocabulary import State

VIEW = AccountView("Robin Field", "Blue Heron", "patient", "Lake")


@pytest.fixture
def screen(desk):
    return desk(VIEW, account.panel, account.update)


def fill(screen, *texts):
    for text in texts:
        screen.type(text)
        screen.keys("tab")


def test_one_changes_the_password_with_the_keyboard_alone(screen):
    assert screen.focused == "Password that you have now"
    fill(screen, "old pond", "new pond", "new pond")
    screen.tab_to("Change the password")
    screen.keys("enter")
    assert screen.intents[-1] == intents.ChangePassword()
    assert screen.view.form.is_busy
    screen.keys("enter")
    assert [one for one in screen.intents if one == intents.ChangePassword()] == [
        intents.ChangePassword()
    ]


def test_it_says_who_one_is_here(screen):
    outline = screen.tree.describe()
    assert "Robin Field" in outline
    assert "Patient at Lake, Blue Heron in the waiting room" in outline


@pytest.mark.parametrize(
    ("texts", "field", "words"),
    [
        ((), "Password that you have now", "Type the password"),
        (("old",), "New password", "Choose a new"),
        (("old", "pond"), "The new one again", "again"),
        (("old", "pond", "bond"), "The new one again", "differ"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_which_gets_the_focus(screen, texts, field, words):
    fill(screen, *texts)
    screen.tab_to("Change the password")
    screen.keys("enter")
    assert not screen.view.form.is_busy
    assert screen.focused == field
    node = screen.tree.find("text field", field)
    assert State.INVALID in node.states
    assert words in node.widget.description


@pytest.mark.parametrize(
    ("key", "field"), [("old", "Password that you have now"), ("new", "New password")]
)
def test_a_no_of_the_clinic_stands_beside_the_field_that_it_is_about(screen, key, field):
    screen.show(account.answered(VIEW, "This is not right: type it again.", key))
    assert screen.focused == field
    assert "not right" in screen.tree.find("text field", field).widget.description


def test_an_unanswered_change_is_said_and_announced(screen):
    screen.said()
    screen.show(account.answered(VIEW, "The clinic did not answer. Try again.", ""))
    assert "The clinic did not answer. Try again." in screen.said()


def test_when_it_is_changed_that_is_said_and_nothing_typed_is_left(screen):
    fill(screen, "old pond", "new pond", "new pond")
    screen.said()
    screen.show(account.answered(screen.view, "", ""))
    assert account.CHANGED in screen.said()
    assert screen.view.form == Form()
    assert screen.focused == "Close"
    screen.keys("escape")
    assert screen.intents[-1] == intents.CloseAccount()


def test_passwords_are_hidden_and_in_no_representation(screen):
    fill(screen, "old pond", "new pond", "new pond")
    assert all(node.widget.is_secret for node in screen.tree.find_all("text field"))
    assert "pond" not in repr(screen.view) + repr(screen.tree.panels)
    assert "Robin" not in repr(screen.view)
