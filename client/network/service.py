"""The network process from inside: carries out commands, keeps the connection, tells the renderer.

It has one event loop; nothing in it waits for the renderer. It ends when the renderer's process
has gone, or takes nothing any more.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, assert_never

from msgspec.structs import replace

from client.config import ASSETS
from client.network import channel as c
from client.network.connection import Connection, ConnectionState, Listener
from client.network.entrance import Entrance
from client.network.newcomer import AccountMadeError, Newcomer, changed_password, field_of
from client.network.trust import CertificateChanged, TrustStore, pinned_context, require_pinned
from client.network.voice_line import VoiceLine
from client.network.web_api import ClinicBody, SignedInBody, Unreachable, WebApi, ticket_of_now
from world.errors import ClinicError, NotSignedIn
from world.protocol import messages as m
from world.protocol import steering

LOOK_S: Final = 0.005
"""How often commands are looked for; it adds half of that to the age of a pose."""
LEVEL_S: Final = 0.1
COUNT_S: Final = 1.0
GOODBYE_S: Final = 3.0
RESUME_AGAIN_S: Final = 1.0

Wanted: TypeAlias = c.SignIn | c.LookAtInvitation | c.AcceptInvitation
"""Why one comes to a clinic."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Settings of the network process; they travel to it once, at its start.

    Attributes:
      client_data: folder of what this person's client remembers.
      server_data: data folder of a clinic on this machine; its certificate is pinned.
      fingerprint_hex: what a join link says of the certificate; empty for none.
      is_plain: no TLS; on loopback only.
      has_sound_card: False for a machine without, and for tests.
      sounds: folder of the sounds among the assets.
    """

    client_data: Path
    server_data: Path | None = None
    fingerprint_hex: str = ""
    is_plain: bool = False
    has_sound_card: bool = True
    sounds: Path = ASSETS / "sounds"


class Service(Listener):
    """The network process.

    Args:
      config: its settings.
      link: to the renderer.
    """

    def __init__(self, config: NetworkConfig, link: c.Channel[c.AnyReport, c.AnyCommand]) -> None:
        self._config, self._link = config, link
        trust = TrustStore(config.client_data, config.server_data, config.fingerprint_hex)
        self._entrance = Entrance(trust, link.send, is_plain=config.is_plain)
        self._voice = VoiceLine(
            link.send,
            config.sounds,
            has_sound_card=config.has_sound_card,
            host_addresses=("127.0.0.1",) if not config.has_sound_card else (),
        )
        self._web: WebApi | None = None
        self._world_port = 0
        self._token = ""
        self._seen: dict[str, int] = {}
        self._newcomer = Newcomer()
        self._wanted: Wanted | None = None
        self._signing_in: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._running: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serves the renderer until it has gone.

        Raises:
          PartnerStuck: if it takes nothing any more.
        """
        parent = multiprocessing.parent_process()
        level_due = count_due = beat_due = 0.0
        try:
            while parent is None or parent.is_alive():
                for command in newest_frames(self._link.receive()):
                    self._take(command)
                self._link.flush()
                now_s = time.monotonic()
                if now_s >= beat_due:
                    beat_due = now_s + c.BEAT_S
                    self._link.send(c.Alive())
                if now_s >= level_due:
                    level_due = now_s + LEVEL_S
                    self._voice.tell_level()
                if now_s >= count_due:
                    count_due = now_s + COUNT_S
                    self._tell_counts()
                await asyncio.sleep(LOOK_S)
        finally:
            await self._end()

    # --- what the connection tells

    def message(self, message: m.ServerMessage) -> None:
        """Passes a message on."""
        self._link.send(c.Arrived(message))
        self._voice.take(message)

    def motion(self, frame: bytes) -> None:
        """Passes a frame of the motion lane on."""
        self._link.send_frame(frame, time.monotonic())
        self._voice.take_motion(frame)

    def scene(self, frame: bytes) -> None:
        """Passes a frame of the scene lane on."""
        self._link.send_frame(frame, time.monotonic())

    def state(self, state: ConnectionState, sentence: str) -> None:
        """Passes on how the connection stands."""
        self._link.send(c.ConnectionChanged(state.value, sentence))

    # --- commands

    def _take(self, command: c.AnyCommand | c.Frame) -> None:
        match command:
            case c.MotionFrame() | c.SteeringFrame() | c.SceneFrame():
                self._send_frame(command)
            case c.SignIn() | c.LookAtInvitation() | c.AcceptInvitation():
                self._begin(self._come(command))
            case c.Trust() | c.StopSigningIn() | c.Resume():
                self._take_sign_in(command)
            case c.Enter() | c.Ask() | c.ChangePassword() | c.Reconnect() | c.SignOut():
                self._take_errand(command)
            case c.OpenDevices(microphone, speaker):
                self._errand(self._voice.start_devices(microphone, speaker))
            case c.TestSound():
                self._voice.test_sound()
            case c.Play(names):
                self._errand(self._voice.play(names))
            case c.SetVoice():
                self._voice.set(command)
            case _:
                assert_never(command)

    def _send_frame(self, one: c.Frame) -> None:
        """Sends a frame on; one of the scene lane only ever goes the other way."""
        if isinstance(one, c.MotionFrame):
            self._voice.take_own_motion(one.frame)
        if self._connection is not None and not isinstance(one, c.SceneFrame):
            self._connection.send_frame(one.frame)

    def _take_sign_in(self, command: c.Trust | c.StopSigningIn | c.Resume) -> None:
        match command:
            case c.Trust():
                self._trust(command)
            case c.StopSigningIn():
                self._stop_signing_in()
            case c.Resume():
                self._begin(self._resume(command))

    def _take_errand(
        self, command: c.Enter | c.Ask | c.ChangePassword | c.Reconnect | c.SignOut
    ) -> None:
        match command:
            case c.Enter():
                self._enter()
            case c.Ask():
                self._errand(self._ask(command))
            case c.ChangePassword(old, new):
                self._errand(self._change_password(old, new))
            case c.Reconnect():
                if self._connection is not None:
                    self._connection.drop()
                    self._connection.hurry()
            case c.SignOut():
                self._errand(self._sign_out())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._stop_signing_in()
        self._signing_in = asyncio.ensure_future(work)

    def _stop_signing_in(self) -> None:
        if self._signing_in is not None:
            self._signing_in.cancel()

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _come(self, wanted: Wanted) -> None:
        self._wanted = wanted
        try:
            web = await self._entrance.reach(wanted.host, wanted.web_port)
            if web is not None:
                await self._introduce(web, wanted)
        except CertificateChanged:
            await self._entrance.tell_changed(wanted.host, wanted.web_port)
        except AccountMadeError as error:
            self._link.send(c.Trouble("account", str(error)))
        except ClinicError as error:
            is_new = not isinstance(wanted, c.SignIn)
            field = field_of(error) if is_new else ""
            self._link.send(c.Trouble("sign-in", str(error), field=field))

    async def _introduce(self, web: WebApi, wanted: Wanted) -> None:
        clinic = await web.clinic()
        match wanted:
            case c.SignIn():
                body = await web.sign_in(wanted.login, wanted.password)
                self._signed_in(web, clinic, body)
            case c.LookAtInvitation():
                self._link.send(c.InvitationShown(clinic.name, await web.look(wanted.code)))
            case c.AcceptInvitation():
                self._signed_in(web, clinic, await self._newcomer.accept(web, wanted))

    def _signed_in(self, web: WebApi, clinic: ClinicBody, body: SignedInBody) -> None:
        self._web, self._world_port, self._token = web, clinic.world_port, body.token
        self._link.send(
            c.SignedIn(body.user_id, body.token, clinic.name, clinic.is_demo, body.role, body.alias)
        )

    async def _change_password(self, old: str, new: str) -> None:
        self._link.send(await changed_password(self._web, self._token, old, new))

    async def _resume(self, wanted: c.Resume) -> None:
        self._token = wanted.token
        self._seen = {one.stream: one.number for one in wanted.seen}
        try:
            while not await self._has_resumed(wanted):  # noqa: ASYNC110  the network tells nobody
                await asyncio.sleep(RESUME_AGAIN_S)
        except ClinicError as error:
            self._link.send(c.ConnectionChanged("ended", str(error)))

    async def _has_resumed(self, wanted: c.Resume) -> bool:
        try:
            web = await self._entrance.reach(wanted.host, wanted.web_port)
            if web is not None:
                self._web, self._world_port = web, (await web.clinic()).world_port
        except Unreachable:
            return False
        if wanted.is_entered:
            self._enter()
        return True

    def _trust(self, trust: c.Trust) -> None:
        entrance = self._entrance
        pin = entrance.trust_instead if trust.is_instead else entrance.trust_shown
        try:
            is_pinned = pin(trust.fingerprint)
        except ClinicError as error:
            self._link.send(c.Trouble("sign-in", str(error)))
            return
        if self._wanted is not None and is_pinned:
            self._begin(self._come(self._wanted))

    def _enter(self) -> None:
        web = self._web
        if web is None or self._running is not None:
            return
        scheme = "ws" if web.certificate_pem is None else "wss"
        host = f"[{web.host}]" if ":" in web.host else web.host
        pinned = web.certificate_pem
        self._connection = Connection(
            url=f"{scheme}://{host}:{self._world_port}",
            tls=pinned_context(pinned) if pinned else None,
            check_certificate=partial(require_pinned, certificate_pem=pinned) if pinned else None,
            get_ticket=self._ticket,
            listener=self,
            now_s=time.time,
            seen=self._seen,
        )
        self._voice.use(self._connection)
        self._running = asyncio.ensure_future(self._live(self._connection))

    async def _live(self, connection: Connection) -> None:
        try:
            await connection.run()
        except NotSignedIn:
            pass  # the listener has been told
        except CertificateChanged as error:
            self._link.send(c.ConnectionChanged("ended", str(error)))
        finally:
            self._connection = self._running = None

    async def _ticket(self) -> str:
        if self._web is None:
            raise NotSignedIn("You are not signed in. Sign in again.")
        return await ticket_of_now(self._web, self._token)

    async def _ask(self, ask: c.Ask) -> None:
        if self._connection is None:
            sentence = "You are not connected to the clinic. Enter it first."
            self._link.send(c.Answered(ask.key, is_accepted=False, reason=sentence))
            return
        answer = await self._connection.request(
            lambda number: replace(ask.request, request_id=number)
        )
        if isinstance(answer, m.Accepted):
            self._link.send(c.Answered(ask.key, is_accepted=True))
        else:
            self._link.send(
                c.Answered(ask.key, is_accepted=False, code=answer.code, reason=answer.reason)
            )

    async def _sign_out(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        web, token, self._token = self._web, self._token, ""
        if web is not None and token:
            # Leaving must not hang on a network that is gone; the session ends by itself.
            with contextlib.suppress(ClinicError, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await web.sign_out(token)
        self._web = None
        self._link.send(c.SignedOut())

    def _tell_counts(self) -> None:
        if self._connection is not None and self._connection.round_trip_s < float("inf"):
            self._link.send(c.Clock(self._connection.clock_offset_s, self._connection.round_trip_s))
            self._voice.tell_counts()

    async def _end(self) -> None:
        tasks = [task for task in (self._signing_in, self._running, *self._errands) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._voice.close()


def newest_frames(came: Iterable[c.AnyCommand | c.Frame]) -> Iterator[c.AnyCommand | c.Frame]:
    """Yields commands in their order, and of each lane's frames in a row only the last ones.

    Of motion that is one, of steering as many as wait elsewhere too. After a standstill of this
    process hundreds wait, all of them of yesterday but these; written at once they would flood
    the clinic, or a connection that has died meanwhile.
    """
    newest: dict[type[c.Frame], deque[c.Frame]] = {}
    for one in came:
        if isinstance(one, c.MotionFrame | c.SceneFrame | c.SteeringFrame):
            kept = steering.WAITING if isinstance(one, c.SteeringFrame) else 1
            newest.setdefault(type(one), deque(maxlen=kept)).append(one)
            continue
        for lane in newest.values():
            yield from lane
        newest.clear()
        yield one
    for lane in newest.values():
        yield from lane
