"""The web process' server over a real socket."""

import asyncio
import json
import ssl
import sys

import pytest

from server.auth.certificate import own_certificate
from server.web import door
from server.web.app import create_app
from server.web.door import Door
from server.web.process import build_server


@pytest.fixture
async def serving(services, user, tmp_path):
    """Serves the application over TLS and gives its port and a context that trusts it."""
    certificate = own_certificate(tmp_path / "tls", [], 1_795_000_000.0)
    server = build_server(create_app(services), "127.0.0.1", 0, certificate, Door(8, 3))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers no event
        await asyncio.sleep(0.01)
    yield (
        server.servers[0].sockets[0].getsockname()[1],
        ssl.create_default_context(cafile=str(certificate.certificate_path)),
    )
    server.should_exit = True
    await task


async def exchange(port, context, request):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="localhost"
    )
    version = writer.get_extra_info("ssl_object").version()
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return version, answer


async def test_a_person_signs_in_over_tls_1_3(serving, user):
    body = json.dumps({"login": "anna", "password": "correct horse"}).encode()
    head = (
        "POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    version, answer = await exchange(*serving, head.encode() + body)
    head, _, content = answer.partition(b"\r\n\r\n")
    assert version == "TLSv1.3"
    assert head.startswith(b"HTTP/1.1 200")
    assert b"server:" not in head.lower()
    assert json.loads(content)["user_id"] == user.id


async def test_older_tls_is_refused(serving):
    port, context = serving
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await exchange(port, context, b"")


elsewhere = pytest.mark.skipif(
    sys.platform == "darwin", reason="macOS has no second loopback address"
)
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def connect(port, context, local="127.0.0.1"):
    return await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="localhost", local_addr=(local, 0)
    )


@pytest.fixture
def hasty(monkeypatch):
    """The door's times, short; the fixture comes before the server that takes them up."""
    for name in ("HANDSHAKE_S", "HEAD_S", "BODY_S"):
        monkeypatch.setattr(door, name, 0.3)


async def ended_after(reader):
    """Returns for how long the server held the connection, and what it said."""
    started_s = asyncio.get_running_loop().time()
    said = b""
    try:
        async with asyncio.timeout(5.0):
            said = await reader.read()
    except ConnectionError:
        pass
    return asyncio.get_running_loop().time() - started_s, said


@elsewhere
async def test_one_address_cannot_keep_the_others_out(serving):
    held = [await connect(*serving, "127.0.0.2") for _ in range(3)]
    reader, _ = await connect(*serving, "127.0.0.2")
    head, _, content = (await reader.read()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: 5" in head
    assert json.loads(content)["code"] == "too_many_connections"
    _, answer = await exchange(
        *serving, HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    assert answer.startswith(b"HTTP/1.1 200")
    for _, writer in held:
        writer.close()
        await writer.wait_closed()
    reader, writer = await connect(*serving, "127.0.0.2")
    writer.write(HEALTH)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


@elsewhere
async def test_when_all_places_are_taken_one_is_told_in_a_sentence(serving):
    held = [await connect(*serving, f"127.0.0.{2 + n // 3}") for n in range(8)]
    reader, _ = await connect(*serving, "127.0.0.9")
    content = (await reader.read()).partition(b"\r\n\r\n")[2]
    assert "try again in a few seconds" in json.loads(content)["message"]
    for _, writer in held:
        writer.close()


async def test_who_opens_no_tls_is_not_waited_for(hasty, serving):
    port, _ = serving
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seconds, _ = await ended_after(reader)
    assert seconds < 3.0
    writer.close()


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: ",
        b"POST /api/ticket HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
        HEALTH,
        HEALTH + HEALTH[:9],
    ],
)
async def test_a_request_that_does_not_arrive_is_not_waited_for(hasty, serving, begun):
    reader, writer = await connect(*serving)
    writer.write(begun)
    seconds, _ = await ended_after(reader)
    assert seconds < 3.0
    writer.close()


async def test_dripping_a_head_does_not_hold_the_connection(hasty, serving):
    reader, writer = await connect(*serving)
    ending = asyncio.create_task(ended_after(reader))
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
    while not ending.done() and not writer.transport.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.05)
    assert (await ending)[0] < 3.0
    writer.close()
