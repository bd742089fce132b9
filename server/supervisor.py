"""Starts the server's processes and starts each one again that dies, alone.

The world, the web server, the voice server and the simulation of training rooms are separate
failure domains: when one dies the others go on, and the clients of the dead one come back by
themselves. One that hangs is killed (server/pulse.py), so that it dies like any other. Before the
first start this module makes what must exist once: keys, certificate, database, and a demo clinic
if asked to. Its processes hold on to it (server/lifeline.py) and end by themselves when it is
killed. Nobody waits for the simulation: a clinic is open while it compiles, and a clinic without
training rooms has none.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from server import telemetry
from server.auth.certificate import own_certificate
from server.auth.demo import assert_may_listen, open_demo_clinic
from server.auth.keys import load_keys, make_private_folder, write_private
from server.auth.passwords import Passwords
from server.clinic_loader import load_plans, training_rooms
from server.config import DATABASE, ServerConfig
from server.one_owner import sole_owner
from server.pulse import HANGS, LOOK_S, Watch
from server.store.store import Store
from world.errors import ConfigurationError

STOP_WITHIN_S = 5.0
RESTART_AFTER_S = (0.0, 0.5, 1.0, 2.0, 5.0)
"""After its first end a process is wanted back at once; one that ends again and again is not."""
STABLE_S = 5.0
LEFT_OVER_S = 8.0
"""Longer than server/lifeline.py gives a process to end."""
LOOK_AGAIN_S = 0.1

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """One process.

    Attributes:
      name: what it is called in the log.
      command: what starts it; everybody on this machine can read that.
      secrets: what it is told by its environment, which nobody else can read.
      is_vital: people can connect only once it serves, and not at all if it never does.
      has_pulse: whether it shows that it works once it serves (server/pulse.py).
    """

    name: str
    command: tuple[str, ...]
    secrets: Mapping[str, str] = field(default_factory=dict)
    is_vital: bool = True
    has_pulse: bool = True


async def supervise(
    config: ServerConfig, *, is_demo: bool, announce: Callable[[str], None]
) -> None:
    """Runs a server until cancelled.

    Args:
      config: its settings; ports of 0 are chosen here.
      is_demo: make a demo clinic where the data folder holds none.
      announce: told one line of JSON once people can connect.

    Raises:
      ConfigurationError: if something does not fit; says what to do.
    """
    make_private_folder(config.data)
    make_private_folder(config.run_files)
    with sole_owner(config.data):
        await _supervise(config, is_demo, announce)


async def _supervise(
    config: ServerConfig,
    is_demo: bool,  # noqa: FBT001 -- as it was asked for
    announce: Callable[[str], None],
) -> None:
    config, clinic = await prepare(config, is_demo=is_demo)
    telemetry.share_metrics(config.run_files / "metrics")
    voice_port = _free_port("127.0.0.1")
    write_private(config.voice_secret, secrets.token_hex(32).encode())
    write_private(config.simulation_secret, secrets.token_hex(32).encode())
    simulation_ports = [_free_port("127.0.0.1") for _ in range(simulation_processes(config))]
    children = [Child(role) for role in roles(config, voice_port, simulation_ports)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(child.run()) for child in children]
        try:
            vital = [child for child in children if child.is_vital]
            await asyncio.gather(*(child.is_ready.wait() for child in vital))
            running = {
                "pid": os.getpid(),
                "host": config.host,
                "web_port": config.web_port,
                "world_port": config.world_port,
                "is_plain": config.is_plain,
                "clinic": clinic,
            }
            for path in (config.running, config.last_opening):
                write_private(path, json.dumps(running).encode())
            announce(json.dumps(running))
            await asyncio.get_running_loop().create_future()
        finally:
            for task in tasks:
                task.cancel()
            config.running.unlink(missing_ok=True)


async def prepare(config: ServerConfig, *, is_demo: bool) -> tuple[ServerConfig, str]:
    """Makes what must exist once.

    Returns:
      The settings with every port chosen, and the clinic's name.

    Raises:
      ConfigurationError: if a port is taken, a key is open to others, or demo accounts would be
        reachable from other machines.
    """
    make_private_folder(config.data)
    make_private_folder(config.run_files)
    config = replace(
        config,
        web_port=await _checked_port(config, "web_port"),
        world_port=await _checked_port(config, "world_port"),
    )
    keys = load_keys(config.keys)
    own_certificate(config.tls, (config.host,), time.time())
    store = await Store.open(config.url, keys.store, config.anchors)
    try:
        if is_demo:
            passwords = Passwords(keys.pepper)
            try:
                await open_demo_clinic(store, passwords, config.data, time.time)
            finally:
                passwords.close()
        async with store.read() as work:
            clinic = await work.clinics.find()
        if clinic is None:
            raise ConfigurationError(
                f"data folder {config.data}: there is no clinic in it. Make one with: "
                f'python3 tools/admin.py init --data {config.data} --name "NAME"'
            )
        await assert_may_listen(store, config.host)
    finally:
        await store.close()
    return config, clinic.name


def simulation_processes(config: ServerConfig) -> int:
    """Returns how many processes step the training rooms: one a core, no more than rooms."""
    rooms = len(training_rooms(load_plans(config.assets)))
    return min(rooms, _cores())


def _cores() -> int:
    """Returns how many cores this process may use."""
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return cores


def roles(
    config: ServerConfig, voice_port: int, simulation_ports: Sequence[int] = ()
) -> list[Role]:
    """Returns the processes of a server."""
    settings = [
        *("--data", str(config.data), "--host", config.host),
        *("--web-port", str(config.web_port), "--world-port", str(config.world_port)),
        *("--tick-hz", str(config.tick_hz), "--voice-port", str(voice_port)),
        *("--max-per-address", str(config.max_per_address), "--lifeline"),
        *("--chat-retention-days", str(config.chat_retention_days)),
        *("--attempt-retention-days", str(config.attempt_retention_days)),
        *("--assets", str(config.assets)),
        *(word for port in simulation_ports for word in ("--simulation-port", str(port))),
    ]
    if config.is_plain:
        settings.append("--plain")
    for origin in config.origins:
        settings += ["--origin", origin]
    first, last = config.voice_ports
    voice = [
        *("--secret-file", str(config.voice_secret), "--control-port", str(voice_port)),
        *("--media-ports", str(first), str(last), "--lifeline"),
        *(("--host-address", "127.0.0.1") if config.is_loopback else ()),
    ]
    simulation = [
        *("--secret-file", str(config.simulation_secret), "--records", str(config.attempts)),
        "--lifeline",
    ]
    python = (sys.executable, "-m")
    secrets = {DATABASE: config.database_url} if config.database_url else {}
    return [
        Role("voice", (*python, "server.voice", *voice)),
        Role("world", (*python, "server", "--role", "world", *settings), secrets),
        Role("web", (*python, "server", "--role", "web", *settings), secrets),
        *(
            Role(
                "simulation",
                (*python, "server.simulation", *simulation, "--control-port", str(port)),
                is_vital=False,
                has_pulse=False,
            )
            for port in simulation_ports
        ),
    ]


class Child:
    """One process, kept alive.

    Attributes:
      is_ready: set once the process has said that it serves.
      is_vital: nobody can connect without it.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self.is_vital = role.is_vital
        self.is_ready = asyncio.Event()
        self._hangs = 0

    async def run(self) -> None:
        """Starts the process again whenever it ends, until cancelled.

        Raises:
          ConfigurationError: if it is vital and never becomes ready.
        """
        failures = 0
        while True:
            started_s = time.monotonic()
            await self._live()
            is_stable = time.monotonic() - started_s > STABLE_S
            failures = 0 if is_stable else failures + 1
            is_hopeless = failures >= len(RESTART_AFTER_S) and not self.is_ready.is_set()
            if is_hopeless and self.is_vital:
                raise ConfigurationError(
                    f"the {self._role.name} process does not start; its messages stand above"
                )
            delay_s = RESTART_AFTER_S[min(max(failures - 1, 0), len(RESTART_AFTER_S) - 1)]
            _log.warning("process.ended", name=self._role.name, again_in_s=delay_s)
            await asyncio.sleep(delay_s)

    async def _live(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._role.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**_shared_environment(), **self._role.secrets, HANGS: str(self._hangs)},
        )
        self._hangs = 0
        now_s = time.monotonic()
        watch = Watch(heard_s=now_s, looked_s=now_s)
        watching = [asyncio.create_task(self._listen(process, watch))]
        if self._role.has_pulse:
            watching.append(asyncio.create_task(self._look_after(process, watch)))
        try:
            await process.wait()
        finally:
            for one in watching:
                one.cancel()
            await _end(process)

    async def _listen(self, process: asyncio.subprocess.Process, watch: Watch) -> None:
        while process.stdout is not None and await process.stdout.readline():
            watch.hear(time.monotonic())
            self.is_ready.set()

    async def _look_after(self, process: asyncio.subprocess.Process, watch: Watch) -> None:
        """Kills the process if it hangs: it would not listen to a request to end."""
        while True:
            await asyncio.sleep(LOOK_S)
            now_s = time.monotonic()
            if watch.hangs(now_s):
                silent_s = round(now_s - watch.heard_s, 1)
                _log.error("process.hangs", name=self._role.name, silent_s=silent_s)
                self._hangs += 1
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                return


def _shared_environment() -> dict[str, str]:
    """Returns what every process may know: voice and simulation need no database."""
    return {key: value for key, value in os.environ.items() if key != DATABASE}


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except (TimeoutError, asyncio.CancelledError):
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def _checked_port(config: ServerConfig, key: str) -> int:
    """Returns the port of that name, chosen by the system where it is 0.

    Raises:
      ConfigurationError: if another program listens there.
    """
    host, port = config.host, int(getattr(config, key))
    # The processes of a supervisor that was killed are about to end.
    patience_s = LEFT_OVER_S if config.running.exists() else 0.0
    give_up_s = time.monotonic() + patience_s
    while True:
        try:
            return _free_port(host, port)
        except OSError as error:
            if time.monotonic() >= give_up_s:
                flag = key.replace("_", "-")
                raise ConfigurationError(
                    f"{key}: port {port} on {host} cannot be used ({error.strerror}). Another "
                    f"program listens there, perhaps another clinic: stop it, or choose another "
                    f"port with --{flag} {port + 100}."
                ) from error
        await asyncio.sleep(LOOK_AGAIN_S)


def _free_port(host: str, port: int = 0) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        chosen: int = probe.getsockname()[1]
    return chosen
