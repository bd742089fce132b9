"""Who is signed out or barred loses every connection, devices too."""

import time

import pytest

from client.network.connection import ConnectionState
from server.auth.sessions import Sessions
from server.config import ServerConfig
from tests.server.living_world import World
from world.protocol import messages as m


@pytest.fixture
async def world(tmp_path):
    world = World(ServerConfig(data=tmp_path, is_plain=True))
    await world.open()
    await world.start()
    yield world
    await world.close()


def _is_over(watcher):
    return watcher.states and watcher.states[-1][0] is ConnectionState.ENDED


async def test_who_signs_out_elsewhere_is_told_so_here_and_others_stay(world):
    _, token = await world.account()
    _, mine, _ = world.connect(token)
    _, others = await world.person()
    await mine.until(lambda w: w.of(m.RoomView))
    await Sessions(world.store, time.time).end(token)
    await mine.until(_is_over)
    assert "signed out" in mine.states[-1][1]
    assert not _is_over(others)


async def test_who_is_barred_loses_body_connection_and_device(world):
    user, token = await world.account()
    _, body, _ = world.connect(token)
    _, device, _ = world.connect(token, device="belt")
    await body.until(lambda w: w.of(m.RoomView))
    await device.until(lambda w: w.states[-1][0] is ConnectionState.CONNECTED)
    async with world.store.write() as work:
        await work.users.disable(user.id, time.time())
    await body.until(_is_over)
    await device.until(_is_over)
