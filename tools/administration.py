"""What `tools/admin.py` does once the server's packages are there."""

import argparse
import asyncio
import json
import shlex
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.auth.accounts import INSTALLER, INVITATION_LIFE_S, Accounts, NewAccount
from server.auth.keys import load_keys, make_private_folder, read_private
from server.auth.passwords import Passwords
from server.config import ServerConfig
from server.greeting import ADDRESS, certificate_words, connect_line, reach
from server.store.audit_chain import AuditRecord
from server.store.store import Store
from world.errors import ClinicError, ConfigurationError
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
        await accounts.open_clinic(arguments.name, account)
    data = shlex.quote(str(config.data))
    print(f"{arguments.name} is made. Its administrator signs in as {name}.")
    print(f"Open it, and let it run; {ADDRESS} is where others reach this machine:")
    print(f"  .venv/bin/python -m server --data {data} --host {ADDRESS}")
    print("Then invite the first doctor, in another terminal; it prints what to pass on:")
    print(f"  python3 tools/admin.py invite --data {data} --role doctor")
    print(f"Keep a copy of {config.keys} elsewhere: without it nobody can read the records.")
    return 0


async def _invite(config: ServerConfig, arguments: argparse.Namespace) -> int:
    async with _opened(config) as (_, accounts):
        # Before the code: one that nobody can take up yet would only be lost.
        opening = _last_opening(config)
        code = await accounts.invite(Role(arguments.role))
    days = f"{INVITATION_LIFE_S / DAY_S:.0f} days"
    print(f"One {arguments.role} takes up an account with this line, once, within {days}:")
    print(f"  {connect_line(opening)} --invitation {code}")
    for sentence in reach(opening):
        print(sentence)
    print("Give them these words too, to compare with those in their window:")
    print(f"  {certificate_words(config)}")
    return 0


def _last_opening(config: ServerConfig) -> dict[str, Any]:
    """Returns what the clinic said of itself when it was opened the last time.

    Raises:
      ConfigurationError: if it never was; says how to open it.
    """
    if not config.last_opening.exists():
        raise ConfigurationError(
            "this clinic was never opened, so there is no address yet to invite anybody to. Open "
            f"it, and type the same again in another terminal while it runs; {ADDRESS} is where "
            "others reach this machine:\n  .venv/bin/python -m server --data "
            f"{shlex.quote(str(config.data))} --host {ADDRESS}"
        )
    return dict(json.loads(config.last_opening.read_text(encoding="utf-8")))


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
