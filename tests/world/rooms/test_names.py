from world.rooms.names import room_name


def test_rooms_are_called_as_people_say():
    assert room_name("waiting") == "the waiting room"
    assert room_name("consult-2") == "consult room 2"
    assert room_name("lab") == "the lab room"
