"""What tools/run.py opens once everything is installed: server, bots, and one person's client.

Programs are started in the order in which they need one another and ended in the other one.
Whoever finds a clinic running in the data folder joins it, and leaves it running at the end.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from ssl import SSLError

from client.network.trust import SERVER_CERTIFICATE, pinned_context
from tools.environment import ROOT
from tools.invitation import accept
from tools.run import add_session_arguments
from world.errors import ClinicError

START_WITHIN_S = 120.0
STOP_WITHIN_S = 10.0


class StartError(Exception):
    """A program did not start; the text says what to do."""


def main() -> int:
    """Returns 0 if the visit went well."""
    parser = argparse.ArgumentParser(prog="tools.session", description=__doc__)
    add_session_arguments(parser)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    try:
        _make_folder(given.data)
        with ExitStack() as programs:
            return _visit(given, programs)
    except StartError as error:
        print(f"metaclinic: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("The clinic is closed.", flush=True)
        return 0


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"the folder {data} cannot be made or used ({error.strerror}). "
            "Choose another one with --data DIR."
        ) from error


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _visit(given: argparse.Namespace, programs: ExitStack) -> int:
    if given.connect:
        return _elsewhere(given)
    if is_running(given.data):
        print("A clinic is open in this data folder already: you join it.", flush=True)
    else:
        print("Opening the clinic ...", flush=True)
        logs = given.data / "logs"
        server = programs.enter_context(_program("server", _server_arguments(given), logs))
        running = json.loads(server)
        print(f"The server answers on port {running['web_port']}.", flush=True)
        bots = _program("tools.bots", ["--data", str(given.data)], logs)
        programs.enter_context(bots)
    print("The clinic is open: the doctor is in, and other patients are waiting.", flush=True)
    if given.server_only:
        print("Stop it with Ctrl-C.", flush=True)
        threading.Event().wait()
    return _client(given, ["--data", str(given.data), "--as", given.role])


def _elsewhere(given: argparse.Namespace) -> int:
    """Opens a client for a clinic on another machine.

    Raises:
      StartError: if that needs a window and there is none, or the invitation is not accepted.
    """
    if given.invitation:
        try:
            asyncio.run(accept(given.connect, given.invitation))
        except ClinicError as error:
            raise StartError(str(error)) from error
    if given.offscreen or not has_display():
        raise StartError(
            "a visit elsewhere needs a window, since you sign in there yourself. Start it on a "
            "machine with a display; --offscreen is for the demo clinic of this machine."
        )
    return _client(given, ["--server", given.connect])


def _server_arguments(given: argparse.Namespace) -> list[str]:
    ports = ["--web-port", str(given.web_port), "--world-port", str(given.world_port)]
    return ["--data", str(given.data), "--demo", *ports]


def _client(given: argparse.Namespace, arguments: Sequence[str]) -> int:
    command = [sys.executable, "-m", "client", *arguments]
    if given.offscreen or not has_display():
        command += ["--offscreen", "--journey", "--seconds", str(given.seconds)]
        command += ["--screenshots", str(given.screenshots)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    finally:
        _end(process)


def has_display() -> bool:
    """Whether this machine can show a window."""
    if platform.system() in {"Windows", "Darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_running(data: Path) -> bool:
    """Whether the clinic of this data folder answers."""
    try:
        running = json.loads((data / "run" / "server.json").read_text(encoding="utf-8"))
        host, port = running["host"], running["web_port"]
        if running["is_plain"]:
            connection = HTTPConnection(host, port, timeout=3)
        else:
            context = pinned_context((data / SERVER_CERTIFICATE).read_text(encoding="utf-8"))
            connection = HTTPSConnection(host, port, timeout=3, context=context)
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except (OSError, ValueError, KeyError, HTTPException, SSLError):
        return False


@contextmanager
def _program(module: str, arguments: Sequence[str], logs: Path) -> Iterator[str]:
    """Starts one of our programs, gives its first line, and ends it at the end.

    Raises:
      StartError: if it ends, or says nothing, before it is ready.
    """
    _make_folder(logs)
    path = logs / f"{module}.log"
    with path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            start_new_session=os.name != "nt",
        )
    try:
        watchdog = threading.Timer(START_WITHIN_S, process.kill)
        watchdog.start()
        line = process.stdout.readline() if process.stdout else ""
        watchdog.cancel()
        if not line:
            raise StartError(_why(path, module))
        yield line
    finally:
        _end(process)


def _why(log: Path, module: str) -> str:
    """Returns what a program said before it ended: its own sentence, or the end of its log."""
    lines = log.read_text(encoding="utf-8").splitlines()
    if not lines:
        free_mb = shutil.disk_usage(log.parent).free >> 20
        return f"{module} did not start, and could not say why; {free_mb} MiB of disk are free."
    said = [line.removeprefix("metaclinic: ") for line in lines if line.startswith("metaclinic: ")]
    return said[-1] if said else f"{module} did not start.\n" + "\n".join(lines[-12:])


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    began_s = time.monotonic()
    while process.poll() is None and time.monotonic() - began_s < STOP_WITHIN_S:
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
