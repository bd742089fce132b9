"""How long a client waits for the clinic's web server, against one that takes its time."""

import asyncio

import pytest

from client.network import web_api
from client.network.web_api import Unreachable, WebApi

BODY = b'{"token": "t", "user_id": "u", "role": "patient", "alias": "Heron", "ticket": "k"}'
SHORT_S = 0.1


class SlowServer:
    """Takes every request, and answers when it is told to."""

    def __init__(self):
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def __call__(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self.may_answer.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
        writer.close()


@pytest.fixture
async def slow():
    slow = SlowServer()
    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    slow.api = WebApi("127.0.0.1", server.sockets[0].getsockname()[1], None)
    yield slow
    slow.may_answer.set()
    server.close()


async def test_a_sign_in_waits_its_turn_longer_than_anything_else(slow, monkeypatch):
    monkeypatch.setattr(web_api, "WITHIN_S", SHORT_S)
    signing_in = asyncio.ensure_future(slow.api.sign_in("patient", "password"))
    await slow.asked.wait()
    with pytest.raises(Unreachable):
        await slow.api.ticket("t")
    assert not signing_in.done()
    slow.may_answer.set()
    assert (await signing_in).token == "t"


async def test_who_never_gets_an_answer_is_told_so_in_the_end(slow, monkeypatch):
    monkeypatch.setattr(web_api, "PASSWORD_WITHIN_S", SHORT_S)
    for asking in (slow.api.sign_in("patient", "password"), slow.api.accept({"code": "c"})):
        with pytest.raises(Unreachable, match="does not answer"):
            await asking
