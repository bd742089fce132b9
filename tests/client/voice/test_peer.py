import importlib

import pytest

from client.voice.client import SLOTS, VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.peer import PRIVATE_NAMES
from world.errors import LocalProtocolError, RemoteProtocolError


@pytest.mark.parametrize("place", PRIVATE_NAMES)
def test_the_private_names_are_still_there(place):
    module, name = place.split(":")
    source = importlib.import_module(module).__file__
    owner = getattr(importlib.import_module(module), name)
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 -- any path
        text = file.read()
    for private in PRIVATE_NAMES[place]:
        assert hasattr(owner, private) or f"self.{private}" in text, private


@pytest.fixture
async def voice():
    voice = VoiceClient(VoiceDevices(SpeechSource(), NullOutput()), host_addresses=("127.0.0.1",))
    yield voice
    await voice.close()


async def test_the_offer_is_small_and_asks_for_opus_on_every_slot(voice):
    offer = await voice.connect()
    assert offer.count("m=audio") == SLOTS + 1
    assert offer.count("a=recvonly") == SLOTS
    assert offer.count("a=sendonly") == 1
    assert "opus/48000/2" in offer
    assert "PCMU" not in offer
    assert len(offer) < 6_000


async def test_the_offer_tells_no_address_of_this_machine(voice):
    assert "candidate" not in await voice.connect()


async def test_no_outside_server_is_asked_for_addresses(voice):
    await voice.connect()
    connection = voice._peer._dtls.transport._connection
    assert connection.stun_server is None
    assert connection.turn_server is None
    assert {candidate.type for candidate in connection.local_candidates} == {"host"}


@pytest.mark.parametrize("answer", ["", "hello", "v=0\r\nm=audio 1 x 2\r\n"])
async def test_a_false_answer_is_the_servers_fault(voice, answer):
    await voice.connect()
    with pytest.raises(RemoteProtocolError, match="cannot be used"):
        await voice.set_answer(answer)


async def test_an_answer_without_an_offer_is_our_fault(voice):
    with pytest.raises(LocalProtocolError):
        await voice.set_answer("v=0")
