"""The web process' server over a real socket."""

import asyncio
import json
import ssl

import pytest

from server.auth.certificate import own_certificate
from server.web.app import create_app
from server.web.process import build_server


@pytest.fixture
async def serving(services, user, tmp_path):
    """Serves the application over TLS and gives its port and a context that trusts it."""
    certificate = own_certificate(tmp_path / "tls", [], 1_795_000_000.0)
    server = build_server(create_app(services), "127.0.0.1", 0, certificate)
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
