"""A link between two processes of this server: its frames, and the proof that both belong to it.

Rules:
* One end listens on loopback. Both prove that they know the secret before anything else is said,
  each to a fresh nonce of the other, so that the secret never travels.
* A frame is a length in 4 bytes, big-endian, then MessagePack.
"""

import asyncio
import hmac
from asyncio import StreamReader
from collections.abc import Coroutine
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from world.errors import RemoteProtocolError

NONCE_BYTES = 32
MAX_FRAME_BYTES = 4_194_304
"""Room for a voice plan of 200 members who all hear each other."""

T = TypeVar("T")
Nonce: TypeAlias = Annotated[bytes, Meta(min_length=NONCE_BYTES, max_length=NONCE_BYTES)]


class Message(Struct, frozen=True, array_like=True):
    """Base of all messages: an array on the wire, its tag first."""


_ENCODER = msgspec.msgpack.Encoder()


def frame(message: Message) -> bytes:
    """Returns a message as a frame."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(4, "big") + body


async def read(reader: StreamReader, decoder: msgspec.msgpack.Decoder[T]) -> T:
    """Returns the next message.

    Raises:
      RemoteProtocolError: if it is none.
      asyncio.IncompleteReadError: at the end of the link.
    """
    size = int.from_bytes(await reader.readexactly(4), "big")
    if size > MAX_FRAME_BYTES:
        raise RemoteProtocolError(f"a frame of {size} bytes, the limit is {MAX_FRAME_BYTES}")
    data = await reader.readexactly(size)
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        # The text of the error may quote the data.
        raise RemoteProtocolError(f"no valid message ({type(error).__name__})") from None


def digest(secret: bytes, who: bytes, challenge: bytes, nonce: bytes) -> bytes:
    """Returns one end's proof that it knows the secret."""
    return hmac.digest(secret, who + challenge + nonce, "sha256")


def is_same_digest(a: bytes, b: bytes) -> bool:
    """Returns whether two proofs are equal, in constant time."""
    return hmac.compare_digest(a, b)


async def first_to_end(*work: Coroutine[Any, Any, None]) -> None:
    """Runs these together until one of them fails, and raises its error; ends the others.

    Not a task group: before Python 3.13 one that fails while it is cancelled forgets that it was.
    """
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
