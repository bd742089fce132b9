"""One websocket against who does not keep to RFC 6455, or to good manners."""

import asyncio
import random

import pytest

from server.config import ServerConfig
from server.motion_lane import unmask
from server.websocket import WebSocket
from tests.server.fuzz_house import Transport
from tests.server.living_world import World
from tests.server.raw_client import CLOSE, PING, RawClient, frame, handshake
from world.protocol import messages as m
from world.protocol import motion
from world.protocol.codec import encode_client_message


def _stranger(house, *sent):
    protocol = house.gateway.connect()
    transport = Transport(protocol)
    protocol.connection_made(transport)
    for data in sent:
        protocol.data_received(data)
    return protocol, transport


def _status(transport):
    return int(transport.written[0].split()[1])


@pytest.fixture
async def port(tmp_path):
    world = World(ServerConfig(data=tmp_path, is_plain=True, origins=("https://clinic.example",)))
    await world.open()
    await world.start()
    yield world.port
    await world.close()


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, "101"),
        ({"origin": "https://clinic.example"}, "101"),
        ({"origin": "https://evil.example"}, "403"),
        ({"origin": "https://clinic.example.evil.example"}, "403"),
        ({"subprotocol": None}, "400"),
        ({"subprotocol": "metaclinic.v0"}, "400"),
        ({"extra": "X: " + "x" * 20_000}, "431"),
    ],
)
async def test_a_handshake_is_answered_as_its_headers_deserve(port, options, status):
    client = RawClient(port)
    answer = await client.open(**options)
    assert answer.split()[1] == status
    if status == "101":
        await client.leave()
    else:
        await client.until_closed()


async def test_what_is_no_http_is_dropped(house):
    _, transport = _stranger(house, b"\x16\x03\x01\x02\x00\x01\x00" * 3 + b"\r\n")
    await house.settle()
    assert transport.is_lost


async def test_who_never_ends_the_handshake_is_cut_off_in_time(house):
    _, slow = _stranger(house, handshake()[:40])
    _, silent = _stranger(house)
    await house.settle(dt_s=4.0)
    house.gateway.look()
    assert not slow.is_lost
    await house.settle(dt_s=1.5)
    house.gateway.look()
    assert slow.is_lost
    assert silent.is_lost


async def test_who_connects_and_does_not_sign_in_is_told_so_and_cut_off(house):
    _, transport = _stranger(house, handshake())
    await house.settle(dt_s=5.5)
    house.gateway.look()
    assert transport.close_codes == [1013]


async def test_little_is_taken_from_somebody_who_has_not_signed_in(house):
    protocol, transport = _stranger(house, handshake())
    protocol.data_received(frame(bytes(1000), is_final=False))
    for _ in range(30):
        protocol.data_received(frame(bytes(1000), 0, is_final=False))
    assert transport.close_codes == [1009]


async def test_small_frames_add_up_for_who_has_not_signed_in(house):
    protocol, transport = _stranger(house, handshake())
    for _ in range(200):
        protocol.data_received(frame(bytes(100), PING))
    assert transport.close_codes == [1009]


async def test_an_address_has_only_so_many_connections(house):
    house.gateway._max_per_address = 3
    transports = [_stranger(house)[1] for _ in range(4)]
    assert [transport.is_lost for transport in transports] == [False, False, False, True]
    transports[0].close()
    await house.settle()
    assert not _stranger(house)[1].is_lost


async def test_the_sum_of_fragments_is_bounded_and_so_is_their_number(house):
    for size, count, code in ((6_000, 5, 1009), (0, 100, 1009)):
        protocol, transport = await house.person(f"one-{size}")
        protocol.data_received(frame(bytes(size), is_final=False))
        for _ in range(count):
            protocol.data_received(frame(bytes(size), 0, is_final=False))
        assert transport.close_codes == [code]


async def test_who_never_answers_a_ping_is_dropped_and_keeps_the_place(house):
    _, transport = await house.person("silent")
    transport.written.clear()
    await house.settle(dt_s=11.0)
    house.gateway.look()
    assert transport.written[-1][0] == 0x80 | PING
    await house.settle(dt_s=10.0)
    house.gateway.look()
    await house.settle()
    assert transport.is_lost
    assert house.user_id("silent") in house.desk.clinic.bodies


async def test_who_does_not_close_after_a_close_is_cut_off(house):
    protocol, transport = await house.person("rude")
    protocol.data_received(frame(b"text", 1))
    assert transport.close_codes == [1003]
    for _ in range(40):
        protocol.data_received(frame(bytes(4000)))
    assert transport.is_lost


async def test_who_says_nothing_after_a_close_is_cut_off_too(house, monkeypatch):
    monkeypatch.setattr("server.websocket.CLOSE_WITHIN_S", 0.0)
    protocol, transport = await house.person("silent")
    protocol.data_received(frame(b"text", 1))
    assert not transport.is_lost
    await asyncio.sleep(0.01)
    assert transport.is_lost


async def test_who_was_signed_out_moves_nothing_any_more(house):
    protocol, transport = await house.person("gone")
    moved = frame(motion.encode_inputs(1, motion.resting(1)).tobytes())
    protocol.data_received(moved)
    assert len(house.lane.inbox) == 1
    await house.settle()
    house.gateway.sign_out({house.doorman.ticket("gone", "patient")})
    assert transport.close_codes == [4002]
    protocol.data_received(moved)
    assert house.lane.inbox == {}


