"""Starts the server: `python -m server --data DIR [--demo] [--host ...] [--plain] ...`.

Without `--role` this is the supervisor of all processes; with one it is that process. Each prints
one line of JSON on standard output as soon as it serves; at a terminal the supervisor says the same
in plain lines. Ends on SIGTERM, on Ctrl-C, and when its terminal is closed.
"""

import argparse
import asyncio
import contextlib
import functools
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from server import lifeline, pulse, telemetry
from server.config import ASSETS, DATABASE, ServerConfig
from world.errors import ConfigurationError, StoreUnavailable


def main() -> int:
    """Returns 0 after an orderly end, 2 if the settings do not fit."""
    given = _parse(sys.argv[1:])
    telemetry.configure_log(given.role)
    if given.lifeline:
        lifeline.watch()
    try:
        _run(_work(_config(given), given))
    except (ConfigurationError, StoreUnavailable) as error:
        return _complain([error])
    except ExceptionGroup as errors:
        told, other = errors.split((ConfigurationError, StoreUnavailable))
        if other is not None:
            raise
        return _complain(_leaves(told) if told else [])
    if given.role == "supervisor" and sys.stdout.isatty():
        _say("The clinic is closed.")
    return 0


def _complain(errors: Sequence[BaseException]) -> int:
    for error in errors:
        sys.stderr.write(f"metaclinic: {error}\n")
    return 2


def _work(config: ServerConfig, given: argparse.Namespace) -> Coroutine[Any, Any, None]:
    # Each role loads only what it needs: a world that dies must be back within a moment.
    if given.role == "world":
        gc.disable()  # until it has settled down: what is loaded now stays
        from server.world_process import run_world  # noqa: PLC0415 -- see above

        settle_down = functools.partial(_settle_down, is_watched=given.lifeline)
        return run_world(
            config, given.voice_port or None, settle_down, tuple(given.simulation_port)
        )
    if given.role == "web":
        from server.web_process import run_web  # noqa: PLC0415 -- see above

        return run_web(config, functools.partial(_say_ready, is_watched=given.lifeline))
    from server.supervisor import supervise  # noqa: PLC0415 -- see above

    announce: Callable[[str], None] = _say
    if sys.stdout.isatty():
        _say("Opening the clinic ...")
        announce = functools.partial(_greet, config, is_demo=given.demo)
    return supervise(config, is_demo=given.demo, announce=announce)


def _run(work: Coroutine[Any, Any, None]) -> None:
    async def until_told() -> None:
        task = asyncio.ensure_future(work)
        if sys.platform != "win32":
            for number in _told_by():
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with contextlib.suppress(KeyboardInterrupt):
        if sys.platform == "win32":
            asyncio.run(until_told())
        else:
            import uvloop  # noqa: PLC0415 -- not installed on Windows

            uvloop.run(until_told())


def _told_by() -> list[signal.Signals]:
    """Returns the signals that end this program in order."""
    told_by = [signal.SIGTERM, signal.SIGINT]
    # Whoever starts it with nohup wants it to outlive the terminal.
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        told_by.append(signal.SIGHUP)
    return told_by


def _settle_down(port: int, *, is_watched: bool) -> None:
    # What stands now stands for good: a collection that walks it would make ticks late.
    gc.freeze()
    gc.enable()
    _say_ready(port, is_watched=is_watched)


def _say_ready(port: int, *, is_watched: bool) -> None:
    _say(json.dumps({"port": port}))
    if is_watched:
        pulse.begin(hangs=int(os.environ.get(pulse.HANGS, "0")))


def _greet(config: ServerConfig, announced: str, *, is_demo: bool) -> None:
    from server.greeting import greeting  # noqa: PLC0415 -- of no use to the other roles

    _say(greeting(config, json.loads(announced), is_demo=is_demo))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _leaves(errors: BaseExceptionGroup[Any]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in errors.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _config(given: argparse.Namespace) -> ServerConfig:
    return ServerConfig(
        data=given.data.resolve(),
        database_url=given.database,
        host=given.host,
        web_port=given.web_port,
        world_port=given.world_port,
        is_plain=given.plain,
        origins=tuple(given.origin),
        tick_hz=given.tick_hz,
        max_per_address=given.max_per_address,
        chat_retention_days=given.chat_retention_days,
        attempt_retention_days=given.attempt_retention_days,
        assets=given.assets.resolve(),
    )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="server", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of this clinic")
    parser.add_argument("--role", choices=("supervisor", "world", "web"), default="supervisor")
    parser.add_argument(
        "--lifeline", action="store_true", help="end when standard input does, with who started it"
    )
    parser.add_argument("--demo", action="store_true", help="make a demo clinic if there is none")
    parser.add_argument(
        "--database",
        default=os.environ.get(DATABASE, ""),
        help=f"URL, SQLite in the data folder if not given; one with a password belongs into the "
        f"environment variable {DATABASE}, for others on this machine see a command line",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--web-port", type=int, default=8443)
    parser.add_argument("--world-port", type=int, default=8444)
    parser.add_argument("--voice-port", type=int, default=0, help="control port of voice")
    parser.add_argument(
        "--simulation-port", type=int, action="append", default=[], help="of one of its processes"
    )
    parser.add_argument("--assets", type=Path, default=ASSETS, help="folder of the rooms")
    parser.add_argument("--plain", action="store_true", help="no TLS; on loopback only")
    parser.add_argument("--origin", action="append", default=[], help="may be repeated")
    parser.add_argument("--tick-hz", type=float, default=20.0)
    parser.add_argument("--max-per-address", type=int, default=1_000)
    parser.add_argument(
        "--chat-retention-days", type=int, default=30, help="how long what is written is kept"
    )
    parser.add_argument(
        "--attempt-retention-days", type=int, default=365, help="how long attempts are kept"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
