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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import environment


def main() -> int:
    """Returns the exit code of the visit; 0 if all went well."""
    given = _parse()
    # Folders are meant from where the person is, not from where the program lies.
    given.data, given.screenshots = given.data.resolve(), given.screenshots.resolve()
    python = environment.prepare(_profile(given))
    if given.setup_only:
        print("Everything is set up. Open the clinic with: python3 tools/run.py")
        return 0
    folders = ["--data", str(given.data), "--screenshots", str(given.screenshots)]
    return _run([str(python), "-m", "tools.session", *sys.argv[1:], *folders])


def _profile(given: argparse.Namespace) -> environment.Profile:
    if given.server_only:
        return environment.SERVER
    return environment.CLIENT if given.connect else environment.CLINIC


def _run(command: list[str]) -> int:
    """Runs the session; Ctrl-C and SIGTERM are for it, and this program waits for its end."""
    process = subprocess.Popen(command, cwd=environment.ROOT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/run.py",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--setup-only", action="store_true", help="install, start nothing")
    add_session_arguments(parser)
    given = parser.parse_args()
    if given.connect and given.server_only:
        parser.error("--connect joins a clinic elsewhere, --server-only opens one here: choose one")
    return given


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1.0 <= seconds <= 3600.0:
        raise argparse.ArgumentTypeError(f"got {text}, allowed are 1 to 3600")
    return seconds


def add_session_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what tools/session.py understands too."""
    parser.add_argument("--server-only", action="store_true", help="no window; the server alone")
    parser.add_argument("--connect", metavar="HOST", help="join a clinic elsewhere: HOST[:PORT]")
    parser.add_argument("--invitation", metavar="CODE", help="with --connect: take up an account")
    parser.add_argument(
        "--as",
        dest="role",
        choices=("patient", "doctor", "trainee"),
        default="patient",
        help="who you are in the demo clinic",
    )
    parser.add_argument(
        "--data", type=Path, default=environment.ROOT / "data" / "demo", help="folder of the clinic"
    )
    parser.add_argument("--offscreen", action="store_true", help="no window, pictures instead")
    parser.add_argument(
        "--seconds", type=_seconds, default=100.0, help="length of the visit without a window"
    )
    parser.add_argument(
        "--screenshots", type=Path, default=Path("screenshots"), help="folder for the pictures"
    )
    parser.add_argument("--web-port", type=int, default=8443, help="HTTPS port of the server")
    parser.add_argument("--world-port", type=int, default=8444, help="websocket port of the server")


if __name__ == "__main__":
    raise SystemExit(main())
