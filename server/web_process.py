"""The web process: sign-in, tickets, health and metrics over HTTPS, put together."""

import asyncio
import time
from collections.abc import Callable

from server import telemetry
from server.auth.accounts import Accounts
from server.auth.certificate import own_certificate
from server.auth.keys import load_keys
from server.auth.password_change import PasswordChange
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.throttle import Throttle
from server.config import ServerConfig
from server.store.store import Store
from server.web.app import create_app
from server.web.process import build_server
from server.web.services import WebServices

POLL_S = 0.02


async def run_web(config: ServerConfig, ready: Callable[[int], None]) -> None:
    """Runs the web server until cancelled.

    Args:
      config: the server's settings.
      ready: told the port once requests are answered.

    Raises:
      ConfigurationError: if keys or certificate do not fit.
      StoreUnavailable: if the database cannot be opened.
    """
    keys = load_keys(config.keys)
    store = await Store.open(config.url, keys.store, config.anchors)
    passwords = Passwords(keys.pepper)
    sessions = Sessions(store, time.time)
    throttle = Throttle()
    async with store.read() as work:
        throttle.restore(await work.sign_in_failures.everybody(time.time()))
    services = WebServices(
        store=store,
        accounts=Accounts(store, passwords, time.time, throttle),
        sessions=sessions,
        sign_in=SignIn(store, passwords, sessions, throttle, time.time),
        password_change=PasswordChange(store, passwords, sessions, throttle, time.time),
        world_port=config.world_port,
        origins=frozenset(config.origins),
        metrics=telemetry.exposition,
    )
    certificate = None
    if not config.is_plain:
        certificate = own_certificate(config.tls, (config.host,), time.time())
    server = build_server(create_app(services), config.host, config.web_port, certificate)
    serving = asyncio.ensure_future(server.serve())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 -- what others change is watched
            await asyncio.sleep(POLL_S)
        ready(server.servers[0].sockets[0].getsockname()[1])
        # Shielded: a cancellation must let it close its sockets first.
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        passwords.close()
        await store.close()
