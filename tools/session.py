"""What tools/run.py opens once everything is installed: server, bots, and one person's client.

Programs are started in the order in which they need one another and ended in the other one. Each
holds on to this one (server/lifeline.py), and ends by itself when this one is killed. Whoever finds
a clinic running in the data folder joins it, and leaves it running at the end.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from ssl import SSLError
from typing import Any

from client.network.trust import SERVER_CERTIFICATE, pinned_context
from tools.environment import ROOT
from tools.invitation import accept
from tools.run import WEB_PORT, WORLD_PORT, add_session_arguments
from world.errors import ClinicError

START_WITHIN_S = 120.0
STOP_WITHIN_S = 10.0
LOOK_S = 0.1
AGAIN_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""How long after its end a program that is kept is started again: the first time, the second."""
MIB = 1 << 20
NEEDED_BYTES = 256 * MIB
"""What a demo clinic should find free: some days of records and logs, and a visit's pictures."""


USUAL_SECONDS = 100.0
SECONDS = {"trainee": 400.0}
"""Longest time of a visit without a window; an attempt may take 300 s, and is scored after it."""
OPENED = {
    "patient": "The clinic is open: the doctor is in, and other patients are waiting.",
    "trainee": "The clinic is open, and so is its training room: the third door.",
    "doctor": "The clinic is open: patients are there, and check in when they see you.",
}
"""What somebody finds who has come as this."""


class SessionError(Exception):
    """A clinic could not be opened, joined or kept open; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """One of our programs that runs.

    Attributes:
      module: its name.
      said: its first line.
      process: to watch and end it.
      log: where its messages go.
    """

    module: str
    said: str
    process: subprocess.Popen[str]
    log: Path


def main() -> int:
    """Returns 0 if the visit went well."""
    parser = argparse.ArgumentParser(prog="tools.session", description=__doc__)
    add_session_arguments(parser)
    given = parser.parse_args()
    for number in _told_by():
        signal.signal(number, _stop)
    try:
        if given.connect:
            return _as_guest(lambda: _elsewhere(given), "You have left the clinic.")
        _make_folder(given.data)
        running = running_clinic(given.data)
        if running is not None:
            _require_fitting(given, running)
            return _as_guest(lambda: _join(given), "You have left. The clinic stays open.")
        _require_disk(given.data)
        return _open(given)
    except SessionError as error:
        print(f"metaclinic: {error}", file=sys.stderr)
        return 2


def _told_by() -> list[signal.Signals]:
    """Returns the signals that end this program in order, beside Ctrl-C."""
    told_by = [signal.SIGTERM]
    # Whoever starts it with nohup wants it to outlive the terminal.
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        told_by.append(signal.SIGHUP)
    return told_by


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    """Says something, if the terminal is still there."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(
            f"the folder {data} cannot be made or used ({error.strerror}). "
            "Choose another one with --data DIR."
        ) from error


def _require_disk(folder: Path) -> None:
    """Returns if a clinic has room there.

    Raises:
      SessionError: if not; says what is needed, where, and what to do.
    """
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < NEEDED_BYTES:
        raise SessionError(
            f"{free_bytes // MIB} MiB are free on the disk of {folder}; a clinic needs "
            f"{NEEDED_BYTES // MIB} MiB for records, logs and pictures. Free some space there, "
            "or choose a folder on another disk with --data DIR."
        )


# --- A clinic that this program opens, and closes at the end.


def _open(given: argparse.Namespace) -> int:
    code = 0
    try:
        with ExitStack() as programs:
            code = _visit(given, programs)
            _say("Closing the clinic ...")
    except KeyboardInterrupt:
        pass
    _say("The clinic is closed.")
    return code


def _visit(given: argparse.Namespace, programs: ExitStack) -> int:
    _say("Opening the clinic ...")
    logs = given.data / "logs"
    server = programs.enter_context(_program("server", _server_arguments(given), logs))
    _say(f"The server answers on port {json.loads(server.said)['web_port']}.")
    bots = programs.enter_context(_kept("tools.bots", ["--data", str(given.data)], logs))
    _say(OPENED.get(given.role, OPENED["patient"]))
    return _stay(given, server.process, server.log, bots)


