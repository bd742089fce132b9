"""Runs a clinic's records from a terminal: `python3 tools/admin.py COMMAND --data DIR`.

init    makes a real clinic with its first administrator
invite  prints the line, good once, with which one person takes up an account
users   lists the accounts
disable bars an account and ends its sessions
audit   verifies that the audit trail is as it was written

Works beside a running server. Each command says what to do next when it cannot do its work.
"""

import argparse
import getpass
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from server.config import DATABASE
from tools import environment

ROLES = ("patient", "carer", "interpreter", "nurse", "doctor", "trainee", "instructor", "admin")


def main(given: Sequence[str]) -> int:
    """Returns 0 if the command did its work, 1 if it could not."""
    arguments = _parser().parse_args(given)
    if importlib.util.find_spec("sqlalchemy") is None:
        python = environment.prepare(environment.SERVER)
        return subprocess.run([str(python), __file__, *given], check=False).returncode
    from tools import administration  # noqa: PLC0415  its packages are there only now

    if arguments.command == "init":
        arguments.password = _password(arguments.password_file)
    return administration.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="admin.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--data", type=Path, required=True, help="the clinic's data folder")
    place.add_argument(
        "--database",
        default=os.environ.get(DATABASE, ""),
        help=f"URL, SQLite in the data folder if neither it nor {DATABASE} is given",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    init = commands.add_parser("init", parents=[place], help="make a real clinic")
    init.add_argument("--name", required=True, help="what the clinic is called")
    init.add_argument("--login", default="admin", help="the first administrator's login")
    init.add_argument(
        "--password-file",
        type=Path,
        help="a private file with the password; asked for if not given",
    )
    invite = commands.add_parser(
        "invite", parents=[place], help="let one person take up an account"
    )
    invite.add_argument("--role", required=True, choices=ROLES)
    commands.add_parser("users", parents=[place], help="list the accounts")
    disable = commands.add_parser("disable", parents=[place], help="bar an account")
    disable.add_argument("user_id", help="as `users` prints it")
    audit = commands.add_parser("audit", parents=[place], help="look at the audit trail")
    audit.add_argument("what", choices=["verify"])
    return parser


def _password(file: Path | None) -> str | Path:
    if file is not None:
        return file
    if not sys.stdin.isatty():
        environment.stop(
            "there is no terminal to ask for the administrator's password on. Write it into a file"
            " that only you can read (umask 077; nano FILE), type the same command again with"
            " --password-file FILE, and delete the file afterwards."
        )
    password = getpass.getpass("Password of the first administrator: ")
    if getpass.getpass("The same again: ") != password:
        environment.stop("the two passwords differ: start again")
    return password


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
