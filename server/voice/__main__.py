"""Starts one voice server: `python -m server.voice --secret-file FILE [--control-port PORT]`.

Prints one line of JSON, {"control_port": PORT}, as soon as it listens, and nothing else on
standard output; its log goes to standard error. Ends on SIGTERM or Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import functools
import json
import os
import signal
import sys
from pathlib import Path

from server import lifeline, pulse, telemetry
from server.voice.app import VoiceServer
from server.voice.config import VoiceConfig


def main() -> None:
    """Runs the voice server until it is told to stop."""
    given = _parse(sys.argv[1:])
    config = _configuration(given)
    telemetry.configure_log("voice")
    if given.lifeline:
        lifeline.watch()
    with contextlib.suppress(KeyboardInterrupt):
        if sys.platform == "win32":
            asyncio.run(_serve(config, is_watched=given.lifeline))
        else:
            import uvloop  # noqa: PLC0415 -- not installed on Windows

            uvloop.run(_serve(config, is_watched=given.lifeline))


async def _serve(config: VoiceConfig, *, is_watched: bool) -> None:
    ready = functools.partial(_say_ready, is_watched=is_watched)
    task = asyncio.ensure_future(VoiceServer(config).run(ready))
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _say_ready(port: int, *, is_watched: bool) -> None:
    sys.stdout.write(json.dumps({"control_port": port}) + "\n")
    sys.stdout.flush()
    if is_watched:
        pulse.begin(hangs=int(os.environ.get(pulse.HANGS, "0")))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="server.voice", description=__doc__)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--host-address", action="append", default=[], help="may be repeated")
    parser.add_argument("--media-ports", type=int, nargs=2, default=(0, 0), metavar="PORT")
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--max-members", type=int, default=256)
    parser.add_argument(
        "--lifeline", action="store_true", help="end when standard input does, with who started it"
    )
    return parser.parse_args(arguments)


def _configuration(given: argparse.Namespace) -> VoiceConfig:
    return VoiceConfig(
        secret=given.secret_file.read_bytes().strip(),
        control_port=given.control_port,
        host_addresses=tuple(given.host_address),
        media_ports=(given.media_ports[0], given.media_ports[1]),
        slots=given.slots,
        max_members=given.max_members,
    )


if __name__ == "__main__":
    main()
