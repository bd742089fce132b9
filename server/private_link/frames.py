"""The frames of a private link, and the proof that both its ends belong to this server.

Rules:
* A frame is a length in 4 bytes, big-endian, then MessagePack.
* The process listens on loopback and the world comes to it. Each proves to a fresh nonce of the
  other that it knows the secret, which so never travels, before anything else is said:
  Challenge, Proof, Proven. The process then says first how it stands, and that is its welcome.
"""

import hmac
import secrets
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar

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


class Challenge(Message, frozen=True, tag=1):
    """Process, on connection: prove that you know the secret."""

    nonce: Nonce


class Proof(Message, frozen=True, tag=2):
    """World: the proof, a challenge in return, and which run of the world this is."""

    digest: Nonce
    nonce: Nonce
    run: Nonce


class Proven(Message, frozen=True, tag=3):
    """Process: its own proof."""

    digest: Nonce


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


@dataclass(frozen=True, slots=True)
class Secret:
    """What both ends of one kind of link know.

    Attributes:
      key: the secret itself.
      kind: name of the kind, so that a proof of one kind is worth nothing in another.
    """

    key: bytes
    kind: str

    async def prove(self, reader: StreamReader, writer: StreamWriter, run: bytes) -> None:
        """Proves the world to a process, and has the process prove itself.

        Raises:
          RemoteProtocolError: if it cannot.
          asyncio.IncompleteReadError: if it ends the link.
        """
        challenge = await read(reader, _CHALLENGE)
        nonce = secrets.token_bytes(NONCE_BYTES)
        writer.write(frame(Proof(self._digest("world", challenge.nonce, nonce), nonce, run)))
        proven = await read(reader, _PROVEN)
        self._check(proven.digest, self._digest("process", nonce, challenge.nonce))

    async def ask_proof(self, reader: StreamReader, writer: StreamWriter) -> bytes:
        """Has the world prove itself to this process; returns which run of the world it is.

        Raises:
          RemoteProtocolError: if it cannot.
          asyncio.IncompleteReadError: if it ends the link.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        writer.write(frame(Challenge(nonce)))
        proof = await read(reader, _PROOF)
        self._check(proof.digest, self._digest("world", nonce, proof.nonce))
        writer.write(frame(Proven(self._digest("process", proof.nonce, nonce))))
        return proof.run

    def _digest(self, who: str, challenge: bytes, nonce: bytes) -> bytes:
        return hmac.digest(self.key, f"{self.kind} {who} ".encode() + challenge + nonce, "sha256")

    @staticmethod
    def _check(given: bytes, expected: bytes) -> None:
        if not hmac.compare_digest(given, expected):
            raise RemoteProtocolError("the proof is false")


_CHALLENGE = msgspec.msgpack.Decoder(Challenge)
_PROOF = msgspec.msgpack.Decoder(Proof)
_PROVEN = msgspec.msgpack.Decoder(Proven)
