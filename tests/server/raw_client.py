"""A websocket client of our own that obeys nobody: it keeps every byte, and sends what it likes."""

import asyncio
import base64
import os

from world.protocol import messages as m
from world.protocol import motion
from world.protocol.codec import decode_server_message, encode_client_message

BINARY, TEXT, CLOSE, PING, PONG = 2, 1, 8, 9, 10


def frame(payload, opcode=BINARY, *, is_final=True, is_masked=True, key=b"\x11\x22\x33\x44"):
    """Returns one frame (RFC 6455 5.2)."""
    mask = 0x80 if is_masked else 0
    size = len(payload)
    if size < 126:
        head = bytes((mask | size,))
    elif size < 65_536:
        head = bytes((mask | 126,)) + size.to_bytes(2, "big")
    else:
        head = bytes((mask | 127,)) + size.to_bytes(8, "big")
    if is_masked:
        keys = int.from_bytes((key * (size // 4 + 1))[:size], "big")
        covered = int.from_bytes(payload, "big") ^ keys
        head, payload = head + key, covered.to_bytes(size, "big")
    return bytes((0x80 * is_final | opcode,)) + head + payload


def handshake(*, origin=None, subprotocol=m.SUBPROTOCOL, extra=""):
    """Returns the request that opens a websocket."""
    lines = [
        "GET / HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    ]
    lines += [f"Origin: {origin}"] if origin else []
    lines += [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
    lines += [extra] if extra else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class RawClient:
    """One connection.

    Attributes:
      heard: every byte that ever arrived, of this and earlier connections.
      messages: what they say, as far as it is messages.
      poses: motion frames.
    """

    def __init__(self, port):
        self.port = port
        self.heard = bytearray()
        self.messages, self.poses, self.close_code = [], [], None
        self.next_id = 0
        self._reading, self._changed = None, asyncio.Event()

    async def open(self, **options):
        """Connects and asks for a websocket; returns the status line of the answer."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(handshake(**options))
        head = await self._reader.readuntil(b"\r\n\r\n")
        self.heard += head
        self.close_code = None
        self._reading = asyncio.ensure_future(self._read())
        return head.split(b"\r\n", 1)[0].decode()

    async def enter(self, ticket, seen=()):
        """Comes in as a person."""
        await self.open()
        known = len(self.of(m.RoomView))
        self.tell(m.Authenticate(ticket, tuple(m.Seen(*one) for one in seen)))
        await self.until(lambda: len(self.of(m.RoomView)) > known)
        self.next_id = max(self.next_id, self.of(m.Welcome)[-1].last_request_id)

    def write(self, data):
        self._writer.write(data)

    def tell(self, message):
        self.write(frame(encode_client_message(message)))

    def ask(self, make):
        """Sends a request; returns its id."""
        self.next_id += 1
        self.tell(make(self.next_id))
        return self.next_id

    async def answer(self, make):
        """Sends a request and returns its answer."""
        number = self.ask(make)
        return await self.answer_to(number)

    async def answer_to(self, number):
        await self.until(lambda: number in self.answers())
        return self.answers()[number]

    def answers(self):
        answers = [*self.of(m.Accepted), *self.of(m.Refused)]
        return {answer.request_id: answer for answer in answers}

    def of(self, kind):
        return [message for message in self.messages if isinstance(message, kind)]

    async def until(self, is_so):
        async with asyncio.timeout(10):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    async def until_closed(self):
        async with asyncio.timeout(10):
            await asyncio.shield(self._reading)
        return self.close_code

    async def leave(self):
        self._writer.transport.abort()
        await self._reading

    async def _read(self):
        try:
            while True:
                opcode, payload = await self._frame()
                if opcode == CLOSE:
                    self.close_code = int.from_bytes(payload[:2], "big")
                elif opcode == BINARY and payload[:1] == b"\0":
                    self.poses.append(payload)
                elif opcode == BINARY and not self.took(payload):
                    self.messages.append(decode_server_message(payload))
                self._changed.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._changed.set()
            self._writer.transport.abort()

    def took(self, payload):
        """Whether this payload is no message of the event lane; for who knows another lane."""
        return False

    async def _frame(self):
        first, second = await self._take(2)
        size = second & 127
        if size > 125:
            size = int.from_bytes(await self._take(2 if size == 126 else 8), "big")
        return first & 15, await self._take(size)

    async def _take(self, size):
        data = await self._reader.readexactly(size)
        self.heard += data
        return data

    def slots_seen(self):
        """Returns the slots of all motion records."""
        frames = [motion.decode_records(pose) for pose in self.poses]
        return {int(slot) for _, slots, _ in frames for slot in slots}
