"""Opens the clinic: `python3 tools/run.py`. Sets up everything on a fresh machine first.

Without options: a demo clinic on this machine, with other patients, a doctor and you as a patient,
in a window; without a display, or with --offscreen, the same visit is walked through by itself,
pictures are written and a story is printed.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import environment

WEB_PORT: Final = 8443
WORLD_PORT: Final = 8444


def main() -> int:
    """Returns the exit code of the visit; 0 if all went well."""
    given = parse(sys.argv[1:])
    # Folders are meant from where the person is, not from where the program lies.
    given.data, given.screenshots = given.data.resolve(), given.screenshots.resolve()
    python = environment.prepare(profile(given))
    if given.setup_only:
        others = [word for word in sys.argv[1:] if word != "--setup-only"]
        environment.say("Everything is set up. Go on with:")
        place = ["HOST"] if given.connect == "" else []
        environment.say(" ".join(["  python3 tools/run.py", *others, *place]))
        return 0
    folders = ["--data", str(given.data), "--screenshots", str(given.screenshots)]
    return _run([str(python), "-m", "tools.session", *sys.argv[1:], *folders])


def profile(given: argparse.Namespace) -> environment.Profile:
    """Returns what a command needs, whether it starts something or only sets up."""
    if given.server_only:
        return environment.SERVER
    return environment.CLINIC if given.connect is None else environment.CLIENT


def _run(command: list[str]) -> int:
    """Becomes the session; where a program cannot, starts it and waits for its end."""
    os.chdir(environment.ROOT)
    if os.name != "nt":
        # One process instead of two: none is left over when it is killed.
        os.execv(command[0], command)  # noqa: S606 -- no shell is wanted
    process = subprocess.Popen(command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Returns what was asked for; ends the program with a sentence if it does not fit."""
    parser = argparse.ArgumentParser(prog="tools/run.py", description=__doc__)
    parser.add_argument("--setup-only", action="store_true", help="install, start nothing")
    add_session_arguments(parser)
    given = parser.parse_args(arguments)
    if given.connect is not None and given.server_only:
        parser.error("--connect joins a clinic elsewhere, --server-only opens one here: choose one")
    if given.connect == "" and not given.setup_only:
        parser.error("--connect wants the clinic's address: --connect HOST or HOST:PORT")
    return given


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1.0 <= seconds <= 3600.0:
        raise argparse.ArgumentTypeError(f"got {text}, allowed are 1 to 3600")
    return seconds


def add_session_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what tools/session.py understands too."""
    parser.add_argument("--server-only", action="store_true", help="no window; the server alone")
    parser.add_argument(
        "--connect",
        metavar="HOST",
        nargs="?",
        const="",
        help="join a clinic elsewhere: HOST or HOST:PORT",
    )
    parser.add_argument("--invitation", metavar="CODE", help="with --connect: take up an account")
    parser.add_argument(
        "--as",
        dest="role",
        choices=("patient", "doctor", "trainee"),
        default="patient",
        help="who you are in the demo clinic (patient if not given)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=environment.ROOT / "data" / "demo",
        help="folder of the clinic (data/demo if not given)",
    )
    parser.add_argument("--offscreen", action="store_true", help="no window, pictures instead")
    parser.add_argument(
        "--seconds",
        type=_seconds,
        help="longest time of the visit without a window (100 if not given, a trainee's 400)",
    )
    parser.add_argument(
        "--screenshots",
        type=Path,
        default=Path("screenshots"),
        help="folder for the pictures (screenshots if not given)",
    )
    ports = (("--web-port", "HTTPS", WEB_PORT), ("--world-port", "websocket", WORLD_PORT))
    for option, kind, port in ports:
        sentence = f"{kind} port of the server that is opened ({port} if not given, 0: any)"
        parser.add_argument(option, type=int, help=sentence)


if __name__ == "__main__":
    raise SystemExit(main())