def _server_arguments(given: argparse.Namespace) -> list[str]:
    web = WEB_PORT if given.web_port is None else given.web_port
    world = WORLD_PORT if given.world_port is None else given.world_port
    ports = ["--web-port", str(web), "--world-port", str(world)]
    return ["--data", str(given.data), "--demo", *ports]


def _stay(
    given: argparse.Namespace,
    server: subprocess.Popen[str],
    log: Path,
    bots: "KeptProgram | None" = None,
) -> int:
    """Returns how a stay ended; it ends with the server, too, and the bots are kept going.

    Raises:
      SessionError: if the server ends by itself.
    """
    with ExitStack() as stack:
        client = None
        if given.server_only:
            _say("Stop it with Ctrl-C.")
        else:
            client = stack.enter_context(_client(given, _demo_login(given)))
        while client is None or client.poll() is None:
            if server.poll() is not None:
                raise SessionError(
                    f"the clinic's server has ended by itself. Its messages are in {log}. "
                    "Nothing that was confirmed is lost: start the same command again."
                )
            if bots is not None:
                bots.look(time.monotonic())
            time.sleep(LOOK_S)
        return client.returncode


# --- A clinic that others keep open.


def _as_guest(stay: Callable[[], int], farewell: str) -> int:
    """Returns how a stay ended; a guest who stops closes nothing."""
    with contextlib.suppress(KeyboardInterrupt):
        return stay()
    _say(farewell)
    return 0


def _require_fitting(given: argparse.Namespace, running: dict[str, Any]) -> None:
    """Returns if this clinic can be joined with what was asked for.

    Raises:
      SessionError: if it answers on other ports than were asked for.
    """
    for key in ("web_port", "world_port"):
        asked, option = getattr(given, key), "--" + key.replace("_", "-")
        if asked not in {None, 0, running[key]}:
            raise SessionError(
                f"{option} {asked}: the clinic of {given.data} is open already, on port "
                f"{running[key]}, and joining it does not change that. Leave {option} out to join "
                "it, stop it first, or open another clinic with --data DIR."
            )


def _join(given: argparse.Namespace) -> int:
    _say("A clinic is open in this data folder already: you join it.")
    if not given.server_only:
        with _client(given, _demo_login(given)) as client:
            return client.wait()
    _say("It was started elsewhere, and is stopped there. Leave with Ctrl-C.")
    while running_clinic(given.data) is not None:
        time.sleep(1.0)
    _say("The clinic was closed.")
    return 0


def _elsewhere(given: argparse.Namespace) -> int:
    """Opens a client for a clinic on another machine.

    Raises:
      SessionError: if that needs a window and there is none, or the invitation is not accepted.
    """
    has_window = has_display() and not given.offscreen
    # Where there is a window, it asks for what an account needs.
    if given.invitation and not has_window:
        try:
            asyncio.run(accept(given.connect, given.invitation))
        except ClinicError as error:
            raise SessionError(str(error)) from error
    if not has_window:
        raise SessionError(
            "a visit elsewhere needs a window, since you sign in there yourself. Start it on a "
            "machine with a display; --offscreen is for the demo clinic of this machine."
        )
    invited = ["--invitation", given.invitation] if given.invitation else []
    with _client(given, ["--server", given.connect, *invited]) as client:
        return client.wait()


# --- Programs.


def _demo_login(given: argparse.Namespace) -> list[str]:
    return ["--data", str(given.data), "--as", given.role]


