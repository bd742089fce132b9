"""What tests of sign-in need: a cheap hash, a clock that is set by hand, an account."""

from dataclasses import dataclass

import pytest

from server.auth.accounts import Accounts, NewAccount
from server.auth.password_change import PasswordChange
from server.auth.passwords import HashCost, Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.throttle import Throttle
from world.people import Role

CHEAP = HashCost(passes=1, memory_kib=64, lanes=1)


@dataclass
class Clock:
    now_s: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def passwords():
    pool = Passwords(b"pepper", CHEAP)
    yield pool
    pool.close()


@pytest.fixture
def sessions(store, clock):
    return Sessions(store, clock)


@pytest.fixture
def accounts(store, passwords, clock):
    return Accounts(store, passwords, clock)


@pytest.fixture
def throttle():
    return Throttle()


@pytest.fixture
def sign_in(store, passwords, sessions, throttle, clock):
    return SignIn(store, passwords, sessions, throttle, clock)


@pytest.fixture
def password_change(store, passwords, sessions, throttle, clock):
    return PasswordChange(store, passwords, sessions, throttle, clock)


@pytest.fixture
def new_account():
    def make(login="anna"):
        return NewAccount(login, "correct horse", "display name", "alias")

    return make


@pytest.fixture
async def user(accounts, new_account):
    return await accounts.add(new_account(), Role.PATIENT)


@pytest.fixture
async def bert(accounts, new_account):
    """Somebody else."""
    return await accounts.add(new_account("bert"), Role.PATIENT)
