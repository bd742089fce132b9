"""A connection whose clinic is gone for a moment."""

import asyncio
import time
from itertools import accumulate, pairwise, takewhile
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from websockets.asyncio.server import serve
from websockets.protocol import State

from client.network import connection as module
from client.network.connection import (
    KEEP_TICKET_S,
    RETRY_S,
    TURNED_AWAY_S,
    Connection,
    ConnectionState,
    Listener,
)
from world.protocol import messages as m
from world.protocol.codec import decode_client_message, encode_server_message
from world.protocol.session import NOT_SIGNED_IN
from world.protocol.steering import encode as encode_steering


class Tickets:
    """Hands out numbered tickets."""

    def __init__(self):
        self.given = 0

    async def get(self):
        self.given += 1
        return f"ticket-{self.given}".ljust(43, "x")


class Deaf:
    """Somebody who takes calls and hangs up at once, as a server that starts does."""

    def __init__(self):
        self.calls = 0
        self._more = asyncio.Event()

    async def open(self):
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def close(self):
        self._server.close()
        await self._server.wait_closed()

    async def until(self, calls):
        async with asyncio.timeout(20):
            while self.calls < calls:
                self._more.clear()
                await self._more.wait()

    async def _take(self, reader, writer):
        self.calls += 1
        self._more.set()
        writer.close()


class States(Listener):
    """Keeps what the person was told."""

    def __init__(self):
        self.told = []
        self.has_ended = asyncio.Event()

    def state(self, state, sentence):
        self.told.append(state.value)
        if state is ConnectionState.ENDED:
            self.has_ended.set()


@pytest.fixture
async def deaf():
    deaf = Deaf()
    deaf.port = await deaf.open()
    yield deaf
    await deaf.close()


@pytest.fixture
def tickets():
    return Tickets()


@pytest.fixture
async def connection(deaf, tickets):
    url = f"ws://127.0.0.1:{deaf.port}"
    connection = Connection(url, None, tickets.get, States(), time.time)
    task = asyncio.create_task(connection.run())
    yield connection
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_clinic_that_is_back_within_seconds_is_found_within_a_tenth():
    first_tries_s = list(takewhile(lambda total_s: total_s < 3.0, accumulate(RETRY_S)))
    assert max(late - early for early, late in pairwise(first_tries_s)) <= 0.1001


async def test_tries_that_meet_nobody_cost_one_ticket_and_are_told_once(connection, deaf, tickets):
    await deaf.until(9)
    assert tickets.given == 1
    assert connection.listener.told == ["connecting", "reconnecting"]


async def test_a_ticket_that_is_getting_old_is_not_tried(connection, deaf, tickets):
    await deaf.until(1)
    connection._ticket_s -= KEEP_TICKET_S
    await deaf.until(3)
    assert tickets.given == 2


async def test_a_ticket_is_shown_once_and_the_next_connection_has_a_fresh_one(connection, deaf):
    await deaf.until(2)
    await deaf.close()
    shown = asyncio.Queue()

    async def clinic(socket):
        shown.put_nowait(decode_client_message(await socket.recv()).ticket)

    async with serve(clinic, "127.0.0.1", deaf.port, subprotocols=[m.SUBPROTOCOL]):
        async with asyncio.timeout(20):
            first, second = await shown.get(), await shown.get()
    assert first.startswith("ticket-1")
    assert second.startswith("ticket-2")


@pytest.fixture
async def doorman(deaf):
    """A server at the same port that answers every ticket with a close code of its `codes`."""
    await deaf.until(1)
    await deaf.close()

    async def clinic(socket):
        doorman.shown.put_nowait(decode_client_message(await socket.recv()).ticket)
        await socket.close(doorman.codes.pop(0))

    doorman = SimpleNamespace(shown=asyncio.Queue(), codes=[])
    async with serve(clinic, "127.0.0.1", deaf.port, subprotocols=[m.SUBPROTOCOL]):
        yield doorman


async def test_a_ticket_that_grew_too_old_on_its_way_is_followed_by_a_fresh_one(
    connection, doorman
):
    doorman.codes += [NOT_SIGNED_IN, 1013, NOT_SIGNED_IN, NOT_SIGNED_IN]
    async with asyncio.timeout(20):
        shown = [await doorman.shown.get() for _ in range(4)]
        await connection.listener.has_ended.wait()
    assert len(set(shown)) == 4


async def test_who_is_turned_away_comes_ever_more_seldom(connection, doorman):
    doorman.codes += [1013] * 5
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        times_s = [(await doorman.shown.get(), loop.time())[1] for _ in range(5)]
    assert times_s[4] - times_s[1] >= sum(TURNED_AWAY_S[1:4]) - 0.05


WELCOME = m.Welcome("0" * 32, "patient", "Me", "Blue Heron", 20.0, 0.0, 0)


@pytest.fixture
async def half_open(deaf, monkeypatch):
    """A server at the same port whose network swallows everything after the first message."""
    monkeypatch.setattr(module, "PING_S", 0.02)
    monkeypatch.setattr(module, "SILENT_FOR_S", 0.2)
    await deaf.until(1)
    await deaf.close()

    async def clinic(socket):
        await socket.recv()
        half_open.calls += 1
        await half_open.greet(socket)
        if half_open.is_broken:
            socket.transport.pause_reading()
        await socket.wait_closed()

    async def nothing(socket):
        pass

    half_open = SimpleNamespace(calls=0, greet=nothing, is_broken=True)
    options = {"subprotocols": [m.SUBPROTOCOL], "close_timeout": 0.1}
    async with serve(clinic, "127.0.0.1", deaf.port, **options):
        yield half_open


