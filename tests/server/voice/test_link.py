"""The world's link against a real voice server in the same process."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from msgspec.msgpack import Decoder

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from server.private_link import frames
from server.voice import control
from server.voice.app import VoiceServer
from server.voice.config import VoiceConfig
from server.voice.link import LinkDown, LinkUp, VoiceLink
from world.errors import Conflict, RemoteProtocolError

SECRET = b"0123456789abcdef"


class Recorder:
    """What the link told, to be waited for by kind."""

    def __init__(self):
        self.events, self.came = [], asyncio.Event()

    def __call__(self, event):
        self.events.append(event)
        self.came.set()

    async def first(self, kind, fits=lambda event: True):
        async def look():
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                self.came.clear()
                await self.came.wait()

        return await asyncio.wait_for(look(), 10)


@asynccontextmanager
async def running(work):
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await task


@asynccontextmanager
async def voice_server(port=0, **settings):
    ready = asyncio.get_running_loop().create_future()
    config = VoiceConfig(SECRET, port, host_addresses=("127.0.0.1",), **settings)
    async with running(VoiceServer(config).run(ready.set_result)):
        yield await ready


@asynccontextmanager
async def linked(port):
    recorder = Recorder()
    link = VoiceLink(port, SECRET, recorder)
    async with running(link.run()):
        yield link, recorder


@asynccontextmanager
async def person(link, member):
    connected, mouth = asyncio.Event(), SpeechSource()
    voice = VoiceClient(
        VoiceDevices(mouth, NullOutput()),
        lambda state: connected.set() if state == "connected" else None,
        host_addresses=("127.0.0.1",),
    )
    try:
        await voice.set_answer(await link.join(member, await voice.connect()))
        await asyncio.wait_for(connected.wait(), 10)
        yield voice
    finally:
        await voice.close()


async def test_a_plan_and_a_revocation_are_settled_when_they_are_applied():
    async with voice_server() as port, linked(port) as (link, told):
        await told.first(LinkUp)
        assert link.is_up
        await link.settled(link.set_plan({1: 1}, {1: [(2, 1.0)]}))
        await link.settled(link.revoke([(1, 2)]))
        assert link._applied == 2


async def test_without_a_voice_server_a_restriction_is_settled_by_its_lease():
    link = VoiceLink(1, SECRET, lambda _: None)
    await link.settled(link.revoke([(1, 2)]))
    assert not link._settling
    with pytest.raises(Conflict):
        await link.join(1, "v=0")


async def test_a_false_secret_opens_nothing_and_harms_no_other():
    async with voice_server() as port, linked(port) as (_, told):
        await told.first(LinkUp)
        stranger_told = Recorder()
        stranger = VoiceLink(port, b"another secret..", stranger_told)
        with pytest.raises(ConnectionError):
            await stranger._live()
        assert stranger_told.events == []
        assert LinkDown() not in told.events


async def test_a_world_that_cannot_prove_itself_is_not_listened_to():
    async with voice_server() as port, linked(port) as (link, told):
        await told.first(LinkUp)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await frames.read(reader, Decoder(frames.Challenge))
        nonce = bytes(frames.NONCE_BYTES)
        writer.write(frames.frame(frames.Proof(nonce, nonce, nonce)))
        writer.write(frames.frame(control.Plan(1, 0.0, {}, {})))
        with pytest.raises((EOFError, OSError)):
            await asyncio.wait_for(frames.read(reader, Decoder(frames.Proven)), 10)
        writer.close()
        await link.settled(link.set_plan({}, {}))
        assert LinkDown() not in told.events


async def test_a_link_that_is_cut_leaves_no_grant_behind():
    ready, told = asyncio.get_running_loop().create_future(), Recorder()
    server = VoiceServer(VoiceConfig(SECRET, host_addresses=("127.0.0.1",)))
    async with running(server.run(ready.set_result)):
        link = VoiceLink(await ready, SECRET, told)
        async with running(link._live()) as living:
            await told.first(LinkUp)
            await link.settled(link.set_plan({1: 1, 2: 1}, {1: [(2, 0.0)]}))
            assert server._forwarder._grants
            link._writer.transport.abort()
            await asyncio.wait({living})
            while server._link.is_up:  # noqa: ASYNC110 -- the server's own end
                await asyncio.sleep(0.01)
            assert not server._forwarder._grants
            assert isinstance(living.exception(), ConnectionError)


async def test_a_voice_server_that_cannot_prove_itself_is_not_believed():
    async def impostor(reader, writer):
        writer.write(frames.frame(frames.Challenge(bytes(32))))
        await frames.read(reader, Decoder(frames.Proof))
        writer.write(frames.frame(frames.Proven(bytes(32))))
        writer.write(frames.frame(control.Welcome([])))
        with suppress(OSError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(impostor, "127.0.0.1", 0)
    told = Recorder()
    with pytest.raises(ConnectionError):
        await VoiceLink(server.sockets[0].getsockname()[1], SECRET, told)._live()
    assert told.events == []
    server.close()


async def test_the_link_comes_back_when_the_voice_server_does():
    recorder = Recorder()
    async with voice_server() as port:
        link = VoiceLink(port, SECRET, recorder)
        task = asyncio.create_task(link.run())
        await recorder.first(LinkUp)
    await recorder.first(LinkDown)
    recorder.events.clear()
    async with voice_server(port):
        up = await recorder.first(LinkUp)
        assert up.members == ()
        await link.settled(link.set_plan({}, {}))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_person_returns_when_the_voice_server_was_killed_and_came_back():
    told = Recorder()
    async with voice_server() as port:
        link = VoiceLink(port, SECRET, told)
        task = asyncio.create_task(link.run())
        await told.first(LinkUp)
        states, changed = [], asyncio.Event()

        def on_state(state):
            states.append(state)
            changed.set()

        async def until(state):
            while state not in states:
                changed.clear()
                await asyncio.wait_for(changed.wait(), 10)

        devices = VoiceDevices(SpeechSource(), NullOutput())
        voice = VoiceClient(devices, on_state, host_addresses=("127.0.0.1",))
        await voice.set_answer(await link.join(5, await voice.connect()))
        await until("connected")
    await until("lost")
    states.clear()
    told.events.clear()
    async with voice_server(port):
        await told.first(LinkUp)
        await voice.set_answer(await link.join(5, await voice.connect()))
        await until("connected")
        await voice.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_hostile_offer_is_refused_and_a_full_server_says_so():
    async with voice_server(max_members=1) as port, linked(port) as (link, told):
        await told.first(LinkUp)
        with pytest.raises(RemoteProtocolError, match="media lines"):
            await link.join(1, "hello")
        async with person(link, 1):
            with pytest.raises(Conflict, match="full"):
                await link.join(2, "v=0")


async def test_members_outlive_a_cut_link_but_not_a_new_world():
    async with voice_server() as port, linked(port) as (link, told):
        await told.first(LinkUp)
        async with person(link, 5):
            connected = await told.first(control.MemberConnected)
            assert "GCM" in connected.srtp_profile
            told.events.clear()
            link._writer.transport.abort()
            up = await told.first(LinkUp)
            assert up.members == (5,)
            async with linked(port) as (_, other_told):
                assert (await other_told.first(LinkUp)).members == ()


async def test_who_leaves_is_disconnected():
    async with voice_server() as port, linked(port) as (link, told):
        await told.first(LinkUp)
        async with person(link, 5):
            link.leave(5)
            assert (await told.first(control.MemberDisconnected)).member == 5


async def test_counts_are_told_once_a_second():
    async with voice_server() as port, linked(port) as (_, told):
        counts = await told.first(control.VoiceCounts)
        assert (counts.members, counts.forwarded) == (0, 0)


class Stuck:
    """A writer whose transport only notes that it was aborted."""

    def __init__(self):
        self.transport, self.aborted = self, False

    def abort(self):
        self.aborted = True


def test_only_the_newest_plan_waits_and_revocations_keep_their_place():
    link = VoiceLink(1, SECRET, lambda _: None)
    link._writer = Stuck()
    link.set_plan({1: 1}, {})
    link.set_plan({1: 2}, {})
    link.revoke([(1, 2)])
    link.set_plan({1: 3}, {})
    link.extend_lease()
    kinds = [(type(message), message.sequence) for message in link._outbox]
    assert kinds == [(control.Plan, 2), (control.Revoke, 3), (control.Plan, 4)]


def test_a_queue_that_is_full_ends_the_link_rather_than_lose_a_restriction():
    link = VoiceLink(1, SECRET, lambda _: None)
    link._writer = Stuck()
    for member in range(1025):
        link.leave(member)
    assert link._writer.aborted
    assert len(link._outbox) == 1024
