"""Taking up an invitation at a terminal, against the real web server with its own certificate."""

import asyncio
import time

import pytest

from server.auth.accounts import Accounts
from server.auth.keys import load_keys
from server.auth.passwords import HashCost, Passwords
from server.config import ServerConfig
from server.store.clinics import Clinic
from server.store.store import Store
from server.web_process import run_web
from tools import invitation
from world.errors import ClinicError
from world.people import Role


class Terminal:
    """A person at a terminal who answers each question by what it asks for."""

    def __init__(self, monkeypatch, **answers):
        self.answers, self.asked = answers, []
        monkeypatch.setattr("builtins.input", self._answer)
        monkeypatch.setattr(invitation.getpass, "getpass", self._answer)

    def _answer(self, question):
        self.asked.append(question)
        return next(answer for word, answer in self.answers.items() if word in question.lower())


@pytest.fixture
async def clinic(tmp_path):
    config = ServerConfig(tmp_path / "data", web_port=0)
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    async with store.write() as work:
        await work.clinics.open(Clinic("A Clinic", is_demo=False, opened_at_s=time.time()))
    accounts = Accounts(store, Passwords(keys.pepper, HashCost(1, 8, 1)), time.time)
    code = await accounts.invite(Role.DOCTOR)
    ready = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_web(config, ready.set_result))
    yield store, f"127.0.0.1:{await ready}", code
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await store.close()


async def test_an_invited_doctor_compares_the_words_and_gets_an_account(clinic, monkeypatch):
    store, address, code = clinic
    Terminal(
        monkeypatch,
        **{
            "are they the same": "yes",
            "password": "correct horse battery",
            "login": "ada",
            "your name": "Dr. Ada",
            "neutral": "Doctor",
        },
    )
    await invitation.accept(address, code)
    async with store.read() as work:
        [doctor] = await work.users.with_role("doctor")
    assert (doctor.login, doctor.display_name, doctor.alias) == ("ada", "Dr. Ada", "Doctor")


async def test_other_words_end_it_before_anything_is_sent(clinic, monkeypatch):
    store, address, code = clinic
    person = Terminal(monkeypatch, **{"are they the same": "no"})
    with pytest.raises(ClinicError, match="Nothing was sent"):
        await invitation.accept(address, code)
    assert len(person.asked) == 1
    async with store.read() as work:
        assert not await work.users.with_role("doctor")


async def test_an_address_where_nobody_answers_is_said():
    with pytest.raises(ClinicError, match="No clinic answers at 127"):
        await invitation.accept("127.0.0.1:9", "c" * 32)
