"""A real simulation process, and the world's link to it."""

import asyncio
import contextlib
import json
import signal
import sys
import uuid

from server.config import ASSETS
from server.simulation import control
from server.simulation.link import SimulationLink
from server.simulation.warm_up import compile_apart

SECRET = b"0123456789abcdef"
ROOT = ASSETS.parent
WITHIN_S = 60


class Worker:
    """A simulation process; `port` stays the same over restarts."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, 0, None
        self.records = folder / "records"
        (folder / "secret").write_bytes(SECRET)

    async def start(self):
        await asyncio.to_thread(compile_apart)  # takes minutes, once: not within WITHIN_S
        command = [
            *(sys.executable, "-m", "server.simulation", "--lifeline"),
            *("--secret-file", str(self.folder / "secret"), "--records", str(self.records)),
            *("--control-port", str(self.port)),
        ]
        self.process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(WITHIN_S):
            self.port = json.loads(await self.process.stdout.readline())["control_port"]

    async def end(self, number=signal.SIGTERM):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        async with asyncio.timeout(WITHIN_S):
            return await self.process.wait()


class Told:
    """What a link told, to be waited for."""

    def __init__(self):
        self.events, self._came = [], asyncio.Event()

    def __call__(self, link, event):
        self.events.append(event)
        self._came.set()

    def of(self, kind, attempt_id=None):
        return [
            event
            for event in self.events
            if isinstance(event, kind) and (attempt_id is None or event.attempt == attempt_id)
        ]

    async def until(self, is_so):
        async with asyncio.timeout(WITHIN_S):
            while not (found := is_so()):
                self._came.clear()
                await self._came.wait()
        return found

    async def first(self, kind, attempt_id=None):
        return (await self.until(lambda: self.of(kind, attempt_id)))[0]


@contextlib.asynccontextmanager
async def linked(port, secret=SECRET):
    told = Told()
    link = SimulationLink(port, secret, told)
    task = asyncio.create_task(link.run())
    try:
        await told.first(control.Welcome)
        yield link, told
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def begun(link, told, seed=1):
    """Begins an attempt and returns its id once its scene stands."""
    attempt_id = uuid.uuid4().hex
    link.send(control.Begin(attempt_id, "peg_transfer", seed, is_left_handed=False))
    await told.first(control.Begun, attempt_id)
    return attempt_id
