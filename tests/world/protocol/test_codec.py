import contextlib
import string
import types
import typing
from typing import get_args

import msgpack
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.errors import LocalProtocolError, RemoteProtocolError
from world.protocol import codec
from world.protocol import messages as m
from world.protocol.session import RULES

CLIENT = get_args(m.ClientMessage)
SERVER = get_args(m.ServerMessage)
EVENTS = get_args(m.EventBody)


SIMPLE = {bool: st.booleans(), type(None): st.none()}


def _strategy(hint):
    """Hypothesis strategy for one field, from its declared type and bounds."""
    meta = msgspec.Meta()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = get_args(hint)
        meta = next(note for note in notes if isinstance(note, msgspec.Meta))
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([_strategy(part) for part in get_args(hint)])
    if origin is typing.Literal:
        return st.sampled_from(get_args(hint))
    if origin is tuple:
        return _tuples(get_args(hint), meta)
    return SIMPLE[hint] if hint in SIMPLE else _scalars(hint, meta)


def _tuples(parts, meta):
    if parts[-1] is not Ellipsis:
        return st.tuples(*(_strategy(part) for part in parts))
    return st.lists(
        _strategy(parts[0]), min_size=meta.min_length or 0, max_size=min(meta.max_length, 4)
    ).map(tuple)


def _scalars(hint, meta):
    if hint is int:
        return st.integers(meta.ge, meta.le if meta.le is not None else meta.lt - 1)
    if hint is float:
        low = meta.ge if meta.ge is not None else meta.gt
        return st.floats(low, meta.le, exclude_min=meta.ge is None)
    if hint is bytes:
        return st.binary(min_size=meta.min_length, max_size=meta.max_length)
    if hint is str:
        letters = st.characters(codec="utf-8")
        if meta.pattern:
            letters = "0123456789abcdef" if "{32}" in meta.pattern else "019-"
        return st.text(letters, min_size=meta.min_length or 0, max_size=min(meta.max_length, 40))
    return _messages(hint)


def _messages(kind):
    hints = typing.get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{name: _strategy(hint) for name, hint in hints.items()})


@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.__name__)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_client_message_comes_back_equal(kind, data):
    message = data.draw(_messages(kind))
    assert codec.decode_client_message(codec.encode_client_message(message)) == message


@pytest.mark.parametrize("kind", SERVER, ids=lambda kind: kind.__name__)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_server_message_comes_back_equal(kind, data):
    message = data.draw(_messages(kind))
    assert codec.decode_server_message(codec.encode_server_message(message)) == message


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_event_comes_back_equal_from_the_log(kind, data):
    body = data.draw(_messages(kind))
    assert codec.decode_event_body(codec.encode_event_body(body)) == body


def _leaves(hint, path):
    meta = None
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = get_args(hint)
        meta = next(note for note in notes if isinstance(note, msgspec.Meta))
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        for part in get_args(hint):
            yield from _leaves(part, path)
    elif origin is tuple:
        parts = get_args(hint)
        if parts[-1] is Ellipsis:
            assert meta, path
            assert meta.max_length, path
        for part in parts:
            if part is not Ellipsis:
                yield from _leaves(part, path)
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield from _fields(hint)
    elif origin is not typing.Literal and hint not in {bool, type(None)}:
        yield path, hint, meta


def _fields(kind):
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        yield from _leaves(hint, f"{kind.__name__}.{name}")


@pytest.mark.parametrize("kind", [*CLIENT, *SERVER, *EVENTS], ids=lambda kind: kind.__name__)
def test_every_field_is_bounded(kind):
    for path, hint, meta in _fields(kind):
        assert meta is not None, path
        if hint in {str, bytes}:
            assert meta.max_length is not None, path
        else:
            assert meta.ge is not None or meta.gt is not None, path
            assert meta.le is not None or meta.lt is not None, path


@pytest.mark.parametrize("family", [CLIENT, SERVER, EVENTS], ids=["client", "server", "event"])
def test_tags_are_numbers_used_once(family):
    tags = [kind.__struct_config__.tag for kind in family]
    assert all(isinstance(tag, int) for tag in tags)
    assert len(set(tags)) == len(tags)


def test_every_client_message_has_a_rule():
    assert set(RULES) == set(CLIENT)


def test_every_request_carries_its_id_first():
    for kind in get_args(m.Request):
        assert kind.__struct_fields__[0] == "request_id"


DEEP = None
for _ in range(600):
    DEEP = [DEEP]
HOSTILE = {
    "empty": b"",
    "reserved byte": b"\xc1",
    "bare number": msgpack.packb(7),
    "unknown tag": msgpack.packb([999, 1]),
    "a server message": msgpack.packb([66, 1]),
    "empty text": msgpack.packb([3, 1, ""]),
    "long text": msgpack.packb([3, 1, "x" * 501]),
    "request id 0": msgpack.packb([3, 0, "x"]),
    "request id beyond 2**53": msgpack.packb([3, 2**53, "x"]),
    "missing field": msgpack.packb([3, 1]),
    "NaN": msgpack.packb([2, float("nan")]),
    "infinity": msgpack.packb([2, float("inf")]),
    "nested 600 deep": msgpack.packb(DEEP) if DEEP else b"",
    "trailing byte": msgpack.packb([2, 1.0]) + b"\0",
    "a map": msgpack.packb({"tag": 2}),
    "binary": msgpack.packb([3, 1, b"x"]),
    "extension": msgpack.packb([3, 1, msgpack.ExtType(1, b"x")]),
    "half": msgpack.packb([3, 1, "hello"])[:-2],
    "not UTF-8": b"\x93\x03\x01\xa2\xff\xff",
    "too big": b"\xc4" * 16_385,
    "a claimed giant array": b"\xdd\xff\xff\xff\xff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_as_a_documented_error_that_quotes_nothing(name):
    with pytest.raises(RemoteProtocolError) as caught:
        codec.decode_client_message(HOSTILE[name])
    assert not set(str(caught.value)) - set(string.printable)
    assert "hello" not in str(caught.value)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_end_as_a_message_or_a_documented_error(data):
    with contextlib.suppress(RemoteProtocolError):
        assert isinstance(codec.decode_client_message(data), CLIENT)


def test_a_float_field_takes_an_integer_because_javascript_sends_1_for_1_0():
    assert codec.decode_client_message(msgpack.packb([2, 5])) == m.Ping(sent_s=5.0)


def test_an_old_reader_ignores_appended_fields():
    assert codec.decode_client_message(msgpack.packb([2, 1.0, "later"])) == m.Ping(sent_s=1.0)


def test_a_message_of_ours_that_is_too_big_is_our_own_error():
    offer = m.Notice(kind="info", sentence="x" * 300)
    assert codec.encode_server_message(offer)
    seen = tuple(m.Seen(stream="s" * 64, number=2**53 - 1) for _ in range(400))
    with pytest.raises(LocalProtocolError):
        codec.encode_client_message(m.Authenticate(ticket="t" * 16, seen=seen))
