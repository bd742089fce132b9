"""What can happen to visits, and what follows from it.

Events go into `world.visits.apply`, effects come out. An event that a person causes is applied in
that person's name; `Connect`, `Disconnect` and `Tick` come from the server itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from world.people import ConnectionId, Role, RoomId, UserId, VisitId
from world.rooms.names import room_name


@dataclass(frozen=True, slots=True)
class Connect:
    """A user signed in on a connection: arrives, returns, or takes over from an older one."""

    user_id: UserId
    role: Role
    connection_id: ConnectionId


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A connection ended. Of no consequence if a newer one has taken over."""

    user_id: UserId
    connection_id: ConnectionId


@dataclass(frozen=True, slots=True)
class Move:
    """A person goes through a door into the room."""

    room_id: RoomId


@dataclass(frozen=True, slots=True)
class Depart:
    """A person goes home on purpose; no place is held. A visit is left by `Leave` before."""


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Somebody inside a consult room opens its door, to go out or to let in who knocked."""

    room_id: RoomId


@dataclass(frozen=True, slots=True)
class SetMicrophone:
    """A person's device grants or denies the microphone."""

    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; about once a second is enough."""


@dataclass(frozen=True, slots=True)
class VisitEvent:
    """What happens to one visit that exists; its row stands in `world.visit_states`."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class Book:
    """An appointment is made."""

    visit_id: VisitId
    patient_id: UserId
    appointment_at_s: float
    booked_with: UserId | None = None


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A patient without an appointment asks to be seen."""

    visit_id: VisitId
    patient_id: UserId


@dataclass(frozen=True, slots=True)
class CheckIn(VisitEvent):
    """The patient of an appointment is here."""


@dataclass(frozen=True, slots=True)
class Call(VisitEvent):
    """A doctor calls the patient into a consult room."""

    room_id: RoomId


@dataclass(frozen=True, slots=True)
class Meet(VisitEvent):
    """Patient and doctor are both inside; the machine itself finds this out."""


@dataclass(frozen=True, slots=True)
class Uncall(VisitEvent):
    """The call is taken back; the patient keeps the place in the queue."""


@dataclass(frozen=True, slots=True)
class GoBack(VisitEvent):
    """The patient returns to the queue because the doctor has gone."""


@dataclass(frozen=True, slots=True)
class MarkNoShow(VisitEvent):
    """The patient did not come."""


@dataclass(frozen=True, slots=True)
class End(VisitEvent):
    """The consult is over."""


@dataclass(frozen=True, slots=True)
class Cancel(VisitEvent):
    """The visit will not take place."""


@dataclass(frozen=True, slots=True)
class Leave(VisitEvent):
    """The patient goes, whatever the others do."""


@dataclass(frozen=True, slots=True)
class Invite(VisitEvent):
    """A carer or interpreter is asked in; the server looks the role up in the account."""

    user_id: UserId
    role: Role


@dataclass(frozen=True, slots=True)
class Join(VisitEvent):
    """Who was asked in agrees, and belongs to the visit from now on."""


@dataclass(frozen=True, slots=True)
class Dismiss(VisitEvent):
    """A guest is to leave the visit, or no longer asked in; or they say so themselves."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class AllowVitals(VisitEvent):
    """The patient lets an invited person see the vital signs, or no longer."""

    user_id: UserId
    is_allowed: bool


Event: TypeAlias = (
    Connect
    | Disconnect
    | Move
    | Depart
    | OpenDoor
    | SetMicrophone
    | Tick
    | Book
    | WalkIn
    | VisitEvent
)


class Notice(StrEnum):
    """What a person is told, as a sentence without names or health data.

    {room} stands for the room of the visit, so that who is called knows where to go.
    """

    CALLED = "You are called to {room}. Its door is open for you."
    CALLED_AGAIN = "You are called again to {room}. Go to its open door, or leave the queue."
    MET = "The doctor is with you. What is said here stays in this room."
    PATIENT_INSIDE = "Your patient is in {room} and waits for you. Its door is open for you."
    PATIENT_AWAY = "The patient has not come yet. Wait, call another, or mark a no-show."
    CALL_LAPSED = "You were called and did not come. You are back at your place in the queue."
    CALL_TAKEN_BACK = "The call was taken back. You are at your place in the queue."
    DOCTOR_GONE = "The doctor is away. Wait here, or go back to the queue: your place is kept."
    BACK_IN_QUEUE = "The doctor has not come back. You are at your place in the queue."
    PATIENT_GONE = "The patient has gone. Wait for their return, or end the visit."
    VISIT_RETURNED = "Your patient is back in the queue. Call them again, or call another."
    PATIENT_LEFT = "The patient has left. Call the next in the list."
    VISIT_OVER = "This visit is over. Call the next in the list."
    ENDED = "The visit has ended. The door stands open for you."
    NOT_TAKING_PLACE = "The visit does not take place. Ask at the desk for a new appointment."
    NOT_INVITED = "You are no longer asked to come along. You need to do nothing."
    JOINED = "You belong to the visit now. You are told when it begins."
    JOINED_CALLED = "You belong to the visit now. The door of {room} opens for you."
    COMES_ALONG = "The person whom you asked comes along, and can go in through the door."
    STAYS_AWAY = "The person whom you asked does not come along. You can ask somebody else."
    DISMISSED = "You were asked to leave the visit. You can stay in the waiting room."
    SHOWN_OUT = "The room is needed for a visit. You are in the waiting room again."
    TEXT_ONLY = "Somebody in your visit cannot speak here. Use the text chat too."
    OWN_TEXT_ONLY = "You have no microphone here. Write, and the others read it."

    def sentence(self, room_id: RoomId | None) -> str:
        """Returns the words; `room_id` is the room that the visit holds, if it holds one."""
        return self.value.format(room=room_name(room_id) if room_id else "your room")


class CloseReason(StrEnum):
    """Why a connection is closed; the value is the sentence."""

    TAKEN_OVER = "You signed in on another device. Go on there, or sign in here again."


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell a person something about a visit; None if it is about none.

    Attributes:
      room_id: the room that the visit held when this was told.
    """

    user_id: UserId
    notice: Notice
    visit_id: VisitId | None = None
    room_id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Put a person's body at a spawn of the room."""

    user_id: UserId
    room_id: RoomId


@dataclass(frozen=True, slots=True)
class Gone:
    """Take a person's body out of the clinic: they departed, or the held place has lapsed."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class Changed:
    """A visit changed its state: append, audit, publish."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """Close a connection with a named reason."""

    connection_id: ConnectionId
    reason: CloseReason


Effect: TypeAlias = Notify | Moved | Gone | Changed | CloseConnection
