"""How many people one world process carries in one room, and what that costs."""

import argparse
import asyncio
import json
import sys
from typing import Any

from tools.bench.subject import Subject, started
from tools.environment import ROOT

DEFINITIONS = """
avatars, hz: people in one room, and poses a second of each (head and two hands, all moving).
ticks, late_ticks: the world's ticks in the window, and those written after the next was due.
server_cpu_cores: CPU time of all server processes over the window's wall time.
pose_age_*_ms: from capture to arrival, of the 24 nearest people, at 12 sampled viewers.
far_update_gap_p99_ms: between two updates of one of all the others, at the same viewers.
down_bytes_per_avatar_update: every byte that the clients received, websocket frame heads and
  event lane included (TLS records not), over motion records received.
rss_mb: resident memory of all server processes at the window's end.
Accounts are made and signed in before the window; tickets come over HTTP; each message is
authenticated and validated as in real use.
"""


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "world",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--avatars", type=int, default=100)
    parser.add_argument("--hz", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--tls", action="store_true", help="TLS 1.3 instead of plain loopback")
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    async with started(given.avatars, is_tls=given.tls, tick_hz=given.hz) as subject:
        return await _load(subject, given)


async def _load(subject: Subject, given: argparse.Namespace) -> dict[str, float]:
    tickets = [await subject.ticket(token) for token in subject.tokens]
    job = {
        "url": subject.world_url,
        "certificate": _certificate(subject) if given.tls else "",
        "tickets": tickets,
        "hz": given.hz,
        "seconds": given.seconds,
    }
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.bench.load"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    if load.stdin is None or load.stdout is None:
        raise ConnectionError("the load did not start")
    load.stdin.write(json.dumps(job).encode() + b"\n")
    loop = asyncio.get_running_loop()
    await _until(load.stdout, b"begin")
    before, cpu_s, began_s = await subject.metrics(), subject.cpu_s(), loop.time()
    await _until(load.stdout, b"end")
    cpu_s, wall_s = subject.cpu_s() - cpu_s, loop.time() - began_s
    after, rss_mb = await subject.metrics(), subject.rss_mb()
    seen = json.loads(await load.stdout.readline())
    await load.wait()

    def counted(name: str) -> float:
        return after[name] - before[name]

    return {
        "avatars": given.avatars,
        "hz": given.hz,
        "seconds": round(wall_s, 2),
        "tls": given.tls,
        "ticks": counted("metaclinic_ticks_total"),
        "late_ticks": counted("metaclinic_late_ticks_total"),
        "server_cpu_cores": round(cpu_s / wall_s, 4),
        **{name: round(value, 2) for name, value in seen.items()},
        "records_per_s": round(counted("metaclinic_motion_records_total") / wall_s),
        "rss_mb": round(rss_mb, 1),
    }


def _certificate(subject: Subject) -> str:
    return str(subject.data / "tls" / "tls-certificate.pem")


async def _until(stream: asyncio.StreamReader, word: bytes) -> None:
    async with asyncio.timeout(600):
        line = await stream.readline()
    if line.strip() != word:
        raise ConnectionError(f"the load ended: expected {word!r}, got {line!r}")
