import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.voice import control
from world.errors import RemoteProtocolError

NONCE = bytes(range(32))


def read(data, reading):
    async def run():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await reading(reader)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "message",
    [
        control.Proof(NONCE, NONCE, NONCE),
        control.Join(3, 1, "v=0"),
        control.Leave(3),
        control.Plan(7, 12.5, {1: 4, 2: 4}, {1: [(2, -6.0), (3, 0.0)], 2: []}),
        control.Revoke(8, 12.6, [(1, 2)]),
        control.Lease(12.7),
    ],
)
def test_messages_to_the_voice_server_come_back_as_they_were(message):
    assert read(control.frame(message), control.read_to_voice) == message


@pytest.mark.parametrize(
    "message",
    [
        control.Challenge(NONCE),
        control.Welcome(NONCE, [1, 2]),
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
    assert read(control.frame(message), control.read_to_world) == message


@given(st.binary(max_size=60))
def test_hostile_frames_are_refused_by_name_only(body):
    data = len(body).to_bytes(4, "big") + body
    for reading in (control.read_to_voice, control.read_to_world):
        with pytest.raises(RemoteProtocolError, match="no valid message"):
            read(data, reading)


def test_a_frame_beyond_the_limit_is_refused_before_it_is_read():
    size = control.MAX_FRAME_BYTES + 1
    with pytest.raises(RemoteProtocolError, match="limit"):
        read(size.to_bytes(4, "big") + b"x", control.read_to_voice)


def test_a_link_that_ends_within_a_frame_is_an_end():
    data = control.frame(control.Leave(1))[:-1]
    with pytest.raises(EOFError):
        read(data, control.read_to_voice)


def test_an_unbounded_field_is_refused():
    long_offer = control.Join(1, 1, "x" * (control.MAX_SDP_CHARACTERS + 1))
    with pytest.raises(RemoteProtocolError):
        read(control.frame(long_offer), control.read_to_voice)


def test_the_two_proofs_differ_and_depend_on_the_secret():
    proofs = {
        control.world_digest(b"a" * 16, NONCE, NONCE),
        control.voice_digest(b"a" * 16, NONCE, NONCE),
        control.world_digest(b"b" * 16, NONCE, NONCE),
    }
    assert len(proofs) == 3