@contextmanager
def _client(
    given: argparse.Namespace, arguments: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Opens a client, and ends it at the end."""
    is_journey = given.offscreen or not has_display()
    # In a window a person has the hands; without one, a bot does.
    module = "tools.trainee_visit" if is_journey and given.role == "trainee" else "client"
    command = [sys.executable, "-m", module, "--lifeline", *arguments]
    if is_journey:
        seconds = given.seconds or SECONDS.get(given.role, USUAL_SECONDS)
        command += ["--offscreen", "--journey", "--seconds", str(seconds)]
        command += ["--screenshots", str(given.screenshots)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        _end(process)


def has_display() -> bool:
    """Whether this machine can show a window."""
    if platform.system() in {"Windows", "Darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def running_clinic(data: Path) -> dict[str, Any] | None:
    """Returns what the clinic of this data folder says of itself; None if it does not answer."""
    try:
        running = json.loads((data / "run" / "server.json").read_text(encoding="utf-8"))
        if not _is_alive(running["pid"]):
            return None  # what a killed server has left may still answer for a moment
        host, port = running["host"], running["web_port"]
        if running["is_plain"]:
            connection = HTTPConnection(host, port, timeout=3)
        else:
            context = pinned_context((data / SERVER_CERTIFICATE).read_text(encoding="utf-8"))
            connection = HTTPSConnection(host, port, timeout=3, context=context)
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            return dict(running) if connection.getresponse().status == 200 else None
    except (OSError, ValueError, KeyError, HTTPException, SSLError):
        return None


def _is_alive(pid: int) -> bool:
    """Whether a process exists; always True on Windows, where asking may end it."""
    if sys.platform != "win32":
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return True


@contextmanager
def _program(module: str, arguments: Sequence[str], logs: Path) -> Iterator[Program]:
    """Starts one of our programs, waits for its first line, and ends it at the end.

    Raises:
      SessionError: if it ends, or says nothing, before it is ready.
    """
    _make_folder(logs)
    path = logs / f"{module}.log"
    path.write_text("", encoding="utf-8")
    process = _started(module, arguments, path)
    try:
        watchdog = threading.Timer(START_WITHIN_S, process.kill)
        watchdog.start()
        line = process.stdout.readline() if process.stdout else ""
        watchdog.cancel()
        if not line:
            raise SessionError(_why(path, module))
        yield Program(module, line, process, path)
    finally:
        _end(process)


def _started(module: str, arguments: Sequence[str], log: Path) -> subprocess.Popen[str]:
    """Starts one of our programs; its messages are added to the log."""
    with log.open("a", encoding="utf-8") as messages:
        return subprocess.Popen(
            [sys.executable, "-m", module, "--lifeline", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
            encoding="utf-8",
            start_new_session=os.name != "nt",
        )


class KeptProgram:
    """A program that is started again when it ends by itself, ever later if it does so at once.

    Args:
      program: as it was first started.
      arguments: what it is started with.
    """

    def __init__(self, program: Program, arguments: Sequence[str]) -> None:
        self.process = program.process
        self._program, self._arguments = program, arguments
        self._starts = 0
        self._due_s: float | None = None

    def look(self, now_s: float) -> None:
        """Starts it again if it has ended and its time has come; now_s runs evenly."""
        if self.process.poll() is None:
            return
        if self._due_s is None:
            self._due_s = now_s + AGAIN_S[min(self._starts, len(AGAIN_S) - 1)]
        if now_s >= self._due_s:
            self._starts, self._due_s = self._starts + 1, None
            self.process = _started(self._program.module, self._arguments, self._program.log)


@contextmanager
def _kept(module: str, arguments: Sequence[str], logs: Path) -> Iterator[KeptProgram]:
    """Starts one of our programs as `_program` does; whoever looks after it keeps it going."""
    with _program(module, arguments, logs) as program:
        kept = KeptProgram(program, arguments)
        try:
            yield kept
        finally:
            _end(kept.process)


def _why(log: Path, module: str) -> str:
    """Returns what a program said before it ended: its own sentence, or the end of its log."""
    lines = log.read_text(encoding="utf-8").splitlines()
    if not lines:
        return f"{module} was ended from outside before it was ready. Start the same command again."
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
