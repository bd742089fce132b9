"""Brings a demo clinic to life: `python -m tools.bots --data DIR [--patients N]`.

Signs in the demo clinic's bot accounts over HTTPS, keeps a body for each in the clinic through
the same websocket as people, lets the bot doctor work, and plays an ECG of each patient whom a
doctor may see: the demo patient's, and that of the bots who get in line. Prints one line once
everybody is in; ends on SIGTERM or Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import json
import random
import signal
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from client.network.connection import Connection, Listener
from client.network.trust import SERVER_CERTIFICATE, pinned_context
from client.network.web_api import WebApi
from client.voice.speech import load_speech
from server import lifeline, telemetry
from server.config import ASSETS
from tools.bots.account import Account, keep
from tools.bots.body import BotBody
from tools.bots.device import feed
from tools.bots.doctor import BotDoctor, BotVoice
from tools.bots.patient import BotPatient
from tools.bots.rota import Rota
from world.rooms.layout import Layout, parse_layout

PATIENTS_IN_LINE = 2
DEVICE = "chest-strap-1"
SENTENCES = ("doctor-welcome", "doctor-vitals", "doctor-goodbye")


@dataclass(frozen=True, slots=True)
class Place:
    """A running demo clinic on this machine."""

    web: WebApi
    world_url: str
    tls: ssl.SSLContext | None
    passwords: dict[str, str]


def main() -> int:
    """Returns 0 after an orderly end, 2 if there is no demo clinic to bring to life."""
    parser = argparse.ArgumentParser(prog="tools.bots", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of a running demo clinic")
    parser.add_argument("--patients", type=int, default=6, help="bot patients, up to 8")
    parser.add_argument(
        "--lifeline", action="store_true", help="end when standard input does, with who started it"
    )
    given = parser.parse_args()
    telemetry.configure_log("bots")
    if given.lifeline:
        lifeline.watch()
    try:
        place = find(given.data)
    except (OSError, ValueError, KeyError) as error:
        print(f"metaclinic: no demo clinic runs in {given.data} ({error})", file=sys.stderr)
        return 2
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_told(place, given.patients))
    return 0


def find(data: Path) -> Place:
    """Returns where the demo clinic of a data folder runs.

    Raises:
      OSError: if there is none, or it does not run.
    """
    running = json.loads((data / "run" / "server.json").read_text())
    passwords = json.loads((data / "demo_accounts.json").read_text())
    pem = None if running["is_plain"] else (data / SERVER_CERTIFICATE).read_text()
    scheme = "ws" if pem is None else "wss"
    return Place(
        WebApi(running["host"], running["web_port"], pem),
        f"{scheme}://{running['host']}:{running['world_port']}",
        None if pem is None else pinned_context(pem),
        passwords,
    )


async def _until_told(place: Place, patients: int) -> None:
    task = asyncio.ensure_future(live(place, patients))
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def live(place: Place, patients: int) -> None:
    """Keeps everybody in the clinic until cancelled."""
    layouts = {kind: _layout(kind) for kind in ("waiting", "consult")}
    somebody_waits = asyncio.Event()
    logins = ["bot-doctor", *(f"bot-patient-{number + 1}" for number in range(patients))]
    accounts = [Account(place.web, login, place.passwords[login]) for login in ["patient", *logins]]
    async with asyncio.TaskGroup() as group:
        for account in (accounts[0], *accounts[2 : 2 + PATIENTS_IN_LINE]):
            device = _connect(place, account, Listener(), device=DEVICE)
            group.create_task(keep(device, account))
            group.create_task(feed(device, DEVICE))
        bodies = []
        for index, account in enumerate(accounts[1:]):
            body = BotBody(layouts, random.Random(index))  # noqa: S311 -- where a bot strolls
            body.connection = _connect(place, account, body)
            group.create_task(keep(body.connection, account))
            group.create_task(body.keep_moving())
            bodies.append(body)
        doctor, *others = bodies
        speech = {name: load_speech(ASSETS / "sounds" / f"{name}.wav") for name in SENTENCES}
        voice = BotVoice(doctor, speech)
        doctor.on_message = voice.message
        group.create_task(voice.keep())
        rota = Rota(doctor, others, asyncio.get_running_loop().time)
        group.create_task(BotDoctor(doctor, voice, others, somebody_waits, rota).live())
        for index, body in enumerate(others):
            gets_in_line = index < PATIENTS_IN_LINE
            group.create_task(
                _live_as_patient(body, rota, somebody_waits, gets_in_line=gets_in_line)
            )
        for body in bodies:
            await body.arrival()
        print(json.dumps({"bots": len(bodies)}), flush=True)


async def _live_as_patient(
    body: BotBody, rota: Rota, somebody_waits: asyncio.Event, *, gets_in_line: bool
) -> None:
    def may_check_in() -> bool:
        return gets_in_line and (somebody_waits.is_set() or rota.is_person_at_work())

    await BotPatient(body, may_check_in, rota.is_person_at_work).live()


def _connect(
    place: Place, account: Account, listener: Listener, device: str | None = None
) -> Connection:
    return Connection(
        url=place.world_url,
        tls=place.tls,
        get_ticket=account.ticket,
        listener=listener,
        now_s=time.time,
        device=device,
    )


def _layout(kind: str) -> Layout:
    return parse_layout((ASSETS / "rooms" / kind / "layout.json").read_bytes())


if __name__ == "__main__":
    raise SystemExit(main())
