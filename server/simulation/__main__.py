"""Starts one simulation process: `python -m server.simulation --secret-file FILE --records DIR`.

Compiles first, then prints one line of JSON, {"control_port": PORT}, as soon as it listens, and
nothing else on standard output; its log goes to standard error. Ends on SIGTERM or Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import sys
from pathlib import Path

from server import lifeline, telemetry
from server.simulation.app import SimulationServer
from server.simulation.config import SimulationConfig
from server.simulation.warm_up import compile_apart, warm_up


def main() -> None:
    """Runs the simulation until it is told to stop."""
    given = _parse(sys.argv[1:])
    config = SimulationConfig(
        secret=given.secret_file.read_bytes().strip(),
        records=given.records,
        control_port=given.control_port,
        attempts_max=given.attempts_max,
    )
    telemetry.configure_log("simulation")
    if given.lifeline:
        lifeline.watch()
    config.records.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(KeyboardInterrupt):
        if sys.platform == "win32":
            asyncio.run(_serve(config))
        else:
            import uvloop  # noqa: PLC0415 -- not installed on Windows

            uvloop.run(_serve(config))


async def _serve(config: SimulationConfig) -> None:
    compile_apart()
    procedures = warm_up()
    # What stands now stands for good: a collection that walks it would make steps late.
    gc.collect()
    gc.freeze()
    task = asyncio.ensure_future(SimulationServer(config, procedures).run(_say_ready))
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _say_ready(port: int) -> None:
    sys.stdout.write(json.dumps({"control_port": port}) + "\n")
    sys.stdout.flush()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="server.simulation", description=__doc__)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--records", type=Path, required=True, help="folder of the records")
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--attempts-max", type=int, default=16)
    parser.add_argument(
        "--lifeline", action="store_true", help="end when standard input does, with who started it"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
