"""The demo clinic: complete, for this machine alone, and never mixed with a real one."""

import stat

import pytest

from server.auth.demo import (
    DEMO_FILE,
    PEOPLE,
    assert_may_listen,
    demo_passwords,
    is_loopback,
    open_demo_clinic,
)
from server.store.clinics import Clinic
from world.errors import ConfigurationError
from world.people import Role


@pytest.fixture
def database_url(sqlite_url):
    """One database: thirteen accounts take time, and accounts are tested on both elsewhere."""
    return sqlite_url


@pytest.fixture
async def demo(store, passwords, tmp_path, clock):
    await open_demo_clinic(store, passwords, tmp_path, clock)


async def test_its_people_can_sign_in_with_the_passwords_in_the_file(demo, sign_in, tmp_path):
    words = demo_passwords(tmp_path)
    assert {"patient", "doctor", "trainee", "nurse", "carer", "bot-doctor"} <= set(words)
    assert len([login for login in words if login.startswith("bot-patient-")]) == 8
    assert len(set(words.values())) == len(words)
    for login, password in words.items():
        await sign_in.sign_in(login, password, "127.0.0.1")


async def test_its_accounts_say_that_they_are_demo_accounts(demo, store):
    async with store.read() as work:
        people = [user for role in Role for user in await work.users.with_role(role)]
        assert (await work.clinics.find()).is_demo
    assert len(people) == 14
    assert all(user.is_demo for user in people)


async def test_its_password_file_is_private(demo, tmp_path):
    assert stat.S_IMODE((tmp_path / DEMO_FILE).stat().st_mode) == 0o600
    (tmp_path / DEMO_FILE).chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 0600"):
        demo_passwords(tmp_path)


async def test_opening_it_twice_changes_nothing(demo, store, passwords, tmp_path, clock):
    before = demo_passwords(tmp_path)
    await open_demo_clinic(store, passwords, tmp_path, clock)
    assert demo_passwords(tmp_path) == before


async def test_a_half_made_one_is_completed(store, passwords, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("server.auth.demo.PEOPLE", PEOPLE[:3])
    await open_demo_clinic(store, passwords, tmp_path, clock)
    monkeypatch.undo()
    await open_demo_clinic(store, passwords, tmp_path, clock)
    async with store.read() as work:
        assert all([await work.users.credential(login) for login, *_ in PEOPLE])


async def test_lost_passwords_are_made_anew(demo, store, passwords, tmp_path, clock, sign_in):  # noqa: PLR0917
    (tmp_path / DEMO_FILE).unlink()
    await open_demo_clinic(store, passwords, tmp_path, clock)
    await sign_in.sign_in("patient", demo_passwords(tmp_path)["patient"], "127.0.0.1")


async def test_it_is_not_made_in_a_real_clinic(store, passwords, tmp_path, clock):
    async with store.write() as work:
        await work.clinics.open(Clinic("Real", is_demo=False, opened_at_s=1.0))
    with pytest.raises(ConfigurationError, match="real clinic"):
        await open_demo_clinic(store, passwords, tmp_path, clock)


async def test_it_listens_to_this_machine_only(demo, store):
    await assert_may_listen(store, "127.0.0.1")
    with pytest.raises(ConfigurationError, match=r"admin\.py init"):
        await assert_may_listen(store, "0.0.0.0")


async def test_a_real_clinic_listens_anywhere(store):
    async with store.write() as work:
        await work.clinics.open(Clinic("Real", is_demo=False, opened_at_s=1.0))
    await assert_may_listen(store, "0.0.0.0")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "clinic.example", ""])
def test_these_hosts_reach_beyond_this_machine(host):
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_these_hosts_do_not(host):
    assert is_loopback(host)


def test_without_a_demo_clinic_there_are_no_passwords(tmp_path):
    with pytest.raises(ConfigurationError, match="no demo clinic"):
        demo_passwords(tmp_path)
