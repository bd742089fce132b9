import asyncio

import pytest

from server.private_link.frames import frame
from server.private_link.frames import read as read_frame
from server.voice import control
from world.errors import RemoteProtocolError


def read(data, decoder):
    async def run():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_frame(reader, decoder)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "message",
    [
        control.Join(3, 1, "v=0"),
        control.Leave(3),
        control.Plan(7, 12.5, {1: 4, 2: 4}, {1: [(2, -6.0), (3, 0.0)], 2: []}),
        control.Revoke(8, 12.6, [(1, 2)]),
        control.Lease(12.7),
    ],
)
def test_messages_to_the_voice_server_come_back_as_they_were(message):
    assert read(frame(message), control.TO_VOICE) == message


@pytest.mark.parametrize(
    "message",
    [
        control.Welcome([1, 2]),
        control.Answer(3, 1, "v=0"),
        control.Unanswered(3, 1, "no", is_full=True),
        control.Applied(9),
        control.SlotAssigned(1, 0, None, 17),
        control.Speaking(1, -20.5),
        control.MemberConnected(1, 1, "SRTP_AEAD_AES_256_GCM"),
        control.MemberDisconnected(1, 1),
        control.VoiceCounts(1, 2, 3, 4, 5, 6, 7, 0.5),
    ],
)
def test_messages_to_the_world_come_back_as_they_were(message):
    assert read(frame(message), control.TO_WORLD) == message


def test_an_unbounded_field_is_refused():
    long_offer = control.Join(1, 1, "x" * (control.MAX_SDP_CHARACTERS + 1))
    with pytest.raises(RemoteProtocolError):
        read(frame(long_offer), control.TO_VOICE)
