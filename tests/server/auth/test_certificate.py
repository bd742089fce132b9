"""The server's certificate."""

import asyncio
import hashlib
import ssl
import stat

import pytest

from server.auth.certificate import given_certificate, own_certificate
from world.errors import ConfigurationError

NOW_S = 1_800_000_000.0
DAY_S = 86_400.0


def test_it_is_made_once_and_kept(tmp_path):
    first = own_certificate(tmp_path / "tls", [], NOW_S)
    assert own_certificate(tmp_path / "tls", [], NOW_S + DAY_S) == first
    assert stat.S_IMODE(first.key_path.stat().st_mode) == 0o600
    der = ssl.PEM_cert_to_DER_cert(first.certificate_path.read_text())
    assert first.fingerprint == hashlib.sha256(der).digest()


def test_it_is_renewed_a_month_before_it_expires_with_the_same_key(tmp_path):
    first = own_certificate(tmp_path / "tls", [], NOW_S)
    key = first.key_path.read_bytes()
    late_s = first.expires_at_s - 29 * DAY_S
    second = own_certificate(tmp_path / "tls", [], late_s)
    assert second.fingerprint != first.fingerprint
    assert second.expires_at_s > late_s + 365 * DAY_S
    assert second.key_path.read_bytes() == key


def test_a_new_host_name_makes_a_new_one(tmp_path):
    first = own_certificate(tmp_path / "tls", [], NOW_S)
    second = own_certificate(tmp_path / "tls", ["clinic.example", "192.0.2.7"], NOW_S)
    assert second.fingerprint != first.fingerprint
    assert own_certificate(tmp_path / "tls", ["clinic.example"], NOW_S) == second


def test_a_key_that_others_can_read_is_refused(tmp_path):
    made = own_certificate(tmp_path / "tls", [], NOW_S)
    made.key_path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 0600"):
        own_certificate(tmp_path / "tls", [], NOW_S)


def test_a_given_certificate_is_taken_as_it_is(tmp_path):
    made = own_certificate(tmp_path / "tls", [], NOW_S)
    assert given_certificate(made.certificate_path, made.key_path) == made
    with pytest.raises(ConfigurationError, match="no file"):
        given_certificate(tmp_path / "none.pem", made.key_path)
    made.certificate_path.write_text("no certificate")
    with pytest.raises(ConfigurationError, match="no PEM"):
        given_certificate(made.certificate_path, made.key_path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "clinic.example"])
async def test_a_client_that_trusts_it_connects_by_each_name_with_tls_1_3(tmp_path, host):
    made = own_certificate(tmp_path / "tls", ["clinic.example"], 1_795_000_000.0)
    seen = []

    async def serve(reader, writer):
        seen.append(writer.get_extra_info("ssl_object").version())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=made.tls_context())
    trusting = ssl.create_default_context(cafile=str(made.certificate_path))
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting, server_hostname=host
    )
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    assert seen == ["TLSv1.3"]


def test_its_context_refuses_older_tls(tmp_path):
    context = own_certificate(tmp_path / "tls", [], NOW_S).tls_context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
