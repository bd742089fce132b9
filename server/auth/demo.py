"""The demo clinic: a clinic with invented people in it, for this machine alone.

Its accounts have random passwords, kept in one private file for the clients and bots of the same
machine. A server that listens beyond this machine refuses to start with them.
"""

import asyncio
import ipaddress
import json
import secrets
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from server.auth.accounts import Accounts, NewAccount
from server.auth.keys import read_private, write_private
from server.auth.passwords import Passwords
from server.store.clinics import Clinic
from server.store.store import Store
from world.errors import ConfigurationError
from world.people import Role

DEMO_NAME: Final = "Metaclinic Demo"
DEMO_FILE: Final = "demo_accounts.json"
PEOPLE: Final = (
    ("patient", Role.PATIENT, "Robin Field", "Blue Heron", 3),
    ("doctor", Role.DOCTOR, "Dr. Ada Marsh", "Doctor", 0),
    ("trainee", Role.TRAINEE, "Sam Reed", "Trainee", 1),
    ("nurse", Role.NURSE, "Noor Hill", "Nurse", 0),
    ("carer", Role.CARER, "Toni Field", "Violet Lark", 6),
    ("bot-doctor", Role.DOCTOR, "Dr. Ben Wood", "Doctor", 1),
    ("bot-patient-1", Role.PATIENT, "Alex Brook", "Green Finch", 0),
    ("bot-patient-2", Role.PATIENT, "Kim Stone", "Red Kite", 2),
    ("bot-patient-3", Role.PATIENT, "Lou Glen", "Gray Owl", 1),
    ("bot-patient-4", Role.PATIENT, "Max Shore", "White Swan", 7),
    ("bot-patient-5", Role.PATIENT, "Jo Meadow", "Black Swift", 4),
    ("bot-patient-6", Role.PATIENT, "Ray Cliff", "Brown Wren", 5),
    ("bot-patient-7", Role.PATIENT, "Uma Dale", "Golden Plover", 6),
    ("bot-patient-8", Role.PATIENT, "Ida Lake", "Silver Tern", 8),
)
"""Login, role, name, neutral name, and which of the role's bodies (client/avatars/casting.py):
one that suits the name, and none twice among those who wait."""


async def open_demo_clinic(
    store: Store, passwords: Passwords, folder: Path, now_s: Callable[[], float]
) -> None:
    """Makes the demo clinic and its people, or what is missing of them.

    Raises:
      ConfigurationError: if the folder holds a real clinic, or its password file lies open.
    """
    async with store.read() as work:
        clinic = await work.clinics.find()
    if clinic is not None and not clinic.is_demo:
        raise ConfigurationError(
            f"data folder {folder}: it holds a real clinic; give the demo a folder of its own"
        )
    if clinic is None:
        async with store.write() as work:
            await work.clinics.open(Clinic(DEMO_NAME, is_demo=True, opened_at_s=now_s()))
    # The file before the accounts: one whose password was lost in a crash could not be used.
    path = folder / DEMO_FILE
    words = demo_passwords(folder) if path.exists() else {}
    fresh = {login: secrets.token_urlsafe(24) for login, *_ in PEOPLE if login not in words}
    if fresh:
        words |= fresh
        write_private(path, json.dumps(words, indent=1).encode())
    accounts = Accounts(store, passwords, now_s)
    await asyncio.gather(
        *(
            _ensure(
                store, accounts, NewAccount(login, words[login], name, alias, look), role, fresh
            )
            for login, role, name, alias, look in PEOPLE
        )
    )


def demo_passwords(folder: Path) -> dict[str, str]:
    """Returns the demo accounts' passwords by login.

    Raises:
      ConfigurationError: if there is no demo clinic in this folder.
    """
    path = folder / DEMO_FILE
    if not path.exists():
        raise ConfigurationError(
            f"data folder {folder}: there is no demo clinic in it; start the server once"
        )
    return dict(json.loads(read_private(path)))


async def assert_may_listen(store: Store, host: str) -> None:
    """Returns if this host may be listened on with the accounts that exist.

    Raises:
      ConfigurationError: if others could reach demo accounts.
    """
    if is_loopback(host):
        return
    async with store.read() as work:
        clinic = await work.clinics.find()
        has_demo = (clinic is not None and clinic.is_demo) or await work.users.has_demo()
    if has_demo:
        raise ConfigurationError(
            f"host: got {host}, but this clinic has demo accounts, which may be reached from this"
            " machine only; allowed is 127.0.0.1. For a real clinic type:"
            " python3 tools/admin.py init --data DIR --name NAME"
        )


def is_loopback(host: str) -> bool:
    """Returns whether only this machine reaches a server on this host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _ensure(
    store: Store, accounts: Accounts, account: NewAccount, role: Role, fresh: Collection[str]
) -> None:
    async with store.read() as work:
        credential = await work.users.credential(account.login)
    if credential is None:
        await accounts.add(account, role, is_demo=True)
    elif account.login in fresh:
        await accounts.set_password(credential.user_id, account.password)
