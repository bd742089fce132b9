"""The world process: rooms, visits and websockets, put together. The composition root."""

import asyncio
import ssl
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

import structlog

from server import last_life, ledger, telemetry
from server.attempt_book import AttemptBook
from server.attempt_retention import AttemptRetention
from server.audience import Audience
from server.auth.certificate import own_certificate
from server.auth.keys import load_keys, read_private
from server.auth.sessions import Sessions
from server.bedside import Bedside
from server.chart import Chart
from server.clinic_loader import load_plans, take_over
from server.conductor import Conductor
from server.config import ServerConfig
from server.desk import Desk
from server.gateway import Clocks, Gateway
from server.motion_lane import MotionLane
from server.proctor import Proctor
from server.retention import DAY_S, Retention
from server.sign_in_watch import SignInWatch
from server.simulation.link import SimulationLink
from server.steady_clock import SteadyClock
from server.store.errors import Fenced
from server.store.store import Store
from server.tick_loop import TickLoop
from server.vitals.ingest import VitalsIngest
from server.voice.link import VoiceLink
from server.websocket import frame_head
from world import views
from world.errors import StoreUnavailable
from world.protocol.session import AUTHENTICATE_WITHIN_S

COUNT_S = 1.0

_log = structlog.get_logger(__name__)


class Ports(NamedTuple):
    """Where the world finds the other processes of this server.

    Attributes:
      voice: the voice server; None for a clinic without voice.
      simulation: the processes that step the stations of the training rooms.
    """

    voice: int | None
    simulation: Sequence[int] = ()


async def run_world(
    config: ServerConfig,
    voice_port: int | None,
    ready: Callable[[int], None],
    simulation_ports: Sequence[int] = (),
) -> None:
    """Runs the world until cancelled.

    Args:
      config: the server's settings.
      voice_port: the voice server's control port; None for a clinic without voice.
      ready: told the port once connections are accepted.
      simulation_ports: of the processes that step the stations of the training rooms.

    Raises:
      ConfigurationError: if the settings, keys or assets do not fit.
      StoreUnavailable: if the database cannot be opened.
    """
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    try:
        await _serve(config, store, Ports(voice_port, simulation_ports), ready)
    finally:
        await store.close()


async def _serve(
    config: ServerConfig,
    store: Store,
    ports: Ports,
    ready: Callable[[int], None],
) -> None:
    loop = asyncio.get_running_loop()
    steady = SteadyClock(time.time, loop.time)
    clocks = Clocks(steady.now_s, loop.time)
    process_id = _new_id()
    clinic = await take_over(store, load_plans(config.assets), process_id, clocks.now_s())
    lane = MotionLane(frame_head)
    audience = Audience(lane, config.tick_hz)
    conductor = Conductor(
        audience, lambda row, is_speaking: lane.speak(row, is_speaking=is_speaking)
    )
    chart = Chart(store)
    bedside = Bedside(VitalsIngest(chart.keep), chart, audience, clocks.now_s)
    sessions = Sessions(store, time.time)
    book = AttemptBook(store, audience)
    desk = Desk(clinic, store, audience, sessions, bedside, conductor, book, clocks, _new_id)
    audience.move(clinic, clinic.bodies, set(), clocks.now_s())
    proctor = Proctor(audience, store, clocks, desk.hear)
    gateway = Gateway(desk, config.origins, config.max_per_address, _new_id, clocks, proctor.steer)

    def tick(dt_s: float) -> None:
        telemetry.RECORDS.inc(lane.tick(dt_s))
        for row, sequence, head_m in lane.corrections:
            audience.correct(row, sequence, head_m)

    ticks = TickLoop(tick, tick_s=1 / config.tick_hz, now_s=loop.time)
    server = await _listen(config, gateway)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.run())
            group.create_task(desk.watch_time())
            group.create_task(gateway.keep_house())
            group.create_task(SignInWatch(gateway, sessions).run())
            keep_s = config.chat_retention_days * DAY_S
            group.create_task(Retention(store, keep_s, clocks.now_s).run())
            kept_s = config.attempt_retention_days * DAY_S
            group.create_task(AttemptRetention(store, config.attempts, kept_s, clocks.now_s).run())
            group.create_task(chart.run())
            group.create_task(bedside.run(lambda: desk.clinic))
            group.create_task(ticks.run())
            group.create_task(_count(ticks, gateway))
            group.create_task(steady.watch())
            for work in (
                *_voice(config, ports.voice, conductor, desk),
                *_stations(config, ports.simulation, proctor, desk),
            ):
                group.create_task(work)
            ready(server.sockets[0].getsockname()[1])
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                server.close()
                gateway.close_all("The clinic's server is restarting. You are brought back in.")
    finally:
        await book.close()
        await _end_life(store, desk, process_id, clocks.now_s())


def _voice(
    config: ServerConfig, port: int | None, conductor: Conductor, desk: Desk
) -> list[Coroutine[Any, Any, None]]:
    """Returns what keeps voice going; nothing for a clinic without it."""
    if port is None:
        return []
    link = VoiceLink(port, read_private(config.voice_secret), conductor.heard)
    conductor.use(link)
    return [link.run(), conductor.run(lambda: desk.clinic)]


def _stations(
    config: ServerConfig, ports: Sequence[int], proctor: Proctor, desk: Desk
) -> list[Coroutine[Any, Any, None]]:
    """Returns what keeps the stations going; nothing for a clinic without training rooms."""
    if not desk.clinic.visits.training_room_ids:
        return []
    secret = read_private(config.simulation_secret) if ports else b""
    links = [SimulationLink(port, secret, proctor.heard) for port in ports]
    proctor.watch(links, lambda: desk.clinic)
    return [proctor.run(), *(link.run() for link in links)]


async def _end_life(store: Store, desk: Desk, process_id: str, now_s: float) -> None:
    """Writes that this process ends in order; what is still open to somebody is closed."""
    number = desk.clinic.numbers.get(ledger.OWNER, 0)
    try:
        async with store.write() as work:
            await work.events.append([], {ledger.OWNER: number})
            last_life.end(work, process_id, views.watchers(desk.clinic), now_s)
    except (Fenced, StoreUnavailable):
        _log.error("world.end_not_written")


async def _listen(config: ServerConfig, gateway: Gateway) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    tls = tls_context(config)
    within_s = None if tls is None else AUTHENTICATE_WITHIN_S
    return await loop.create_server(
        gateway.connect,
        config.host,
        config.world_port,
        ssl=tls,
        ssl_handshake_timeout=within_s,
        ssl_shutdown_timeout=within_s,
        backlog=512,
    )


async def _count(ticks: TickLoop, gateway: Gateway) -> None:
    """Carries counts over into the metrics once a second."""
    done = late = skipped = 0
    while True:
        await asyncio.sleep(COUNT_S)
        now = ticks.count
        telemetry.TICKS.inc(now.done - done)
        telemetry.LATE_TICKS.inc(now.late - late)
        telemetry.SKIPPED_TICKS.inc(now.skipped - skipped)
        done, late, skipped = now.done, now.late, now.skipped
        gateway.count()


def tls_context(config: ServerConfig) -> ssl.SSLContext | None:
    """Returns the server's TLS context; None for plain connections on loopback."""
    if config.is_plain:
        return None
    return own_certificate(config.tls, (config.host,), time.time()).tls_context()


def _new_id() -> str:
    return uuid.uuid4().hex
