"""A world whose disk is full goes on, says so, and recovers when there is room again."""

import pytest
from sqlalchemy import event as on
from sqlalchemy.engine import Engine

from client.network.connection import ConnectionState
from server.config import ServerConfig
from tests.server.living_world import World
from world.protocol import messages as m
from world.protocol import motion
from world.protocol.session import BUDGETS, Budget, BudgetClass

PLENTY = 1_000_000


class Disk:
    """Decides how many pages the database may have from the next transaction on."""

    def __init__(self):
        self.is_full = False

    def begin(self, connection):
        # SQLite takes the present size for a limit that lies below it.
        connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if self.is_full else PLENTY}")


@pytest.fixture
def disk():
    disk = Disk()
    on.listen(Engine, "begin", disk.begin)
    yield disk
    on.remove(Engine, "begin", disk.begin)


@pytest.fixture
async def world(tmp_path, disk):
    world = World(ServerConfig(data=tmp_path, is_plain=True))
    await world.open()
    await world.start()
    yield world
    disk.is_full = False
    await world.close()


async def _say(connection, text):
    return await connection.request(lambda number: m.Say(number, text))


@pytest.fixture
def eloquence(monkeypatch):
    """Texts enough to fill what is left of the disk."""
    monkeypatch.setitem(BUDGETS, BudgetClass.WORDS, Budget(burst=500, rate_hz=10))


@pytest.mark.usefixtures("eloquence")
async def test_motion_goes_on_and_what_cannot_be_kept_is_refused_in_words(world, disk):
    speaker, _ = await world.person()
    _, reader = await world.person()
    _, newcomer_token = await world.account()
    leaver, leaving = await world.person()
    disk.is_full = True
    done = []
    for number in range(400):
        answer = await _say(speaker, f"{number} " + "x" * 400)
        if isinstance(answer, m.Refused):
            break
        done.append(f"{number} ")
    assert "full" in answer.reason
    leaver.drop()
    _, newcomer, _ = world.connect(newcomer_token)
    frames = len(reader.frames)
    poses = motion.resting(1)
    poses.head_m[0] = reader.room.position_m
    speaker.send_frame(motion.encode_inputs(1, poses).tobytes())
    await reader.until(lambda w: len(w.frames) > frames + 5)
    assert isinstance(await _say(speaker, "still " + "x" * 480), m.Refused)

    disk.is_full = False
    await newcomer.until(lambda w: w.of(m.RoomView))
    await leaving.until(lambda w: len(w.of(m.RoomView)) > 1)
    assert isinstance(await _say(speaker, "room again"), m.Accepted)
    await reader.until(lambda w: w.events(m.Said)[-1].body.text == "room again")
    read = [event.body.text.rstrip("x") for event in reader.events(m.Said)]
    assert read == [*done, "room again"]
    assert {state for state, _ in reader.states} <= {
        ConnectionState.CONNECTING,
        ConnectionState.CONNECTED,
    }
