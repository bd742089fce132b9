import asyncio
import math
import random
from itertools import pairwise

import pytest

from tools.bots.body import BotBody, LostWayError
from world.protocol import messages as m
from world.protocol import motion
from world.rooms.layout import Door, Layout, Seat

DOOR = Door("door-1", (8.0, 3.0, 0.0), -math.pi / 2, 1.0, 2.1)
SEAT = Seat("chair-1", (2.0, 5.0, 0.0), 0.0)
ROOM = Layout("waiting", (8.0, 6.0, 3.0), (), (SEAT,), (DOOR,), (), ())


class FakeLink:
    """Answers requests as a server that allows everything."""

    def __init__(self):
        self.requests, self.frames = [], []

    def request(self, make):
        request = make(len(self.requests) + 1)
        self.requests.append(request)
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(m.Accepted(request.request_id))
        return answer

    def send_frame(self, frame):
        self.frames.append(motion.decode_inputs(frame))


@pytest.fixture
async def bot():
    body = BotBody({"waiting": ROOM}, random.Random(1))
    body.connection = FakeLink()
    own = m.Person(slot=4, name="Me", role=None, appearance=0)
    door = m.DoorState("door-1", "consult-1", is_open=True, may_pass=True)
    body.message(
        m.RoomView("waiting", "waiting", 4, (1.0, 1.0, 1.6), 0.0, (own,), (door,), "room:waiting")
    )
    moving = asyncio.create_task(body.keep_moving())
    yield body
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)


async def test_a_bot_walks_at_a_persons_pace_and_arrives(bot):
    assert await bot.go((1.9, 1.0))
    heads = [poses.head_m[0] for _, poses in bot.connection.frames]
    steps_m = [math.dist(a[:2], b[:2]) for a, b in pairwise(heads)]
    assert max(steps_m) < 0.075
    assert math.dist(bot.at_m, (1.9, 1.0)) < 0.15


async def test_a_bot_sits_on_a_seat_that_it_asked_for(bot):
    bot.at_m = (2.0, 5.6)
    assert await bot.sit("chair-1")
    assert isinstance(bot.connection.requests[-1], m.Sit)
    assert not await bot.sit("no-such-seat")


async def test_a_bot_goes_to_the_door_and_asks_to_go_through(bot):
    bot.at_m = (7.1, 3.0)
    going = asyncio.create_task(bot.go_through("door-1"))
    async with asyncio.timeout(10):
        while not bot.connection.requests:  # noqa: ASYNC110 -- the link tells nobody
            await asyncio.sleep(0.01)
    bot.layouts = {"waiting": ROOM, "consult": ROOM}
    own = m.Person(slot=0, name="Me", role=None, appearance=0)
    bot.message(m.RoomView("consult-1", "consult", 0, (1.0, 1.0, 1.6), 0.0, (own,), (), "visit:1"))
    assert await going
    assert bot.connection.requests[-1].door == "door-1"


async def test_a_bot_that_is_nowhere_says_so():
    with pytest.raises(LostWayError):
        _ = BotBody({}, random.Random(1)).layout
