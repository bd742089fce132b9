"""What it costs when many people come in at once, while others wait for their visits."""

import argparse
import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from client.network.connection import Connection, ConnectionState, Listener
from tools.bench.subject import Subject, started
from world.protocol import messages as m

DEFINITIONS = """
joins: people who come in, all of them at once, each over a websocket of their own.
open_visits: patients who are in the clinic by then and checked in, as the doctor's list says.
people: bodies in the clinic at the end, as the last who came in sees them.
join_p50_ms, join_p99_ms, join_max_ms: from opening the socket to the room's whole view.
joins_per_s: joins over the time from the first opened socket to the last room's view.
retries: connections that were cut or sent away before their person was in.
server_cpu_ms_per_join: CPU time of all server processes over the joins.
ticks, late_ticks: the world's ticks from a second before the window to a second after it, and
  those written after the next was due.
rss_mb: resident memory of all server processes at the end.
Accounts are made and signed in, and tickets are fetched, before the window. The clients run in
one process beside the server's and decode whatever they are sent: on two cores they slow it down.
"""
COUNTED_WITHIN_S = 1.5
"""The server carries its counts over once a second."""


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "joins",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--joins", type=int, default=200)
    parser.add_argument("--visits", type=int, default=50)
    parser.add_argument("--tls", action="store_true", help="TLS 1.3 instead of plain loopback")
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


@dataclass(slots=True)
class Guest(Listener):
    """Somebody who comes in: when, and into what.

    Attributes:
      tickets: fetched beforehand; later ones are fetched when they are needed.
    """

    subject: Subject
    token: str
    tickets: list[str] = field(default_factory=list)
    is_in: asyncio.Event = field(default_factory=asyncio.Event)
    opened_s: float = 0.0
    entered_s: float = 0.0
    people: int = 0
    waiting: int = 0
    retries: int = 0

    def message(self, message: m.ServerMessage) -> None:
        """Notes the first view of the room, and how long the list is."""
        match message:
            case m.RoomView(people=people) if not self.is_in.is_set():
                self.entered_s, self.people = time.perf_counter(), len(people)
                self.is_in.set()
            case m.QueueView(entries=entries):
                self.waiting = len(entries)
            case _:
                pass

    def state(self, state: ConnectionState, sentence: str) -> None:
        """Counts what was in vain."""
        del sentence
        self.retries += state is ConnectionState.RECONNECTING and not self.is_in.is_set()

    def connection(self) -> Connection:
        """Returns the connection through which this person comes."""
        return Connection(
            url=self.subject.world_url,
            tls=self.subject.tls,
            get_ticket=self._ticket,
            listener=self,
            now_s=time.time,
        )

    async def _ticket(self) -> str:
        ticket = self.tickets.pop() if self.tickets else await self.subject.ticket(self.token)
        self.opened_s = self.opened_s or time.perf_counter()
        return ticket


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    accounts = 1 + given.visits + given.joins
    async with (
        started(accounts, is_tls=given.tls, tick_hz=20.0, roles=("doctor",)) as subject,
        asyncio.TaskGroup() as group,
    ):
        doctor, *patients = [Guest(subject, token) for token in subject.tokens]
        waiting, joining = patients[: given.visits], patients[given.visits :]
        running = [group.create_task(doctor.connection().run())]
        running += [await _checked_in(group, guest) for guest in waiting]
        for guest in joining:
            guest.tickets = [await subject.ticket(guest.token)]
        await asyncio.sleep(COUNTED_WITHIN_S)
        before, cpu_s = await subject.metrics(), subject.cpu_s()
        running += [group.create_task(guest.connection().run()) for guest in joining]
        await asyncio.gather(*(guest.is_in.wait() for guest in joining))
        cpu_s = subject.cpu_s() - cpu_s
        await asyncio.sleep(COUNTED_WITHIN_S)
        after, rss_mb = await subject.metrics(), subject.rss_mb()
        for task in running:
            task.cancel()
        return {
            "joins": len(joining),
            "open_visits": doctor.waiting,
            "people": max(guest.people for guest in joining),
            "tls": given.tls,
            **_durations(joining),
            "retries": sum(guest.retries for guest in joining),
            "server_cpu_ms_per_join": round(1000 * cpu_s / len(joining), 2),
            "ticks": after["metaclinic_ticks_total"] - before["metaclinic_ticks_total"],
            "late_ticks": (
                after["metaclinic_late_ticks_total"] - before["metaclinic_late_ticks_total"]
            ),
            "rss_mb": round(rss_mb, 1),
        }


async def _checked_in(group: asyncio.TaskGroup, patient: Guest) -> asyncio.Task[None]:
    """Lets a patient come in before the window and take a place in the queue."""
    connection = patient.connection()
    running = group.create_task(connection.run())
    await patient.is_in.wait()
    await connection.request(m.CheckIn)
    return running


def _durations(joining: list[Guest]) -> dict[str, float]:
    joins_ms = sorted(1000 * (guest.entered_s - guest.opened_s) for guest in joining)
    began_s = min(guest.opened_s for guest in joining)
    ended_s = max(guest.entered_s for guest in joining)
    return {
        "join_p50_ms": round(joins_ms[len(joins_ms) // 2]),
        "join_p99_ms": round(joins_ms[int(len(joins_ms) * 0.99)]),
        "join_max_ms": round(joins_ms[-1]),
        "joins_per_s": round(len(joins_ms) / (ended_s - began_s), 1),
    }
