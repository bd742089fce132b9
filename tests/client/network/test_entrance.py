"""The network process before a clinic whose certificate is not the pinned one."""

import asyncio
import json
import time
from types import SimpleNamespace

import pytest

from client.network import channel as c
from client.network.service import NetworkConfig, Service
from client.network.trust import TRAIL_FILE, TrustStore, fingerprint
from server.auth.certificate import own_certificate
from world.fingerprint import fingerprint_words


class Clinic:
    """A web server with one certificate, and everything that anybody has said to it."""

    def __init__(self, certificate):
        self.pem = certificate.certificate_path.read_text()
        self.said = b""
        self._context = certificate.tls_context()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._listen, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _listen(self, reader, writer):
        try:
            while data := await reader.read(4096):
                self.said += data
        except OSError:
            pass
        finally:
            writer.close()


class Window:
    """The renderer's side: what it was told."""

    def __init__(self, folder, **more):
        self.told = []
        link = SimpleNamespace(send=self.told.append)
        self.service = Service(NetworkConfig(folder, has_sound_card=False, **more), link)

    def ask(self, command):
        self.service._take(command)

    async def until(self, kind):
        async with asyncio.timeout(20):
            while not (found := [report for report in self.told if isinstance(report, kind)]):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        self.told.clear()
        return found[-1]


@pytest.fixture
def pems(tmp_path):
    return [own_certificate(tmp_path / name, [], time.time()) for name in ("old", "new", "third")]


@pytest.fixture
async def clinic(pems):
    async with Clinic(pems[1]) as clinic:
        yield clinic


@pytest.fixture
def store(tmp_path, pems, clinic):
    """The pins of somebody who has met the clinic when it had its old certificate."""
    store = TrustStore(tmp_path / "client")
    store.pin("127.0.0.1", clinic.port, pems[0].certificate_path.read_text())
    return store


@pytest.fixture
async def window(tmp_path, store):
    window = Window(tmp_path / "client")
    yield window
    await window.service._end()


def sign_in(clinic):
    return c.SignIn("127.0.0.1", clinic.port, "robin", "secret")


def words(certificate):
    return fingerprint_words(certificate.fingerprint)


async def test_a_changed_certificate_is_shown_with_old_and_new_words_and_nothing_is_sent(
    window, clinic, pems, store
):
    window.ask(sign_in(clinic))
    shown = await window.until(c.CertificateShown)
    assert shown.standing == "changed"
    assert (shown.known_words, shown.words) == (words(pems[0]), words(pems[1]))
    # Neither the answer to another question, nor a yes that is not the deliberate one.
    window.ask(c.Trust(pems[2].fingerprint.hex(), is_instead=True))
    window.ask(c.Trust(shown.fingerprint))
    window.ask(sign_in(clinic))
    await window.until(c.CertificateShown)
    assert store.pinned("127.0.0.1", clinic.port) != clinic.pem
    assert clinic.said == b""


async def test_the_deliberate_act_pins_the_new_one_and_only_then_something_is_sent(
    window, clinic, pems, store, tmp_path
):
    window.ask(sign_in(clinic))
    shown = await window.until(c.CertificateShown)
    assert clinic.said == b""
    window.ask(c.Trust(shown.fingerprint, is_instead=True))
    async with asyncio.timeout(20):
        while b"\r\n\r\n" not in clinic.said:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert clinic.said.startswith(b"GET /api/clinic ")
    assert store.pinned("127.0.0.1", clinic.port) == clinic.pem
    trail = (tmp_path / "client" / TRAIL_FILE).read_text()
    lines = [json.loads(line) for line in trail.splitlines()]
    assert [line["event"] for line in lines] == ["pinned", "found changed", "replaced"]
    old, new = (one.fingerprint.hex() for one in pems[:2])
    assert (lines[-1]["known"], lines[-1]["fingerprint"]) == (old, new)
    assert "robin" not in trail
    assert "secret" not in trail


async def test_a_yes_to_a_certificate_that_has_changed_again_trusts_nobody(
    window, clinic, pems, store
):
    window.ask(sign_in(clinic))
    shown = await window.until(c.CertificateShown)
    # Meanwhile another window of the same person has replaced the pin.
    third, first = (pems[number].certificate_path.read_text() for number in (2, 0))
    store.replace("127.0.0.1", clinic.port, third, first)
    window.ask(c.Trust(shown.fingerprint, is_instead=True))
    await window.until(c.Trouble)
    assert store.pinned("127.0.0.1", clinic.port) == third
    assert clinic.said == b""


async def test_this_machines_own_clinic_has_a_pin_that_nobody_may_replace(clinic, pems, tmp_path):
    (tmp_path / "data" / "tls").mkdir(parents=True)
    pem = pems[0].certificate_path.read_text()
    (tmp_path / "data" / "tls" / "tls-certificate.pem").write_text(pem)
    window = Window(tmp_path / "client", server_data=tmp_path / "data")
    window.ask(sign_in(clinic))
    shown = await window.until(c.CertificateShown)
    assert (shown.standing, shown.known_words) == ("refused", ())
    window.ask(c.Trust(fingerprint(clinic.pem).hex(), is_instead=True))
    await asyncio.sleep(0.1)
    assert clinic.said == b""
    await window.service._end()


async def test_a_clinic_that_is_gone_before_its_words_are_seen_is_a_sentence(
    window, clinic, monkeypatch
):
    def gone(host, port):
        raise OSError

    monkeypatch.setattr("client.network.entrance.shown_certificate", gone)
    window.ask(sign_in(clinic))
    trouble = await window.until(c.Trouble)
    assert "does not answer" in trouble.sentence