async def until(is_so):
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  a listener's words set no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("device", [None, "chest-strap-1"])
async def test_a_half_open_connection_is_told_as_lost_and_made_anew(connection, half_open, device):
    async def greet(socket):
        if device is None:
            await socket.send(encode_server_message(WELCOME))

    connection.device, half_open.greet = device, greet
    await until(lambda: half_open.calls > 2)
    told = connection.listener.told
    assert told[told.index("connected") :][:3] == ["connected", "reconnecting", "connected"]


async def test_a_device_that_hears_nothing_is_not_taken_for_lost(connection, half_open):
    connection.device, half_open.is_broken = "chest-strap-1", False
    await until(lambda: half_open.calls == 1)
    await asyncio.sleep(5 * module.SILENT_FOR_S)
    assert half_open.calls == 1
    assert connection.listener.told[-1] == "connected"


async def test_frames_of_scenes_are_passed_on_and_steering_goes_up(connection, deaf):
    await deaf.until(1)
    await deaf.close()
    scenes, went_up = [], asyncio.Queue()
    connection.listener.scene = scenes.append
    steering = encode_steering(1, bytes(29))

    async def clinic(socket):
        await socket.recv()
        await socket.send(encode_server_message(WELCOME))
        await socket.send(b"\x01scene")
        went_up.put_nowait(await socket.recv())

    async with serve(clinic, "127.0.0.1", deaf.port, subprotocols=[m.SUBPROTOCOL]):
        await until(lambda: scenes)
        assert connection.send_frame(steering)
        async with asyncio.timeout(20):
            assert await went_up.get() == steering
    assert scenes[0] == b"\x01scene"


async def test_a_clinic_that_breaks_down_is_returned_to_and_not_asked_the_same_for_ever(
    connection, deaf
):
    await deaf.until(1)
    await deaf.close()
    loop, asked, times_s = asyncio.get_running_loop(), [], []

    async def clinic(socket):
        await socket.recv()
        times_s.append(loop.time())
        await socket.send(encode_server_message(WELCOME))
        if len(times_s) < 4:
            asked.append(decode_client_message(await socket.recv()).request_id)
            await socket.close(1011)
        await socket.wait_closed()

    options = {"subprotocols": [m.SUBPROTOCOL], "close_timeout": 0.1}
    async with serve(clinic, "127.0.0.1", deaf.port, **options):
        first = connection.request(m.Stand)
        async with asyncio.timeout(20):
            answer = await first
            assert isinstance(answer, m.Refused)
            assert answer.reason.startswith("The clinic could not do that.")
            assert asked == [1, 1]
            second = connection.request(m.Stand)
            await until(lambda: len(times_s) == 3)
            assert times_s[2] - times_s[1] >= TURNED_AWAY_S[2] - 0.05
            await until(lambda: len(times_s) == 4)
        assert connection.listener.told[-1] == "connected"
        assert second.done()


async def test_what_is_asked_before_the_first_welcome_follows_on_what_the_person_asked_before(
    connection, deaf
):
    await deaf.until(1)
    await deaf.close()
    answers = [connection.request(lambda number, text=text: m.Say(number, text)) for text in "ab"]
    asked = []

    async def clinic(socket):
        await socket.recv()
        await socket.send(encode_server_message(replace(WELCOME, last_request_id=500)))
        async for data in socket:
            asked.append(decode_client_message(data))
            await socket.send(encode_server_message(m.Accepted(asked[-1].request_id)))

    async with serve(clinic, "127.0.0.1", deaf.port, subprotocols=[m.SUBPROTOCOL]):
        async with asyncio.timeout(20):
            assert await asyncio.gather(*answers) == [m.Accepted(501), m.Accepted(502)]
            assert await connection.request(m.Stand) == m.Accepted(503)
    said = [(one.request_id, one.text) for one in asked if isinstance(one, m.Say)]
    assert said == [(501, "a"), (502, "b")]


async def test_a_clinic_that_has_said_good_bye_and_not_hung_up_yet_is_sent_nothing(
    connection, deaf
):
    await deaf.until(1)
    await deaf.close()
    answers = []

    async def clinic(socket):
        await socket.recv()
        await socket.send(encode_server_message(WELCOME))
        if not answers:
            socket.transport.pause_reading()  # the client's own good-bye is still under way
            socket.protocol.send_close(1001)
            socket.transport.write(b"".join(socket.protocol.data_to_send()))
            await asyncio.sleep(1.0)
            socket.transport.abort()
            return
        asked = decode_client_message(await socket.recv())
        await socket.send(encode_server_message(m.Accepted(asked.request_id)))
        await socket.wait_closed()

    async with serve(clinic, "127.0.0.1", deaf.port, subprotocols=[m.SUBPROTOCOL]):
        await until(lambda: connection._is_known and connection._socket.state is State.CLOSING)
        assert not connection.send_frame(b"\0pose")
        answers.append(connection.request(m.Stand))
        async with asyncio.timeout(20):
            assert isinstance(await answers[0], m.Accepted)
