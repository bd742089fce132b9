"""The network process from outside: started, fed, emptied, and started again when it dies or hangs.

The renderer never waits for it. What the new process must know to go on where the old one ended is
kept here: the session, the voice settings, the last number of each stream.
"""

import asyncio
import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Final

from client.network import channel as c
from client.network.newcomer import UNANSWERED
from client.network.pulse import Pulse
from client.network.ring import Ring
from client.network.service import NetworkConfig, Service
from world.protocol import messages as m

LOOK_ALIVE_S: Final = 0.25
SILENT_S: Final = 3.0
"""Six beats that did not come: nobody may go on believing that the clinic is reached."""
HUNG_S: Final = 10.0
"""What is silent for so long is ended and started again."""
START_WITHIN_S: Final = 30.0
"""A process that has just begun loads much, on a slow machine for long."""
MAX_RESTARTS, WITHIN_S = 5, 60.0
STOP_WITHIN_S: Final = 3.0
MAX_WAITING: Final = 64
SILENT: Final = c.ConnectionChanged(
    "silent",
    "The part of this program that talks to the clinic does not answer. It is started again within "
    "seconds; you keep your place.",
)


@dataclass(slots=True)
class _Known:
    """What a new process must be told."""

    host: str = ""
    web_port: int = 0
    token: str = ""
    is_entered: bool = False
    voice: c.SetVoice | None = None
    devices: c.OpenDevices | None = None
    seen: dict[str, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    is_changing_password: bool = False


class NetworkProcess:
    """The renderer's hold on the network process.

    Frames may be sent from another thread than the one that does all else.

    Args:
      config: its settings.
      now_s: seconds that run evenly.

    Attributes:
      restarts: how often it had to be started again.
      is_silent: whether it has given no sign of life for SILENT_S.
    """

    def __init__(self, config: NetworkConfig, now_s: Callable[[], float] = time.monotonic) -> None:
        self.restarts = 0
        self.is_silent = False
        self._config, self._now_s = config, now_s
        self._known = _Known()
        self._deaths_s: list[float] = []
        self._look_due_s = 0.0
        self._is_given_up = False
        self._stands: c.ConnectionChanged | None = None
        self._lock = Lock()
        """For the way down, and for the rings that a new process gets."""
        self._start()

    @property
    def pid(self) -> int | None:
        """The process' id."""
        return self._process.pid

    def send(self, command: c.AnyCommand) -> None:
        """Gives a command."""
        self._remember(command)
        with self._lock:
            if self._is_given_up:
                return
            try:
                self._link.send(command)
            except c.PartnerStuck:
                self._process.kill()

    def send_frame(self, frame: bytes) -> bool:
        """Sends the own pose, or what is asked of instruments; False if it was left out."""
        with self._lock:
            return not self._is_given_up and self._link.send_frame(frame, self._now_s())

    def poll(self) -> list[c.AnyReport | c.Frame]:
        """Returns what has come since; starts the process again if it has died or hangs."""
        with self._lock:
            if self._is_given_up:
                return []
            self._link.flush()
            come = list(self._link.receive())
            reports = self._feel_pulse(is_heard=bool(come))
            reports += [report for report in come if not isinstance(report, c.Alive)]
            if self._now_s() >= self._look_due_s:
                self._look_due_s = self._now_s() + LOOK_ALIVE_S
                if not self._process.is_alive():
                    reports += self._restart()
        for report in reports:
            self._notice(report)
        return reports

    def close(self) -> None:
        """Ends the process; may be called more than once."""
        with self._lock:
            if self._is_given_up:
                return
            self._is_given_up = True
            self._process.terminate()
            self._process.join(STOP_WITHIN_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(STOP_WITHIN_S)
            self._process.close()
            self._drop_rings()

    # --- inside

    def _feel_pulse(self, *, is_heard: bool) -> list[c.AnyReport | c.Frame]:
        """Returns what to tell of one that falls silent or is heard again; ends one that hangs."""
        self._pulse.look(self._now_s(), is_heard=is_heard)
        silent_s, is_known = self._pulse.silent_s, self._pulse.is_known
        if silent_s > (HUNG_S if is_known else START_WITHIN_S):
            self._process.kill()
        was_silent, self.is_silent = self.is_silent, is_known and silent_s > SILENT_S
        if self.is_silent == was_silent or self._stands is None or self._stands.state == "ended":
            return []
        return [SILENT if self.is_silent else self._stands]

    def _start(self) -> None:
        self._pulse = Pulse()
        self.is_silent = False
        self._down, self._up = Ring.create(c.DOWN_BYTES), Ring.create(c.UP_BYTES)
        self._link: c.Channel[c.AnyCommand, c.AnyReport] = c.Channel(
            self._down, self._up, c.AnyReport
        )
        context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess = context.Process(
            target=run_network,
            args=(self._down.name, self._up.name, self._config),
            name="network",
            daemon=True,
        )
        with _interrupts_kept_away():
            self._process.start()

    def _drop_rings(self) -> None:
        self._link.close()
        self._down.unlink()
        self._up.unlink()

    def _restart(self) -> list[c.AnyReport | c.Frame]:
        reports: list[c.AnyReport | c.Frame] = list(self._link.receive())
        sentence = "The connection ended before the clinic answered. Try again."
        reports += [
            c.Answered(key, is_accepted=False, reason=sentence) for key in self._known.asked
        ]
        self._known.asked.clear()
        if self._known.is_changing_password:
            self._known.is_changing_password = False
            reports.append(c.PasswordAnswered(UNANSWERED))
        now_s = self._now_s()
        self._deaths_s = [at_s for at_s in self._deaths_s if now_s - at_s < WITHIN_S] + [now_s]
        self._process.close()
        self._drop_rings()
        if len(self._deaths_s) > MAX_RESTARTS:
            self._is_given_up = True
            sentence = "The part of this program that talks to the clinic does not run. Start anew."
            return [*reports, c.ConnectionChanged("ended", sentence)]
        self.restarts += 1
        self._start()
        self._tell_new_process()
        if self._known.is_entered:
            sentence = "The connection was lost. You keep your place; it is tried again."
            reports.append(c.ConnectionChanged("reconnecting", sentence))
        elif not self._known.token:
            sentence = "Signing in was interrupted. Try again."
            reports.append(c.Trouble("sign-in", sentence))
        return reports

    def _tell_new_process(self) -> None:
        known = self._known
        if known.voice is not None:
            self._link.send(known.voice)
        if known.devices is not None:
            self._link.send(known.devices)
        if known.token:
            seen = tuple(m.Seen(stream, number) for stream, number in known.seen.items())
            self._link.send(
                c.Resume(known.host, known.web_port, known.token, known.is_entered, seen)
            )

    def _remember(self, command: c.AnyCommand) -> None:
        known = self._known
        match command:
            case c.SignIn(host, web_port) | c.AcceptInvitation(host, web_port):
                known.host, known.web_port = host, web_port
            case c.ChangePassword():
                known.is_changing_password = True
            case c.SetVoice():
                known.voice = command
            case c.OpenDevices():
                known.devices = command
            case c.Enter():
                known.is_entered = True
            case c.Ask(key):
                known.asked.add(key)
            case c.SignOut():
                self._known = _Known(voice=known.voice, devices=known.devices)
            case _:
                pass

    def _notice(self, report: c.AnyReport | c.Frame) -> None:
        if isinstance(report, c.ConnectionChanged) and report is not SILENT:
            self._stands = report
        match report:
            case c.SignedIn(token=token):
                self._known.token = token
            case c.Answered(key):
                self._known.asked.discard(key)
            case c.PasswordAnswered():
                self._known.is_changing_password = False
            case c.Arrived(m.Event(stream, number)):
                self._known.seen[stream] = number
            case c.Arrived(m.Welcome(user_id=user_id, user_stream_number=number)):
                self._known.seen.setdefault(f"user:{user_id}", number)
            case c.Arrived(m.RoomView(stream=stream, stream_number=number)):
                self._known.seen.setdefault(stream, number)
            case c.ConnectionChanged("ended", _):
                self._known.is_entered = False
            case _:
                pass


@contextlib.contextmanager
def _interrupts_kept_away() -> Iterator[None]:
    """Lets a process begin that never gets Ctrl-C: the renderer gets it too, and ends both."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_network(down: str, up: str, config: NetworkConfig) -> None:
    """Is the network process, from its start to its end."""
    # Where it could not begin so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming, outgoing = Ring.attach(down), Ring.attach(up)
    link: c.Channel[c.AnyReport, c.AnyCommand] = c.Channel(outgoing, incoming, c.AnyCommand)

    async def serve() -> None:
        await Service(config, link).run()

    try:
        asyncio.run(serve())
    except (KeyboardInterrupt, c.PartnerStuck):
        pass
    finally:
        link.close()
