import importlib
import random

import pytest

from client.voice.peer import Peer as ClientPeer
from server.voice.config import VoiceConfig
from server.voice.peer import PRIVATE_NAMES, Peer
from server.voice.sockets import MediaPorts
from world.errors import ConfigurationError, RemoteProtocolError

SECRET = b"0123456789abcdef"
HOSTS = ("127.0.0.1",)


class Nobody:
    """An owner who does nothing."""

    def __init__(self):
        self.lost = 0

    def on_packet(self, data, now_s):
        pass

    on_rtp = on_rtcp = on_packet

    def on_connected(self):
        pass

    def on_lost(self):
        self.lost += 1


async def offer_of(slots):
    client = ClientPeer(slots, HOSTS, Nobody())
    try:
        return await client.offer()
    finally:
        await client.close()


async def answer(offer, ports=(0, 0), slots=8):
    config = VoiceConfig(SECRET, host_addresses=HOSTS, media_ports=ports, slots=slots)
    peer = Peer(config, MediaPorts(*ports), Nobody())
    try:
        return peer, await peer.answer(offer)
    finally:
        await peer.close()


@pytest.mark.parametrize("place", PRIVATE_NAMES)
def test_the_private_names_are_still_there(place):
    module, name = place.split(":")
    owner = getattr(importlib.import_module(module), name)
    with open(importlib.import_module(module).__file__, encoding="utf-8") as file:  # noqa: PTH123 -- any path
        text = file.read()
    for private in PRIVATE_NAMES[place]:
        assert hasattr(owner, private) or f"self.{private}" in text or private in text, private


async def test_the_answer_receives_one_voice_and_offers_every_slot():
    peer, sdp = await answer(await offer_of(8))
    assert sdp.count("a=sendonly") == 8
    assert sdp.count("a=recvonly") == 1
    assert sdp.count("useinbandfec=1") == 9
    assert "PCMU" not in sdp
    assert len(sdp) < 7_500
    assert len({stream.ssrc for stream in peer.slots}) == 8
    assert peer.microphone.level_id


async def test_media_is_bound_within_the_configured_ports_only():
    _, sdp = await answer(await offer_of(2), ports=(61_510, 61_519))
    ports = {int(line.split()[5]) for line in sdp.splitlines() if "candidate:" in line}
    assert ports
    assert ports <= set(range(61_510, 61_520))


async def test_a_port_in_use_is_passed_over_and_none_left_is_said():
    offer, owner = await offer_of(1), Nobody()
    config = VoiceConfig(SECRET, host_addresses=HOSTS, media_ports=(61_530, 61_530))
    first = Peer(config, MediaPorts(61_530, 61_530), owner)
    await first.answer(offer)
    with pytest.raises(RemoteProtocolError, match="no UDP port"):
        await answer(offer, ports=(61_530, 61_530))
    await first.close()
    assert owner.lost == 1


async def test_addresses_that_the_client_names_are_not_used():
    candidate = "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ host\r\na=end-of-candidates\r\n"
    offer = (await offer_of(1)).replace("a=mid", candidate + "a=mid")
    config = VoiceConfig(SECRET, host_addresses=HOSTS)
    peer = Peer(config, MediaPorts(0, 0), Nobody())
    await peer.answer(offer)
    transceiver = peer._connection.getTransceivers()[0]
    assert transceiver.receiver.transport.transport.getRemoteCandidates() == []
    await peer.close()


async def test_neither_decoders_nor_report_tasks_of_the_library_are_started():
    config = VoiceConfig(SECRET, host_addresses=HOSTS)
    peer = Peer(config, MediaPorts(0, 0), Nobody())
    await peer.answer(await offer_of(2))
    for transceiver in peer._connection.getTransceivers():
        await transceiver.sender.send(None)
        await transceiver.receiver.receive(None)
        assert not transceiver.sender._RTCRtpSender__started
        assert not transceiver.receiver._RTCRtpReceiver__started
    await peer.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda sdp: "",
        lambda sdp: "v=0\r\n",
        lambda sdp: sdp.replace("m=audio", "m=video"),
        lambda sdp: sdp.replace("opus", "pcmx"),
        lambda sdp: sdp.replace("a=sendonly", "a=recvonly"),
        lambda sdp: sdp.replace("a=recvonly", "a=sendonly"),
        lambda sdp: sdp.replace("a=fingerprint", "a=x"),
        lambda sdp: sdp.replace("a=ice-ufrag", "a=x"),
        lambda sdp: sdp.replace("a=rtcp-mux\r\n", ""),
        lambda sdp: sdp + sdp[sdp.index("m=audio") :] * 4,
    ],
)
async def test_an_offer_that_does_not_fit_is_refused(change):
    with pytest.raises(RemoteProtocolError):
        await answer(change(await offer_of(2)), slots=2)


async def test_damaged_offers_are_answered_or_refused_and_nothing_else():
    offer, rng, refused = await offer_of(1), random.Random(11), 0
    lines = offer.splitlines()
    for _ in range(40):
        changed = list(lines)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(changed))
            kind = rng.randrange(4)
            if kind == 0:
                del changed[at]
            elif kind == 1:
                changed[at] = changed[at][: rng.randrange(len(changed[at]) + 1)]
            elif kind == 2:
                changed.insert(at, changed[rng.randrange(len(changed))])
            else:
                place = rng.randrange(len(changed[at]) + 1)
                changed[at] = changed[at][:place] + chr(rng.randrange(1, 300)) + changed[at][place:]
        try:
            await answer("\r\n".join(changed) + "\r\n")
        except RemoteProtocolError:
            refused += 1
    assert 5 < refused < 40


@pytest.mark.parametrize(
    "setting",
    [
        {"secret": b"short"},
        {"control_port": 70_000},
        {"media_ports": (5000, 4000)},
        {"media_ports": (80, 90)},
        {"slots": 0},
    ],
)
def test_a_false_setting_is_named(setting):
    with pytest.raises(ConfigurationError, match=next(iter(setting))):
        VoiceConfig(**({"secret": SECRET} | setting))
