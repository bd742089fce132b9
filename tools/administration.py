"""What `tools/admin.py` does once the server's packages are there."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from server.auth.accounts import INSTALLER, INVITATION_LIFE_S, Accounts, NewAccount
from server.auth.certificate import given_certificate
from server.auth.keys import load_keys, make_private_folder, read_private
from server.auth.passwords import Passwords
from server.config import ServerConfig
from server.store.audit_chain import AuditRecord
from server.store.store import Store
from world.errors import ClinicError, ConfigurationError
from world.fingerprint import fingerprint_words
from world.people import Role

DAY_S = 24 * 3600.0


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 if the command did its work, 1 if it could not and has said why."""
    work = {
        "init": _init,
        "invite": _invite,
        "users": _users,
        "disable": _disable,
        "audit": _verify,
    }[arguments.command]
    config = ServerConfig(data=arguments.data, database_url=arguments.database)
    try:
        return asyncio.run(work(config, arguments))
    except (ClinicError, OSError) as error:
        print(f"metaclinic: {error}", file=sys.stderr)
        return 1


async def _init(config: ServerConfig, arguments: argparse.Namespace) -> int:
    password = _read_password(arguments.password)
    make_private_folder(config.data)
    async with _records(config) as (_, accounts):
        name = arguments.login
        account = NewAccount(name, password, display_name=name, alias=name)
        user = await accounts.open_clinic(arguments.name, account)
    print(f"The clinic is made; its administrator is {user.id}, login {name}.")
    print("Keep a copy of the keys folder apart from the database: without it nothing can be read.")
    print(f"Next: python3 tools/admin.py invite --role doctor --data {config.data}")
    print(f"Open it: .venv/bin/python -m server --data {config.data} --host ADDRESS")
    return 0


async def _invite(config: ServerConfig, arguments: argparse.Namespace) -> int:
    async with _opened(config) as (_, accounts):
        code = await accounts.invite(Role(arguments.role))
    print(f"Code for one {arguments.role}, good once, for {INVITATION_LIFE_S / DAY_S:.0f} days:")
    print(code)
    print("They take it up with: python3 tools/run.py --connect HOST:PORT --invitation CODE")
    print(_words(config))
    return 0


def _words(config: ServerConfig) -> str:
    """Returns what an invited person compares with what their window shows."""
    paths = (config.tls / "tls-certificate.pem", config.tls / "tls-key.pem")
    if not paths[0].exists():
        return (
            "They need the words of the clinic's certificate too. It is made when the clinic is "
            "opened for the first time: open it, and ask for the code then."
        )
    words = fingerprint_words(given_certificate(*paths).fingerprint)
    return f"Give them these words too, to compare with those in their window: {' '.join(words)}"


async def _users(config: ServerConfig, _: argparse.Namespace) -> int:
    async with _opened(config) as (store, _accounts):
        async with store.write() as work:
            users = [user for role in Role for user in await work.users.with_role(role)]
            work.audit.record(AuditRecord(time.time(), INSTALLER, "user.list", "clinic"))
        for user in users:
            made = datetime.fromtimestamp(user.created_at_s, UTC).date()
            state = "open" if user.disabled_at_s is None else "barred"
            print(f"{user.id}  {user.role:11}  {state:6}  {made}  {user.login!r}")
    return 0


async def _disable(config: ServerConfig, arguments: argparse.Namespace) -> int:
    async with _opened(config) as (_, accounts):
        await accounts.disable(arguments.user_id, by=INSTALLER)
    print(f"{arguments.user_id} is barred and signed out everywhere.")
    return 0


async def _verify(config: ServerConfig, _: argparse.Namespace) -> int:
    async with _opened(config) as (store, _accounts):
        verdict = await store.verify_audit()
    print(f"{verdict.rows} rows, {verdict.anchors} anchors, {verdict.not_anchored} rows after them")
    for fault in verdict.faults:
        print(f"NOT AS WRITTEN: {fault}")
    print("Keep a copy of the anchor file elsewhere: it shows if the end is ever cut off.")
    return 1 if verdict.faults else 0


@asynccontextmanager
async def _opened(config: ServerConfig) -> AsyncIterator[tuple[Store, Accounts]]:
    """Gives the records of a clinic that exists; makes nothing where there is none."""
    if not config.keys.is_dir():
        raise ConfigurationError(
            f"data folder {config.data}: there is no clinic in it. Make one with: python3"
            f' tools/admin.py init --data {config.data} --name "NAME"'
        )
    async with _records(config) as records:
        yield records


@asynccontextmanager
async def _records(config: ServerConfig) -> AsyncIterator[tuple[Store, Accounts]]:
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    passwords = Passwords(keys.pepper)
    try:
        yield store, Accounts(store, passwords, time.time)
    finally:
        passwords.close()
        await store.close()


def _read_password(given: str | Path) -> str:
    if isinstance(given, str):
        return given
    if not given.is_file():
        raise ConfigurationError(f"--password-file: there is no file {given}")
    return read_private(given).decode().rstrip("\r\n")
