"""How many trainees and observers one machine carries in its training rooms, and at what cost."""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.bench.subject import Subject, started
from tools.bench.training_rooms import write_rooms
from tools.bots.training.practice import WAYS
from tools.environment import ROOT

DEFINITIONS = """
trainees: bots that practise one procedure, each in a training room of its own, through websockets
  as a client does; 60 inputs a second, the scene as it is sent.
observers: people who look on in the full tier, spread evenly over the rooms.
steps: turns of all simulation processes in the window; one turn steps all scenes of a process.
step_ms_p50, step_ms_p99: from when a turn was due to when it was done, all scenes of a process
  together; the upper edge of the histogram's bucket, 0.5 ms wide below 20 ms. A turn may begin
  up to 0.5 ms before it is due, as the timer of the loop has whole milliseconds.
late_steps: turns that were done after the next one was due.
slowed_steps: steps' time by which simulated time went slower than the clock.
governor_level: how much the busiest process leaves out at the end; 0 is nothing, from 4 on also
  pictures.
kbytes_per_s_per_viewer: bytes of the scene's frames, websocket frame heads included, a second, mean
  over all trainees and observers; kbytes_per_s_max: of the one who got the most.
frames_per_s_per_viewer: frames of the scene a second, mean; 30 is all.
server_cpu_cores: CPU time of all server processes over the window's wall time.
attempts_over: attempts that came to their end, were played again and scored, in the whole run.
All bots and observers run in one process beside the server's: on two cores they slow it down.
"""
_BUCKET = re.compile(
    r'^metaclinic_simulation_turn_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE
)


def add_arguments(kinds: Any) -> None:  # noqa: ANN401 -- argparse's own type is private
    """Adds the command line of this benchmark."""
    parser = kinds.add_parser(
        "training",
        help=__doc__,
        description=__doc__ + DEFINITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--trainees", type=int, default=4)
    parser.add_argument("--observers", type=int, default=20)
    parser.add_argument("--procedure", choices=tuple(WAYS), default="intracorporeal_knot")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
    parser.set_defaults(measure=measure)


async def measure(given: argparse.Namespace) -> dict[str, float]:
    """Returns the figures of one run."""
    trainees, people = given.trainees, given.trainees + given.observers
    rooms = tuple(f"training-{1 + number % trainees}" for number in range(people))
    roles = ("trainee",) * trainees + ("instructor",) * given.observers
    with tempfile.TemporaryDirectory(prefix="metaclinic-bench-rooms-") as folder:
        assets = write_rooms(Path(folder), trainees)
        async with started(
            people,
            is_tls=False,
            tick_hz=20.0,
            roles=roles,
            rooms=rooms,
            options=("--assets", str(assets)),
        ) as subject:
            return await _load(subject, given)


async def _load(subject: Subject, given: argparse.Namespace) -> dict[str, float]:
    job = {
        "url": subject.world_url,
        "tickets": [await subject.ticket(token) for token in subject.tokens],
        "trainees": given.trainees,
        "procedure": given.procedure,
        "seconds": given.seconds,
    }
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.bench.training_load"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if load.stdin is None or load.stdout is None:
        raise ConnectionError("the load did not start")
    load.stdin.write(json.dumps(job).encode() + b"\n")
    loop = asyncio.get_running_loop()
    await _until(load.stdout, b"begin")
    before, turns = await subject.metrics(), await _turns(subject)
    cpu_s, began_s = subject.cpu_s(), loop.time()
    await _until(load.stdout, b"end")
    cpu_s, wall_s = subject.cpu_s() - cpu_s, loop.time() - began_s
    after = await subject.metrics()
    turns = {edge_s: number - turns[edge_s] for edge_s, number in (await _turns(subject)).items()}
    seen = json.loads(await load.stdout.readline())
    await load.wait()

    def counted(name: str) -> float:
        return after[name] - before[name]

    return {
        "trainees": given.trainees,
        "observers": given.observers,
        "seconds": round(wall_s, 2),
        "steps": max(turns.values()),
        "step_ms_p50": percentile(turns, 0.5) * 1e3,
        "step_ms_p99": percentile(turns, 0.99) * 1e3,
        "late_steps": counted("metaclinic_simulation_late_steps_total"),
        "slowed_steps": counted("metaclinic_simulation_slowed_steps_total"),
        "governor_level": after["metaclinic_simulation_level"],
        **{name: round(value, 2) for name, value in seen.items()},
        "server_cpu_cores": round(cpu_s / wall_s, 3),
    }


def percentile(turns: dict[float, float], share: float) -> float:
    """Returns the upper edge, in seconds, of the bucket in which this share of all turns is done.

    Args:
      turns: upper edge of each bucket to how many turns were done by then; the last is infinite.
      share: above 0, up to 1.
    """
    wanted = share * max(turns.values())
    return min(edge_s for edge_s, number in turns.items() if number >= wanted)


async def _turns(subject: Subject) -> dict[float, float]:
    text = await subject.exposition()
    return {float(edge): float(number) for edge, number in _BUCKET.findall(text)}


async def _until(stream: asyncio.StreamReader, word: bytes) -> None:
    async with asyncio.timeout(600):
        line = await stream.readline()
    if line.strip() != word:
        raise ConnectionError(f"the load ended: expected {word!r}, got {line!r}")
