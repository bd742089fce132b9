"""Messages to bytes and back (MessagePack): the one module that knows the event encoding."""

from typing import Any, TypeVar, cast

import msgpack
import msgspec

from world.errors import LocalProtocolError, RemoteProtocolError
from world.protocol.messages import ClientMessage, EventBody, ServerMessage

MAX_CLIENT_MESSAGE_BYTES = 16_384
MAX_SERVER_MESSAGE_BYTES = 1_048_576
MESSAGE_TOO_BIG, POLICY_VIOLATION = 1009, 1008  # RFC 6455 7.4.1
MAX_STRING_CHARACTERS = 16_384
MAX_ARRAY_ITEMS = 4_200
MAX_BINARY_BYTES = 2_000

T = TypeVar("T")
_DECODE_ERRORS = (
    ValueError,
    TypeError,
    RecursionError,
    msgpack.UnpackException,
    msgspec.ValidationError,
)


def encode_client_message(message: ClientMessage) -> bytes:
    """Returns the bytes of one message to the server.

    Raises:
      LocalProtocolError: if it is larger than the server accepts.
    """
    return _encode(message, MAX_CLIENT_MESSAGE_BYTES)


def encode_server_message(message: ServerMessage) -> bytes:
    """Returns the bytes of one message to a client.

    Raises:
      LocalProtocolError: if it is larger than a client accepts.
    """
    return _encode(message, MAX_SERVER_MESSAGE_BYTES)


def decode_client_message(data: bytes) -> ClientMessage:
    """Returns the message that a client sent.

    Raises:
      RemoteProtocolError: if data is not one well-formed client message within its limits.
    """
    return cast("ClientMessage", _decode(data, ClientMessage, MAX_CLIENT_MESSAGE_BYTES))


def decode_server_message(data: bytes) -> ServerMessage:
    """Returns the message that the server sent.

    Raises:
      RemoteProtocolError: if data is not one well-formed server message within its limits.
    """
    return cast("ServerMessage", _decode(data, ServerMessage, MAX_SERVER_MESSAGE_BYTES))


def encode_event_body(body: EventBody) -> bytes:
    """Returns the bytes under which the log keeps an event."""
    return _encode(body, MAX_CLIENT_MESSAGE_BYTES)


def decode_event_body(data: bytes) -> EventBody:
    """Returns the event that the log kept.

    Raises:
      RemoteProtocolError: if data is no event.
    """
    return cast("EventBody", _decode(data, EventBody, MAX_CLIENT_MESSAGE_BYTES))


def _encode(message: msgspec.Struct, limit_bytes: int) -> bytes:
    data: bytes = msgpack.packb(msgspec.to_builtins(message, builtin_types=(bytes,)))
    if len(data) > limit_bytes:
        raise LocalProtocolError(
            f"{type(message).__name__} is {len(data)} bytes, the limit is {limit_bytes}"
        )
    return data


def _decode(data: bytes, kind: Any, limit_bytes: int) -> object:  # noqa: ANN401 -- a union is no type
    if len(data) > limit_bytes:
        raise RemoteProtocolError(
            f"{len(data)} bytes, the limit is {limit_bytes}", close_code=MESSAGE_TOO_BIG
        )
    try:
        plain = msgpack.unpackb(
            data,
            max_str_len=MAX_STRING_CHARACTERS,
            max_bin_len=MAX_BINARY_BYTES,
            max_array_len=MAX_ARRAY_ITEMS,
            max_map_len=0,
            max_ext_len=0,
        )
        return msgspec.convert(plain, type=kind)
    except _DECODE_ERRORS as error:
        # The text of the error may quote the peer's data, which may be about somebody's health.
        raise RemoteProtocolError(f"no valid message ({type(error).__name__})") from None
