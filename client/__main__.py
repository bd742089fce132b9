"""Starts the client: `python -m client [--data DIR [--as ROLE]] [--server HOST:PORT] ...`.

With the data folder of a clinic on this machine nothing has to be typed; else the person signs in.
Ends with 0 when the person has left, with 1 if a journey did not come to its end, with 2 if it
cannot start.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from client import lifeline
from client.config import ClientConfig, demo_password, running_clinic
from world.errors import ClinicError, ConfigurationError

if TYPE_CHECKING:
    from client.desktop.journey import Journey
    from client.desktop.station import Player

    PlayerMaker = Callable[[str, bool], Player | None]

HOME = Path.home() / ".metaclinic"
JOIN_SCHEME = "metaclinic://"


def main(player: "PlayerMaker | None" = None) -> int:
    """Returns the exit status.

    Args:
      player: makes what moves a trainee's hands on a journey; without one, a trainee does on a
        journey what all visitors can do.
    """
    given = _parse(sys.argv[1:])
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if given.lifeline:
        lifeline.watch()
    # The network process loads this module again, and must not load the renderer with it.
    from client.app import App  # noqa: PLC0415 -- see above
    from client.desktop.doctor_journey import DoctorJourney  # noqa: PLC0415 -- see above
    from client.desktop.patient_journey import PatientJourney  # noqa: PLC0415 -- see above
    from client.desktop.trainee_journey import TraineeJourney  # noqa: PLC0415 -- see above
    from client.desktop.visitor_journey import VisitorJourney  # noqa: PLC0415 -- see above

    try:
        app = App(_config(given), is_stopped=stopping.is_set)
    except ClinicError as error:
        sys.stderr.write(f"metaclinic: {error}\n")
        return 2
    try:
        if given.journey:
            journeys: dict[str | None, Callable[..., Journey]] = {
                None: PatientJourney,
                "patient": PatientJourney,
                "doctor": DoctorJourney,
            }
            if player is not None:
                practises = partial(TraineeJourney, player=player, procedures=tuple(given.task))
                journeys["trainee"] = practises
            journey = journeys.get(given.role, VisitorJourney)
            is_done = journey(app, given.seconds, given.screenshots, _say).run()
            return 0 if is_done else 1
        app.program.sign_in_if_known()
        app.run()
    finally:
        app.close()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _config(given: argparse.Namespace) -> ClientConfig:
    width, _, height = given.size.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ConfigurationError(f"size: got {given.size}, expected such as 1280x720")
    config = ClientConfig(
        client_data=(given.data or HOME) / "client",
        is_plain=given.plain,
        has_sound_card=not (given.offscreen or given.no_sound),
        is_offscreen=given.offscreen,
        size_px=(int(width), int(height)),
        tier=given.tier or ("low" if given.offscreen else None),
        server_data=given.data,
        login=given.role or "",
        invitation=given.invitation,
    )
    if given.data is not None and not given.server:
        address, is_plain = running_clinic(given.data)
        config = replace(config, address=address, is_plain=is_plain)
    elif given.server:
        address, _, fingerprint = given.server.removeprefix(JOIN_SCHEME).partition("#")
        config = replace(config, address=address, fingerprint_hex=fingerprint)
    if given.role and given.data is not None:
        config = replace(config, password=demo_password(given.data, given.role))
    return config


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="client", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder of a clinic on this machine")
    parser.add_argument(
        "--server", default="", help="HOST:PORT of a clinic, or a join link with its fingerprint"
    )
    parser.add_argument("--as", dest="role", help="demo account: patient, doctor, trainee, nurse")
    parser.add_argument("--invitation", default="", help="code of an invitation to take up")
    parser.add_argument("--plain", action="store_true", help="no TLS; on this machine only")
    parser.add_argument("--no-sound", action="store_true", help="use no sound card")
    parser.add_argument("--offscreen", action="store_true", help="open no window")
    parser.add_argument("--size", default="1280x720", help="of window or pictures")
    parser.add_argument("--tier", choices=("potato", "low", "high"), help="force what is drawn")
    parser.add_argument("--journey", action="store_true", help="play a visit by itself")
    parser.add_argument(
        "--task", action="append", default=[], help="of a trainee's journey; the first one offered"
    )
    parser.add_argument("--seconds", type=float, default=120.0, help="longest time of a journey")
    parser.add_argument("--screenshots", type=Path, help="folder for a journey's pictures")
    parser.add_argument(
        "--lifeline", action="store_true", help="end when standard input does, with who started it"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
