"""Who is in the clinic: ids, roles, and where each person is.

A user's role belongs to the account and is vouched for by the server. A person is in at most one
room, because a person has one `room_id`; there is no second place where that could be written.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
RoomId = NewType("RoomId", str)
VisitId = NewType("VisitId", str)
ConnectionId = NewType("ConnectionId", str)


class Role(StrEnum):
    """What an account is for."""

    PATIENT = "patient"
    CARER = "carer"
    INTERPRETER = "interpreter"
    NURSE = "nurse"
    DOCTOR = "doctor"
    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


STAFF = frozenset({Role.NURSE, Role.DOCTOR})
"""Those who treat patients here; the others who work in the house have no business with visits."""

SCHOOL = frozenset({Role.TRAINEE, Role.INSTRUCTOR, Role.ADMIN}) | STAFF
"""Those whom the training rooms are for: they may go in, practise and look on."""

COMPANIONS = frozenset({Role.CARER, Role.INTERPRETER})
"""Those whom a patient or a doctor may invite into a visit."""


@dataclass(frozen=True, slots=True)
class Person:
    """One user as the clinic sees them now.

    Attributes:
      room_id: where the body is; None for somebody who is not in the clinic.
      connection_id: the one connection that counts; None while the person has vanished.
      vanished_at_s: when the connection was lost, None while there is one.
      has_microphone: False if the device or the person denied it; text remains.
    """

    user_id: UserId
    role: Role
    room_id: RoomId | None = None
    connection_id: ConnectionId | None = None
    vanished_at_s: float | None = None
    has_microphone: bool = True

    @property
    def is_connected(self) -> bool:
        """Whether messages reach this person now."""
        return self.connection_id is not None
