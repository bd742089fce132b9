"""An account from invitation to a new password, against a real clinic, by the keyboard alone."""

import asyncio
import time

import pytest

from client.config import ClientConfig
from client.panels.account import CHANGED
from client.program import Program, Step, load_layouts
from client.ui.vocabulary import Role as Widgets
from server.auth.accounts import Accounts
from server.auth.keys import load_keys
from server.auth.passwords import Passwords
from server.config import ServerConfig
from server.store.store import Store
from tests.client.test_program import Person
from world.people import Role

PASSWORD, NEW_PASSWORD = "three quiet ponds", "four quiet ponds"
PASSWORD_FIELDS = ("Password that you have now", "New password", "The new one again")


class Newcomer(Person):
    """Somebody with a code, on a computer that has never met the clinic."""

    def __init__(self, clinic, folder):
        self.address = f"127.0.0.1:{clinic.running['web_port']}"
        config = ClientConfig(folder, has_sound_card=False)
        self.program = Program(config, load_layouts(config.assets))
        self.everybody = [self]

    def fill(self, **fields):
        for name, text in fields.items():
            self.tab_to(name.replace("_", " "))
            self.type(text)

    def erase(self, letters):
        for _ in range(letters):
            self.press("backspace")

    def problem_of(self, field):
        return self.program.tree.find(Widgets.TEXT_FIELD, field).widget.description

    def compare_words(self):
        self.until(lambda: self.shows("Is this your clinic?"))
        self.activate("The words match")


@pytest.fixture
def code(clinic):
    """A code for one carer."""

    async def invite():
        keys = load_keys(clinic.data / "keys")
        config = ServerConfig(clinic.data)
        store = await Store.open(config.url, keys.store, config.anchors)
        passwords = Passwords(keys.pepper)
        try:
            return await Accounts(store, passwords, time.time).invite(Role.CARER)
        finally:
            passwords.close()
            await store.close()

    return asyncio.run(invite())


@pytest.fixture
def newcomer(clinic, tmp_path):
    one = Newcomer(clinic, tmp_path / "newcomer")
    yield one
    one.program.close()


def take_up(newcomer, code):
    """Goes from the first screen to being signed in; returns the login."""
    login = f"toni-{code[:8]}"
    newcomer.until(lambda: newcomer.shows("Welcome to Metaclinic"))
    newcomer.activate("I have an invitation")
    newcomer.fill(**{"Clinic's address": newcomer.address, "Invitation code": code})
    newcomer.press("enter")
    newcomer.compare_words()
    newcomer.until(lambda: newcomer.shows("Metaclinic Demo invites you as a carer."))
    newcomer.fill(Your_name="Toni Brook")
    newcomer.activate("Go on")
    newcomer.fill(Login=login, Password=PASSWORD, The_same_password_again=PASSWORD)
    newcomer.activate("Make the account")
    newcomer.until(lambda: newcomer.program.step is Step.DEVICE_CHECK)
    return login


def test_an_invitation_is_taken_up_and_lets_one_in(code, newcomer):
    take_up(newcomer, code)
    newcomer.activate("Enter the clinic")
    newcomer.until(lambda: newcomer.program.step is Step.INSIDE)
    me = newcomer.program.model.me
    assert (me.name, me.alias, me.role) == ("Toni Brook", "Carer", "carer")


def test_what_the_clinic_refuses_is_said_beside_its_field_and_mended(code, newcomer):
    newcomer.until(lambda: newcomer.shows("Welcome to Metaclinic"))
    newcomer.activate("I have an invitation")
    newcomer.fill(**{"Clinic's address": newcomer.address, "Invitation code": "x" * 32})
    newcomer.press("enter")
    newcomer.compare_words()
    newcomer.until(lambda: "does not know" in newcomer.problem_of("Invitation code"))
    newcomer.erase(32)
    newcomer.fill(Invitation_code=code)
    newcomer.press("enter")
    newcomer.until(lambda: newcomer.shows("Who are you?"))
    newcomer.fill(Your_name="Toni Brook")
    newcomer.activate("Go on")
    newcomer.fill(Login="patient", Password="password", The_same_password_again="password")
    newcomer.press("enter")
    newcomer.until(lambda: "taken" in newcomer.problem_of("Login"))
    newcomer.fill(Login=f"-{code[:8]}")
    newcomer.press("enter")
    newcomer.until(lambda: "first that others try" in newcomer.problem_of("Password"))
    for field in ("Password", "The same password again"):
        newcomer.tab_to(field)
        newcomer.erase(len("password"))
        newcomer.type(PASSWORD)
    newcomer.press("enter")
    newcomer.until(lambda: newcomer.program.step is Step.DEVICE_CHECK)


def test_a_password_is_changed_from_the_menu_while_the_clinic_goes_on(
    clinic, code, newcomer, tmp_path
):
    login = take_up(newcomer, code)
    newcomer.activate("Enter the clinic")
    newcomer.until(lambda: newcomer.program.step is Step.INSIDE)
    newcomer.press("escape")
    newcomer.activate("Your account")
    newcomer.until(lambda: newcomer.shows("Toni Brook"))
    texts = ("wrong pond", NEW_PASSWORD, NEW_PASSWORD)
    newcomer.fill(**dict(zip(PASSWORD_FIELDS, texts, strict=True)))
    newcomer.activate("Change the password")
    newcomer.until(lambda: "not the password" in newcomer.problem_of(PASSWORD_FIELDS[0]))
    newcomer.erase(len("wrong pond"))
    newcomer.type(PASSWORD)
    newcomer.press("enter")
    newcomer.until(lambda: newcomer.shows(CHANGED))
    newcomer.press("escape")
    newcomer.press("t")
    newcomer.type("Still here")
    newcomer.press("enter")
    newcomer.until(lambda: [line.text for line in newcomer.program.model.lines] == ["Still here"])

    again = Newcomer(clinic, tmp_path / "newcomer")
    try:
        again.fill(**{"Clinic's address": again.address, "Login": login, "Password": NEW_PASSWORD})
        again.press("enter")
        again.until(lambda: again.program.step is Step.DEVICE_CHECK)
    finally:
        again.program.close()
