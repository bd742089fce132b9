import pytest

from tests.server.raw_client import frame
from world.protocol import messages as m
from world.protocol import motion


async def test_who_asks_to_be_elsewhere_is_told_where_the_body_is(house):
    protocol, transport = await house.person("one")
    _, other = await house.person("other")
    [room] = [message for message in transport.messages if isinstance(message, m.RoomView)]
    poses = motion.resting(1)
    poses.head_m[0] = (room.position_m[0] + 3.0, *room.position_m[1:])
    protocol.data_received(frame(motion.encode_inputs(41, poses).tobytes()))
    await house.settle()
    [corrected] = [message for message in transport.messages if isinstance(message, m.Corrected)]
    assert corrected.sequence == 41
    assert corrected.position_m == pytest.approx(house.audience.head_m(house.user_id("one")))
    assert corrected.position_m[0] < room.position_m[0] + 1.0
    assert not [message for message in other.messages if isinstance(message, m.Corrected)]
