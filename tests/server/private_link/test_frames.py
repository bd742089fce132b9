"""Frames, and the two proofs: each to the other's fresh nonce, worth nothing elsewhere."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.msgpack import Decoder

from server.private_link import frames
from server.private_link.frames import Challenge, Message, Proof, Proven, Secret, frame, read
from world.errors import RemoteProtocolError

NONCE = bytes(range(32))
SECRET = Secret(b"a secret of both", "voice")


class Word(Message, frozen=True, tag=9):
    text: str


DECODER = Decoder(Word)


def _read(data, decoder=DECODER):
    async def run():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read(reader, decoder)

    return asyncio.run(run())


@given(st.binary(max_size=60))
def test_hostile_frames_are_refused_by_name_only(body):
    with pytest.raises(RemoteProtocolError, match=r"^no valid message \(\w+\)$"):
        _read(len(body).to_bytes(4, "big") + body)


def test_a_frame_beyond_the_limit_is_refused_before_it_is_read():
    size = frames.MAX_FRAME_BYTES + 1
    with pytest.raises(RemoteProtocolError, match="limit"):
        _read(size.to_bytes(4, "big") + b"x")


def test_a_link_that_ends_within_a_frame_is_an_end():
    with pytest.raises(EOFError):
        _read(frame(Word("hello"))[:-1])


async def _closed(writer):
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def _reached(process):
    """Gives reader and writer of a link to what `process` serves; all is closed after it."""
    served = asyncio.Event()

    async def serve(reader, writer):
        await process(reader, writer)
        await _closed(writer)
        served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        await _closed(writer)
        await served.wait()
        server.close()


async def _meet(world: Secret, process: Secret):
    """Returns what both ends come to: None and the run, or their errors."""
    theirs = []

    async def ask(reader, writer):
        try:
            theirs.append(await process.ask_proof(reader, writer))
        except RemoteProtocolError as error:
            theirs.append(error)

    async with _reached(ask) as (reader, writer):
        try:
            mine = await world.prove(reader, writer, NONCE)
        except EOFError as error:
            mine = error
    return mine, *theirs


async def test_two_that_know_the_secret_believe_each_other():
    assert await _meet(SECRET, SECRET) == (None, NONCE)


@pytest.mark.parametrize("other", [Secret(b"another secret..", "voice"), Secret(SECRET.key, "tea")])
async def test_another_secret_or_kind_of_link_proves_nothing(other):
    mine, theirs = await _meet(SECRET, other)
    assert isinstance(mine, EOFError)
    assert isinstance(theirs, RemoteProtocolError)


async def test_a_process_that_only_gives_back_what_it_got_is_not_believed():
    async def mirror(reader, writer):
        writer.write(frame(Challenge(NONCE)))
        proof = await read(reader, Decoder(Proof))
        writer.write(frame(Proven(proof.digest)))

    async with _reached(mirror) as (reader, writer):
        with pytest.raises(RemoteProtocolError, match="proof is false"):
            await SECRET.prove(reader, writer, NONCE)


async def test_every_challenge_is_another():
    async def challenge():
        reader, written = asyncio.StreamReader(), []
        reader.feed_eof()
        writer = type("Writer", (), {"write": lambda _, data: written.append(data)})()
        with suppress(EOFError):
            await SECRET.ask_proof(reader, writer)
        return written[0]

    assert await challenge() != await challenge()