async def test_a_close_is_answered(house):
    protocol, transport = await house.person("polite")
    protocol.data_received(frame((1000).to_bytes(2, "big"), CLOSE))
    assert transport.close_codes == [1000]
    await house.settle()
    assert transport.is_lost


@pytest.mark.parametrize(
    "flood",
    [
        frame(encode_client_message(m.Say(1, "x"))),
        frame(encode_client_message(m.Ping(1.0))),
        frame(b"p", PING),
        frame(motion.encode_inputs(1, motion.resting(1)).tobytes()),
        frame(b"", 0x0A),
    ],
    ids=["requests", "messages", "pings", "motion", "pongs"],
)
async def test_ten_thousand_frames_at_once_end_the_flooding_client_early(house, flood):
    protocol, transport = await house.person("flood")
    transport.written.clear()
    protocol.data_received(flood * 10_000)
    assert transport.close_codes == [1008]
    assert len(transport.written) < 2_000
    await house.settle()


async def test_a_new_connection_brings_no_new_budget(house):
    answers = []
    for number in range(3):
        protocol, transport = await house.person("comeback")
        for index in range(30):
            request = m.MuteVoice(100 * number + index + 1, is_muted=True)
            protocol.data_received(frame(encode_client_message(request)))
        await house.settle()
        answers += [x for x in transport.messages if isinstance(x, m.Accepted | m.Refused)]
        transport.close()
        await house.settle()
    assert len(answers) == 90
    assert sum(isinstance(answer, m.Accepted) for answer in answers) == 40


async def test_who_comes_back_all_the_time_is_told_to_wait(house):
    codes = []
    for _ in range(25):
        _, transport = await house.person("again")
        codes += transport.close_codes
        transport.close()
        await house.settle()
    assert codes == [1013] * 5


async def test_one_who_reads_nothing_and_one_who_floods_delay_nobody(house):
    _, one = await house.person("one")
    mover, _ = await house.person("two")
    _, stalled = await house.person("stalled")
    flooding, _ = await house.person("flooding")
    stalled.backlog = 70_000
    one.written.clear()
    stalled.written.clear()
    for tick in range(40):
        mover.data_received(frame(motion.encode_inputs(tick, motion.resting(1)).tobytes()))
        flooding.data_received(frame(b"p", PING) * 300)
        house.lane.tick(0.05)
    assert sum(payload[:1] == b"\0" for payload in one.payloads) == 40
    assert stalled.payloads == []
    stalled.backlog = 0
    house.lane.tick(0.05)
    _, slots, _ = motion.decode_records(stalled.payloads[-1])
    assert len(slots) == 3


async def test_who_cannot_even_take_events_is_dropped(house):
    _, transport = await house.person("full")
    talker, _ = await house.person("talker")
    transport.backlog = 2_000_000
    await house.ask(talker, m.Say(1, "hello"))
    await house.settle()
    assert transport.is_lost


async def test_pongs_are_not_piled_up_for_who_does_not_read(house):
    protocol, transport = await house.person("pinger")
    transport.backlog = 2_000_000
    protocol.data_received(frame(b"p", PING) * 10)
    assert transport.is_lost


async def test_a_whole_message_in_pieces_of_one_byte_is_one_message(house):
    protocol, transport = await house.person("slow")
    for byte in frame(encode_client_message(m.Say(1, "one by one"))):
        protocol.data_received(bytes((byte,)))
    await house.settle()
    assert m.Accepted(1) in transport.messages


class _Kept:
    """A listener that keeps the messages of one connection."""

    def __init__(self):
        self.messages = []

    def connected(self, _):
        return True

    def opened(self, _):
        pass

    def received(self, _, data):
        self.messages.append(data)


@pytest.mark.parametrize("seed", range(8))
def test_frames_that_arrive_torn_anywhere_are_the_frames_that_were_sent(seed):
    rng, kept = random.Random(seed), _Kept()
    protocol = WebSocket(kept, (), lambda: 0.0)
    transport = Transport(protocol)
    protocol.connection_made(transport)
    protocol.data_received(handshake())
    protocol.row, protocol.is_authenticated = 7, True
    for _ in range(60):
        poses, messages, sent = [], [], b""
        for _ in range(rng.randint(1, 40)):
            key = rng.randbytes(4)
            if rng.random() < 0.7:
                poses.append(
                    motion.encode_inputs(rng.randrange(65_536), motion.resting(1)).tobytes()
                )
                sent += frame(poses[-1], key=key)
            else:
                messages.append(b"\x93" + rng.randbytes(rng.choice((1, 35, 36, 37, 120, 130, 600))))
                sent += frame(messages[-1], key=key)
        protocol.frames, at = 0, 0
        while at < len(sent):
            size = rng.choice((1, 2, 4, 6, 31, 35, 37, 74, 370, rng.randint(1, 9_000)))
            protocol.data_received(sent[at : at + size])
            at += size
        assert kept.messages == messages
        kept.messages.clear()
        newest = protocol.inbox.pop(7, None)
        assert newest is None if not poses else unmask(newest).tobytes() == poses[-1]
    assert transport.close_codes == []
    assert protocol.is_open
