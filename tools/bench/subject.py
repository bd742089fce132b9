"""The server under test: started as its own processes, watched from outside."""

import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

from server.auth.keys import load_keys
from server.auth.sessions import Sessions
from server.config import ServerConfig
from server.store.clinics import Clinic
from server.store.presence import Presence
from server.store.store import Store
from server.store.users import User
from tools.bench.training_rooms import SPAWN_M
from tools.environment import ROOT
from world.clinic import STANDING_EYES_M

TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Subject:
    """A running server.

    Attributes:
      tokens: one signed-in session for each account.
    """

    process: asyncio.subprocess.Process
    host: str
    web_port: int
    world_port: int
    tls: ssl.SSLContext | None
    data: Path
    tokens: tuple[str, ...]

    @property
    def world_url(self) -> str:
        """Where the websockets are."""
        return f"{'ws' if self.tls is None else 'wss'}://{self.host}:{self.world_port}"

    async def ticket(self, token: str) -> str:
        """Returns a fresh ticket, fetched over HTTP as every client does."""
        answer = await asyncio.to_thread(self._call, "POST", "/api/ticket", token)
        return str(json.loads(answer)["ticket"])

    async def exposition(self) -> str:
        """Returns the server's own counts as it tells them."""
        return (await asyncio.to_thread(self._call, "GET", "/metrics", "")).decode()

    async def metrics(self) -> dict[str, float]:
        """Returns the server's own counts, those without a label."""
        text = await self.exposition()
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name.split("{")[0]: float(value) for name, value in rows}

    def pids(self) -> list[int]:
        """Returns the supervisor and all its processes."""
        return [self.process.pid, *_children(self.process.pid)]

    def pid_of(self, role: str) -> int:
        """Returns the process of one role."""
        for pid in _children(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if role in words or f"server.{role}" in words:
                return pid
        raise LookupError(f"no process runs as {role} now")

    def cpu_s(self) -> float:
        """Returns the CPU time of all processes of the server so far."""
        return sum(_cpu_s(pid) for pid in self.pids())

    def rss_mb(self) -> float:
        """Returns the resident memory of all processes of the server."""
        return sum(_rss_bytes(pid) for pid in self.pids()) / 2**20

    def _call(self, method: str, path: str, token: str) -> bytes:
        connection = (
            HTTPConnection(self.host, self.web_port, timeout=20)
            if self.tls is None
            else HTTPSConnection(self.host, self.web_port, timeout=20, context=self.tls)
        )
        with contextlib.closing(connection):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise ConnectionError(f"{method} {path} was answered with {response.status}")
            return body


@asynccontextmanager
async def started(  # noqa: PLR0913 -- one clinic, named word by word
    accounts: int,
    *,
    is_tls: bool,
    tick_hz: float,
    roles: tuple[str, ...] = (),
    rooms: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
) -> AsyncIterator[Subject]:
    """Starts a clinic with so many signed-in accounts on free ports, and stops it at the end.

    Args:
      accounts: how many people can connect.
      is_tls: TLS 1.3 instead of plain loopback.
      tick_hz: the world's ticks.
      roles: role of account i is roles[i]; patients beyond.
      rooms: account i is found in rooms[i], at the station; in the waiting room beyond.
      options: further words of the server's command line.
    """
    with tempfile.TemporaryDirectory(prefix="metaclinic-bench-") as folder:
        data = Path(folder) / "data"
        tokens = await _populate(ServerConfig(data), accounts, roles, rooms)
        command = [
            *(sys.executable, "-m", "server", "--data", str(data), "--tick-hz", str(tick_hz)),
            *("--web-port", "0", "--world-port", "0", "--max-per-address", "5000"),
            *(() if is_tls else ("--plain",)),
            *options,
        ]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(90):
                line = await process.stdout.readline() if process.stdout else b""
            if not line:
                raise ConnectionError("the server did not start; its messages stand above")
            where = json.loads(line)
            tls = None
            if is_tls:
                tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                tls.load_verify_locations(data / "tls" / "tls-certificate.pem")
            yield Subject(
                process, where["host"], where["web_port"], where["world_port"], tls, data, tokens
            )
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _populate(
    config: ServerConfig, accounts: int, roles: tuple[str, ...], rooms: tuple[str, ...]
) -> tuple[str, ...]:
    config.data.mkdir(mode=0o700)
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    now_s = time.time()
    sessions, tokens = Sessions(store, time.time), []
    async with store.write() as work:
        await work.clinics.open(Clinic("Benchmark", is_demo=False, opened_at_s=now_s))
        for index in range(accounts):
            role = roles[index] if index < len(roles) else "patient"
            user = User(
                id=uuid.uuid4().hex,
                role=role,
                login=f"bench-{index}",
                display_name=f"Person {index}",
                alias=f"Guest {index}",
                appearance=index % 6,
                is_demo=False,
                created_at_s=now_s,
            )
            await work.users.add(user, None)
            tokens.append(await sessions.start_within(work, user.id))
            if index < len(rooms):
                await work.presences.put([_at_station(user.id, rooms[index], now_s)])
    await store.close()
    return tuple(tokens)


def _at_station(user_id: str, room: str, now_s: float) -> Presence:
    x, y, z = SPAWN_M
    at_m = (x, y, z + STANDING_EYES_M)
    return Presence(user_id, room, None, at_m, 0.0, now_s, stream=f"room:{room}")


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(word) for word in path.read_text().split()]
    except OSError:
        return []


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _rss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)
