import pytest

from client.desktop.own_account import OwnAccount
from client.network import channel as c
from client.panels import intents
from client.panels.account import CHANGED, AccountView
from client.ui.tree import Tree


@pytest.fixture
def own():
    own = OwnAccount()
    own.open(AccountView("Robin Field", "Heron", "patient", "Lake"))
    return own


def shown(own):
    tree = Tree()
    tree.show(own.panels())
    return tree


def fill(own, **texts):
    for key, text in texts.items():
        own.handle(intents.TypeInto(key, text))


def test_what_is_typed_is_sent_once(own):
    fill(own, old="old pond", new="new pond", again="new pond")
    assert own.handle(intents.ChangePassword()) == [c.ChangePassword("old pond", "new pond")]
    assert own.handle(intents.ChangePassword()) == []


def test_what_is_wrong_is_not_sent(own):
    fill(own, old="old pond", new="new pond", again="bond")
    assert own.handle(intents.ChangePassword()) == []


def test_the_answer_is_shown_where_it_was_asked(own):
    assert own.take(c.PasswordAnswered("This is not right.", "old")) == ""
    field = shown(own).find("text field", "Password that you have now").widget
    assert field.description == "This is not right."
    assert own.take(c.PasswordAnswered()) == ""
    assert shown(own).find_all(name=CHANGED)


def test_who_has_closed_it_is_told_all_the_same(own):
    own.handle(intents.CloseAccount())
    assert own.panels() == ()
    assert own.take(c.PasswordAnswered()) == CHANGED
    assert own.take(c.PasswordAnswered("The clinic did not answer.")) == (
        "The clinic did not answer."
    )


def test_what_was_typed_is_forgotten_when_it_is_closed(own):
    fill(own, old="old pond")
    own.handle(intents.CloseAccount())
    own.open(AccountView())
    assert shown(own).find("text field", "Password that you have now").widget.value == ""
