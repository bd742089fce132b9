"""How a room is called in a sentence: one way, wherever it is read or spoken."""

from typing import Final

ROOM_NAMES: Final = {"waiting": "the waiting room"}


def room_name(room_id: str) -> str:
    """Returns how a room is called: consult-1 is consult room 1."""
    kind, _, number = room_id.rpartition("-")
    return ROOM_NAMES.get(room_id) or (f"{kind} room {number}" if kind else f"the {room_id} room")
