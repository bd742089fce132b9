"""What kills and lost connections cost: whether one acknowledged text is lost, or told twice."""

import argparse
import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from client.network.connection import Connection, Listener
from tools.bench.subject import Subject, started
from world.protocol import messages as m

DEFINITIONS = """
kills: kill -9 of one of the server's processes (most often the world), while people write.
drops: connections of clients that were cut.
acknowledged_events: texts that the server said are done.
lost_events: acknowledged texts that one of the people in the room never got.
duplicated_events: texts that somebody got more than once, or that were logged twice.
disordered: people who saw the texts in another order than the first one did.
freeze_p50_ms, freeze_max_ms: from a kill of the world to the next acknowledgment of anybody.
"""
PEOPLE = 40
WINDOW = 4
PACE_S = 1.05
"""As fast as one person may write for long (WORDS in world/protocol/session.py)."""
SETTLE_S = 30.0
KILL = 9
"""POSIX's number; the name does not exist everywhere that this is type-checked."""
KILLED_ROLES = ("world", "world", "world", "web", "voice")


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "resume",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--drops", type=int, default=100)
    parser.add_argument("--events", type=int, default=10_000, help="acknowledged, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


@dataclass(slots=True)
class Writer(Listener):
    """Somebody who writes all the time, and keeps what the others wrote."""

    name: int
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    last_acknowledged_s: float = 0.0
    refused: int = 0

    def message(self, message: m.ServerMessage) -> None:
        """Keeps texts in the order in which they came."""
        if isinstance(message, m.RoomView):
            self.entered.set()
        if isinstance(message, m.Event) and isinstance(message.body, m.Said):
            self.seen.append(message.body.text)

    async def write(self, connection: Connection, stop: asyncio.Event) -> None:
        """Writes numbered texts, a few of them unanswered at a time, until told to stop."""
        number = 0
        waiting: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            if len(waiting) >= WINDOW:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            number += 1
            task = asyncio.ensure_future(self._say(connection, f"{self.name}/{number}"))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            await asyncio.sleep(PACE_S)
        if waiting:
            await asyncio.wait(waiting, timeout=SETTLE_S)

    async def _say(self, connection: Connection, text: str) -> None:
        answer = await connection.request(lambda number: m.Say(number, text))
        if isinstance(answer, m.Accepted):
            self.acknowledged.append(text)
            self.last_acknowledged_s = time.monotonic()
        else:
            self.refused += 1


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    async with started(PEOPLE, is_tls=False, tick_hz=20.0) as subject:
        writers = [Writer(name) for name in range(PEOPLE)]
        connections = [
            _connection(subject, token, writer)
            for token, writer in zip(subject.tokens, writers, strict=True)
        ]
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(connection.run()) for connection in connections]
            # Who comes in later is not told what was said before: all are in before it begins.
            await asyncio.gather(*(writer.entered.wait() for writer in writers))
            freezes_s = await _disturb(subject, connections, writers, given)
            await _settle(writers)
            for task in running:
                task.cancel()
        return {
            **_judge(writers),
            **_freezes(freezes_s),
            "kills": given.kills,
            "drops": given.drops,
        }


async def _disturb(
    subject: Subject,
    connections: list[Connection],
    writers: list[Writer],
    given: Any,  # noqa: ANN401 -- see above
) -> list[float]:
    """Lets everybody write while processes are killed and connections cut."""
    rng, stop = random.Random(given.seed), asyncio.Event()  # noqa: S311 -- which process to kill
    writing = [
        asyncio.ensure_future(writer.write(connection, stop))
        for writer, connection in zip(writers, connections, strict=True)
    ]
    freezes_s: list[float] = []
    await _until_acknowledged(writers, 200)
    for index in range(given.kills):
        for _ in range(given.drops // given.kills):
            rng.choice(connections).drop()
            await asyncio.sleep(rng.uniform(0.02, 0.2))
        role = KILLED_ROLES[index % len(KILLED_ROLES)]
        with contextlib.suppress(LookupError, ProcessLookupError):
            os.kill(subject.pid_of(role), KILL)
            killed_s = time.monotonic()
            if role == "world":
                freezes_s.append(await _freeze_s(writers, killed_s))
        await _until_acknowledged(writers, given.events * (index + 1) // given.kills)
    stop.set()
    await asyncio.gather(*writing)
    return freezes_s


async def _freeze_s(writers: list[Writer], killed_s: float) -> float:
    async with asyncio.timeout(60):
        while max(writer.last_acknowledged_s for writer in writers) < killed_s + 0.02:  # noqa: ASYNC110 -- what others change is watched
            await asyncio.sleep(0.005)
    return max(writer.last_acknowledged_s for writer in writers) - killed_s


async def _until_acknowledged(writers: list[Writer], count: int) -> None:
    async with asyncio.timeout(300):
        while sum(len(writer.acknowledged) for writer in writers) < count:  # noqa: ASYNC110 -- what others change is watched
            await asyncio.sleep(0.05)


async def _settle(writers: list[Writer]) -> None:
    """Waits until everybody has seen everything that was acknowledged, or for a while."""
    wanted = {text for writer in writers for text in writer.acknowledged}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_S):
            while any(wanted - set(writer.seen) for writer in writers):  # noqa: ASYNC110 -- what others change is watched
                await asyncio.sleep(0.1)


def _judge(writers: list[Writer]) -> dict[str, float]:
    acknowledged = [text for writer in writers for text in writer.acknowledged]
    lost = sum(len(set(acknowledged) - set(writer.seen)) for writer in writers)
    doubled = sum(
        count - 1 for writer in writers for count in Counter(writer.seen).values() if count > 1
    )
    first = writers[0].seen
    return {
        "acknowledged_events": len(acknowledged),
        "lost_events": lost,
        "duplicated_events": doubled + len(acknowledged) - len(set(acknowledged)),
        "disordered": sum(writer.seen != first for writer in writers),
        "refused": sum(writer.refused for writer in writers),
    }


def _freezes(freezes_s: list[float]) -> dict[str, float]:
    ordered = sorted(freezes_s)
    return {
        "freeze_p50_ms": round(ordered[len(ordered) // 2] * 1000) if ordered else 0,
        "freeze_max_ms": round(ordered[-1] * 1000) if ordered else 0,
    }


def _connection(subject: Subject, token: str, listener: Listener) -> Connection:
    return Connection(
        url=subject.world_url,
        tls=subject.tls,
        get_ticket=lambda: subject.ticket(token),
        listener=listener,
        now_s=time.time,
    )
