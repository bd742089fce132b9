"""A real TLS server with the clinic's own certificate, and clients that pin it or not."""

import asyncio
import ssl
import time

import pytest

from client.network.trust import (
    CertificateChanged,
    TrustStore,
    fingerprint,
    pinned_context,
    require_pinned,
    shown_certificate,
)
from client.network.web_api import Unreachable, WebApi
from server.auth.certificate import own_certificate
from world.errors import ConfigurationError


class Server:
    def __init__(self, certificate):
        self.certificate = certificate
        self.requests = []

    async def __aenter__(self):
        context = self.certificate.tls_context()
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader, writer):
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            body = b'{"name": "Clinic", "is_demo": true, "world_port": 1, "protocol_version": 1}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    @property
    def pem(self):
        return self.certificate.certificate_path.read_text()


@pytest.fixture
def certificates(tmp_path):
    return [own_certificate(tmp_path / name, [], time.time()) for name in ("one", "other")]


def test_no_context_is_without_verification(certificates):
    context = pinned_context(certificates[0].certificate_path.read_text())
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    assert len(context.get_ca_certs()) + len(context.get_ca_certs(binary_form=True)) <= 2


async def test_the_pinned_clinic_is_spoken_to(certificates):
    async with Server(certificates[0]) as server:
        clinic = await WebApi("127.0.0.1", server.port, server.pem).clinic()
    assert clinic.name == "Clinic"


async def test_another_certificate_is_refused_before_anything_is_sent(certificates):
    pinned = certificates[1].certificate_path.read_text()
    async with Server(certificates[0]) as server:
        with pytest.raises(CertificateChanged, match="compare them"):
            await WebApi("127.0.0.1", server.port, pinned).sign_in("robin", "secret")
    assert not server.requests


async def test_a_stranger_is_looked_at_and_nothing_is_sent(certificates):
    async with Server(certificates[0]) as server:
        shown = await asyncio.to_thread(shown_certificate, "127.0.0.1", server.port)
    assert fingerprint(shown) == certificates[0].fingerprint
    assert not server.requests


async def test_nobody_there_is_a_sentence(certificates):
    pem = certificates[0].certificate_path.read_text()
    with pytest.raises(Unreachable, match="does not answer"):
        await WebApi("127.0.0.1", 9, pem).clinic()


def test_a_handshake_that_showed_something_else_is_refused(certificates):
    one, other = (item.certificate_path.read_text() for item in certificates)
    require_pinned(ssl.PEM_cert_to_DER_cert(one), one)
    for shown in (None, ssl.PEM_cert_to_DER_cert(other)):
        with pytest.raises(CertificateChanged):
            require_pinned(shown, one)


def test_a_pin_stays_and_no_other_takes_its_place(certificates, tmp_path):
    one, other = (item.certificate_path.read_text() for item in certificates)
    TrustStore(tmp_path).pin("clinic.example", 8443, one)
    store = TrustStore(tmp_path)
    assert store.pinned("clinic.example", 8443) == one
    assert store.pinned("clinic.example", 8444) is None
    with pytest.raises(CertificateChanged):
        store.pin("clinic.example", 8443, other)
    assert store.pinned("clinic.example", 8443) == one


def test_a_pin_is_replaced_only_by_who_names_the_one_that_is_pinned(certificates, tmp_path):
    one, other = (item.certificate_path.read_text() for item in certificates)
    store = TrustStore(tmp_path)
    with pytest.raises(CertificateChanged):
        store.replace("clinic.example", 8443, other, one)
    store.pin("clinic.example", 8443, one)
    store.pin("other.example", 8443, one)
    with pytest.raises(CertificateChanged):
        store.replace("clinic.example", 8443, other, other)
    assert store.pinned("clinic.example", 8443) == one
    store.replace("clinic.example", 8443, other, one)
    assert store.pinned("clinic.example", 8443) == other
    assert store.pinned("other.example", 8443) == one


def test_a_pin_that_cannot_be_kept_is_a_sentence(certificates, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        TrustStore(tmp_path / "file").pin(
            "clinic.example", 8443, certificates[0].certificate_path.read_text()
        )


def test_a_clinic_on_this_machine_needs_no_words(certificates, tmp_path):
    (tmp_path / "data" / "tls").mkdir(parents=True)
    pem = certificates[0].certificate_path.read_text()
    (tmp_path / "data" / "tls" / "tls-certificate.pem").write_text(pem)
    assert TrustStore(tmp_path, tmp_path / "data").pinned("127.0.0.1", 1) == pem


def test_a_join_link_vouches_for_one_certificate_only(certificates, tmp_path):
    one, other = (item.certificate_path.read_text() for item in certificates)
    store = TrustStore(tmp_path, fingerprint_hex=certificates[0].fingerprint.hex())
    assert store.is_expected(one)
    assert not store.is_expected(other)


def test_a_damaged_file_of_pins_makes_no_strangers(tmp_path):
    (tmp_path / "known-clinics.json").write_text("{")
    with pytest.raises(ConfigurationError, match="damaged"):
        TrustStore(tmp_path).pinned("clinic.example", 8443)
