"""What was told in an earlier life of the world, in the terms of this one. Pure.

A slot stands for somebody only as long as they are in the room, and all are given anew when a world
process starts: told as it was written then, an event would be another person's, or nobody's own.
"""

from msgspec.structs import replace

from world.clinic import Clinic
from world.people import RoomId, UserId
from world.protocol import messages as m


def told_now(clinic: Clinic, room_id: RoomId, sender_id: UserId, body: m.EventBody) -> m.EventBody:
    """Returns an event of a room with the slot that its sender has there now.

    Whoever is there no more gets a slot that nobody has.
    """
    match body:
        case m.Said() | m.Came() | m.Went():
            sender = clinic.in_room(room_id).get(sender_id)
            slot = clinic.free_slot(room_id) if sender is None else sender.slot
            return replace(body, slot=slot)
        case _:
            return body
