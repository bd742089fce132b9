"""A demo account whose clinic goes away in every way that there is."""

import asyncio
import time

import pytest
from websockets.asyncio.server import serve

from client.network.connection import Connection, Listener
from client.network.trust import CertificateChanged
from client.network.web_api import SignedInBody, Unreachable
from tools.bots.account import AGAIN_S, Account, keep
from world.errors import ClinicError, NotSignedIn, TooManyRequests
from world.protocol import messages as m
from world.protocol.session import ROOM_FULL, SIGNED_OUT


class Web:
    """A web server that says what it is told to, in turn, and yes after that."""

    def __init__(self):
        self.sessions = 0
        self.on_sign_in, self.on_ticket = [], []

    async def sign_in(self, login, password):
        if self.on_sign_in:
            raise self.on_sign_in.pop(0)
        self.sessions += 1
        return SignedInBody(f"token-{self.sessions}", "0" * 32)

    async def ticket(self, token):
        if self.on_ticket:
            raise self.on_ticket.pop(0)
        return f"ticket of {token}".ljust(43, "x")


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def account(web):
    return Account(web, "bot", "secret")


async def test_body_and_device_share_one_session(account, web):
    await asyncio.gather(account.ticket(), account.ticket())
    assert web.sessions == 1


@pytest.mark.parametrize("error", [Unreachable("away"), TooManyRequests("later")])
async def test_a_clinic_that_is_away_or_busy_is_a_lost_network(account, web, error):
    web.on_sign_in.append(error)
    web.on_ticket.append(error)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await account.ticket()
    assert (await account.ticket()).startswith("ticket of token-1")


async def test_a_session_that_is_over_is_followed_by_another(account, web):
    await account.ticket()
    web.on_ticket.append(NotSignedIn("over"))
    with pytest.raises(ConnectionError):
        await account.ticket()
    assert (await account.ticket()).startswith("ticket of token-2")


@pytest.mark.parametrize("error", [NotSignedIn("wrong password"), CertificateChanged()])
async def test_what_needs_time_is_told_and_not_hammered(account, web, error):
    web.on_sign_in.append(error)
    with pytest.raises(type(error)):
        await account.ticket()


async def test_a_device_comes_back_to_a_clinic_whose_web_server_was_away_too(account, web):
    arrived = asyncio.Queue()

    async def clinic(socket):
        arrived.put_nowait(await socket.recv())
        # The next ticket finds nobody: web died together with the rest.
        web.on_ticket += [Unreachable("away")] * 2
        await socket.close(1011)

    async with serve(clinic, "127.0.0.1", 0, subprotocols=[m.SUBPROTOCOL]) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        strap = Connection(url, None, account.ticket, Listener(), time.time, device="strap")
        task = asyncio.create_task(keep(strap, account))
        async with asyncio.timeout(20):
            for _ in range(2):
                await arrived.get()
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class SentAway:
    def __init__(self):
        self.runs = 0

    async def run(self):
        self.runs += 1
        raise NotSignedIn("not wanted") if self.runs % 2 else ClinicError("broken")


async def test_who_is_sent_away_comes_again_ever_more_seldom_with_a_new_session(account, web):
    waits_s, sent_away = [], SentAway()

    async def sleep(wait_s):
        waits_s.append(wait_s)
        await account.ticket()
        if len(waits_s) == 7:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep(sent_away, account, sleep)
    assert waits_s == [*AGAIN_S, AGAIN_S[-1], AGAIN_S[-1]]
    assert web.sessions == sent_away.runs == 7


@pytest.mark.parametrize("code", [SIGNED_OUT, ROOM_FULL])
async def test_a_close_code_that_ends_a_persons_connection_ends_no_bot(account, web, code):
    arrived = asyncio.Queue()

    async def clinic(socket):
        arrived.put_nowait(await socket.recv())
        await socket.close(code)

    async def sleep(_):
        await asyncio.sleep(0)

    async with serve(clinic, "127.0.0.1", 0, subprotocols=[m.SUBPROTOCOL]) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        bot = Connection(url, None, account.ticket, Listener(), time.time)
        task = asyncio.create_task(keep(bot, account, sleep))
        async with asyncio.timeout(20):
            for _ in range(3):
                await arrived.get()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert web.sessions >= 3
