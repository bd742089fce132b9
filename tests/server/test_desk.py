"""The desk's order of things: first durable, then silent where it must be, then told."""

import asyncio
import contextlib
from types import SimpleNamespace

import pytest

from server.desk import MISSED_FOR_S, QUEUE_LENGTH
from server.store.event_log import LoggedEvent
from tests.server.raw_client import frame
from world.errors import StoreUnavailable
from world.protocol import messages as m
from world.protocol.codec import encode_client_message


class Gate:
    """Holds up whoever comes, until it is opened."""

    def __init__(self):
        self.is_reached, self.is_open = asyncio.Event(), asyncio.Event()

    async def __call__(self, *_):
        self.is_reached.set()
        await self.is_open.wait()


class Voice:
    """Voice that falls silent when the test says so."""

    def __init__(self):
        self.settle = Gate()

    def offer(self, session, request):
        raise AssertionError("nobody offers voice here")

    def lost(self, user_id):
        pass


class Log:
    """A store whose log holds what it is given, and notes since when it is read."""

    def __init__(self, events=()):
        self.events, self.since_s = list(events), {}

    @contextlib.asynccontextmanager
    async def read(self):
        yield SimpleNamespace(events=self)

    async def read_after(self, stream, number, limit, since_s=0.0):
        self.since_s[stream] = since_s
        return [e for e in self.events if e.stream == stream and e.number > number][:limit]


def _say(protocol, number, text):
    protocol.data_received(frame(encode_client_message(m.Say(number, text))))


def _read(transport):
    events = [one.body for one in transport.messages if isinstance(one, m.Event)]
    return [body.text for body in events if isinstance(body, m.Said)]


async def _assert_told_only_after(gate, house, one, other):
    (protocol, transport), (_, others) = one, other
    _say(protocol, 1, "hello")
    await asyncio.wait_for(gate.is_reached.wait(), 5)
    assert m.Accepted(1) not in transport.messages
    assert _read(others) == []
    gate.is_open.set()
    await house.settle()
    assert m.Accepted(1) in transport.messages
    assert _read(others) == ["hello"]


async def test_nobody_is_told_anything_before_it_is_durable(house, monkeypatch):
    one, other = await house.person("one"), await house.person("other")
    gate = Gate()
    monkeypatch.setattr("server.ledger.record", gate)
    await _assert_told_only_after(gate, house, one, other)


async def test_nobody_is_told_that_a_door_is_closed_before_voice_is_silent(house):
    one, other = await house.person("one"), await house.person("other")
    house.desk._voice = voice = Voice()
    await _assert_told_only_after(voice.settle, house, one, other)


async def test_who_comes_in_with_a_batch_hears_nothing_of_what_was_said_in_it_before(house):
    protocol, _ = await house.person("one")
    house.serving.cancel()
    _say(protocol, 1, "before")
    _, late = house.connect(house.doorman.ticket("late", "patient"))
    while len(house.desk._jobs) < 2:  # noqa: ASYNC110 -- who arrives is recognized first
        await asyncio.sleep(0)
    _say(protocol, 2, "after")
    house.serving = asyncio.ensure_future(house.desk.run())
    await house.settle()
    assert _read(late) == ["after"]


async def test_what_could_not_be_saved_is_never_said_to_be_done(house, monkeypatch):
    protocol, transport = await house.person("one")

    async def fail(*_):
        raise StoreUnavailable("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr("server.ledger.record", fail)
        await house.ask(protocol, m.Say(1, "lost"))
    await house.ask(protocol, m.Say(2, "kept"))
    await house.ask(protocol, m.Say(1, "lost"))  # as a client does that lost the answer
    refused = m.Refused(1, 0, "The disk is full.")
    answers = [one for one in transport.messages if isinstance(one, m.Accepted | m.Refused)]
    assert answers == [refused, m.Accepted(2), refused]
    assert _read(transport) == ["kept"]


@pytest.mark.parametrize("is_full", [False, True])
async def test_a_full_desk_sends_who_asks_away_and_still_takes_who_is_lost(house, is_full):
    protocol, transport = await house.person("one")
    house.serving.cancel()
    session = house.gateway._sessions[protocol]
    for number in range(QUEUE_LENGTH - 1 + is_full):
        house.desk.ask(session, m.Say(number, "x"))
    house.desk.ask(session, m.Say(QUEUE_LENGTH, "one more"))
    assert transport.close_codes == ([1013] if is_full else [])
    house.desk.lost(session)
    assert len(house.desk._jobs) == QUEUE_LENGTH + 1


async def _speak_and_look_up(house, texts=1):
    """One listens while another speaks; returns the room's stream and the own."""
    one, speaker = await house.person("one"), await house.person("speaker")
    for number in range(1, texts + 1):
        _say(speaker[0], number, str(number))
        await house.settle(1.0)
    [room] = [message for message in one[1].messages if isinstance(message, m.RoomView)]
    return room.stream, f"user:{house.user_id('one')}"


async def test_who_claims_to_have_seen_nothing_makes_nobody_read_a_days_talk(house):
    stream, own = await _speak_and_look_up(house)
    house.desk.clinic.numbers[own] = 1
    log = Log()
    house.desk._store.read = log.read
    seen = (m.Seen(stream, 0), m.Seen(own, 0))
    house.connect(house.doorman.ticket("one", "patient"), seen=seen)
    await house.settle()
    assert log.since_s == {stream: house.now_s - MISSED_FOR_S, own: 0.0}


async def test_who_is_gone_again_is_told_no_more_of_what_was_missed(house):
    stream, _ = await _speak_and_look_up(house, texts=3)
    said = [
        LoggedEvent(stream, str(n), house.user_id("speaker"), house.now_s, "room", b"", n)
        for n in (1, 2, 3)
    ]
    protocol, transport = house.connect(house.doorman.ticket("one", "patient"))
    await house.settle()
    session = house.gateway._sessions[protocol]
    transport.close()
    await house.settle()
    written = len(transport.written)
    await house.audience.tell_missed(house.desk.clinic, session, said)
    assert len(transport.written) == written
