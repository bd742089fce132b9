"""From what the client knows to what its panels show: one function for each screen. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.clinic_model import ClinicModel
from client.desktop.keys import DESK_SAYS, MENU_SAYS, OTHERS_SAY, WALK_SAYS
from client.panels.chat import ChatView
from client.panels.check_in import Appointment, CheckInView, Stage
from client.panels.doctor_list import Current, DoctorListView, Guest, Waiting
from client.panels.hud import Connection, HudView, QueueView, Voice
from client.panels.person_menu import PersonView
from client.panels.prompts import ComeAlongView
from client.panels.settings import Device, Settings
from client.ui.widgets import LogEntry
from world.protocol import messages as m
from world.rooms.names import room_name

SLOW_ROUND_TRIP_S: Final = 0.35
SPEAKING_DBOV: Final = -45.0
FEW_KEYS_S: Final = 20.0
"""How long somebody who has come in, and does nothing, is shown the first keys."""
S_PER_MIN: Final = 60.0
ROLE_NAMES: Final = {
    "patient": "Patient",
    "carer": "Carer",
    "interpreter": "Interpreter",
    "nurse": "Nurse",
    "doctor": "Doctor",
    "trainee": "Trainee",
    "instructor": "Instructor",
    "admin": "Administrator",
}


@dataclass(slots=True)
class Line:
    """How one is connected and heard.

    Attributes:
      state: of the connection, as `channel.ConnectionChanged` has it.
      lost_s: when it was lost.
      microphones, speakers: those that can be chosen.
      is_talk_held: the key of push-to-talk is down.
      loudest_dbov: the loudest second of others' voices that was heard in this room.
    """

    state: str = "connecting"
    lost_s: float = 0.0
    attempts: int = 0
    has_microphone: bool = True
    microphones: tuple[Device, ...] = ()
    speakers: tuple[Device, ...] = ()
    level_dbov: float = -127.0
    is_sending: bool = False
    is_talk_held: bool = False
    packets_received: int = 0
    loudest_dbov: float = -127.0


@dataclass(slots=True)
class Help:
    """Which keys are shown.

    Attributes:
      few_s: how much longer those of a newcomer are, in seconds.
      is_open: whether somebody has asked for all of them.
    """

    few_s: float = FEW_KEYS_S
    is_open: bool = False


def hud(model: ClinicModel, line: Line, settings: Settings, hint: str, keys: Help) -> HudView:
    """Returns the screen's edge."""
    role = model.me.role if model.me else "patient"
    where = room_name(model.room.room_id) if model.room else "the clinic"
    desk = (DESK_SAYS[role],) if role in DESK_SAYS else ()
    return HudView(
        where.removeprefix("the ").capitalize(),
        connection(model, line),
        voice(line, settings),
        queue(model.queue) if model.is_waiting_room else None,
        _what_to_do(model, hint),
        (WALK_SAYS, *desk, MENU_SAYS) if keys.few_s > 0 and not keys.is_open else (),
        (WALK_SAYS, *OTHERS_SAY, *desk, MENU_SAYS) if keys.is_open else (),
    )


def connection(model: ClinicModel, line: Line) -> Connection:
    """Returns how the clinic is reached."""
    if line.state == "silent":
        return Connection.SILENT
    if line.state != "connected":
        return Connection.LOST
    return Connection.SLOW if model.round_trip_s > SLOW_ROUND_TRIP_S else Connection.GOOD


def voice(line: Line, settings: Settings) -> Voice:
    """Returns what the microphone does."""
    if not line.has_microphone:
        return Voice.ABSENT
    if settings.is_muted:
        return Voice.MUTED
    if settings.is_push_to_talk and not line.is_talk_held:
        return Voice.HELD_SHUT
    return Voice.SPEAKING if line.level_dbov > SPEAKING_DBOV else Voice.OPEN


def queue(place: m.QueuePlace | None) -> QueueView | None:
    """Returns the own place in the queue, None for none."""
    if place is None or place.place == 0:
        return None
    return QueueView(place.place, place.waiting, place.wait_low_min, place.wait_high_min)


def chat(model: ClinicModel, view: ChatView) -> ChatView:
    """Returns the chat with what was written by now."""
    return ChatView(
        _readers(model),
        tuple(
            LogEntry(
                "You" if line.slot == model.own_slot else line.name, line.text, _clock(line.at_s)
            )
            for line in model.lines
        ),
        model.forgotten_lines,
        view.draft,
        view.is_open,
        view.problem,
    )


def check_in(model: ClinicModel, view: CheckInView) -> CheckInView:
    """Returns the reception as the own visit stands."""
    place = model.queue
    state = place.state if place else None
    if state == "called" and place is not None and place.room_id:
        door = next((d.door for d in model.doors.values() if d.leads_to == place.room_id), "")
        return CheckInView(
            Stage.CALLED,
            doctor="The doctor",
            room_name=room_name(place.room_id),
            door=f"door:{door}",
            problem=view.problem,
        )
    stage = Stage.WAITING if state == "checked-in" else Stage.ARRIVED
    booked = place.visit_id if place and state == "booked" else None
    return CheckInView(
        stage,
        (Appointment(booked, "Your appointment", "Check in for it"),) if booked else (),
        queue(place),
        is_busy=view.is_busy,
        problem=view.problem,
    )


def doctor_list(model: ClinicModel, view: DoctorListView, now_s: float) -> DoctorListView:
    """Returns the doctor's list of now."""
    entries = model.waiting or ()
    more_min = max(0.0, now_s - model.waiting_since_s) / S_PER_MIN
    holding = [one for one in entries if one.state in ("called", "in-consult")]
    rows = tuple(
        Waiting(
            one.visit_id,
            one.patient_name,
            one.waited_min + more_min,
            "Waiting",
            is_connected=one.is_connected,
        )
        for one in entries
        if one.state == "checked-in"
    )
    return DoctorListView(
        rows,
        view.chosen if any(row.visit_id == view.chosen for row in rows) else "",
        _current(holding[0]) if holding else None,
        tuple(Guest(one.slot, one.name, one.role or "") for one in model.companions),
        view.is_inviting,
        view.is_asked_to_end,
        view.is_busy,
    )


def person(model: ClinicModel, view: PersonView, agreed: set[int]) -> PersonView | None:
    """Returns what can be done about somebody, None if they have gone."""
    known = model.people.get(view.slot)
    if known is None:
        return None
    agrees = view.slot in agreed
    return PersonView(
        view.slot,
        known.name,
        ROLE_NAMES[known.role] if known.role else "",
        agrees,
        agrees and known.agrees_to_talk,
        known.is_blocked,
        known.sees_vitals,
        len(model.others()) > 1,
        view.is_reporting,
        view.report,
        view.problem,
        view.is_sent,
    )


def _current(entry: m.QueueEntry) -> Current:
    return Current(
        entry.visit_id,
        entry.patient_name,
        room_name(entry.room_id) if entry.room_id else "your room",
        entry.state == "in-consult",
    )


def _what_to_do(model: ClinicModel, hint: str) -> str:
    """Returns what the clinic says to do next: a call before what is within reach, else after."""
    place = model.queue if model.is_waiting_room else None
    if place is not None and place.state == "called":
        return f"{place.sentence} {hint}".strip()
    return hint or (place.sentence if place is not None else "")


def _readers(model: ClinicModel) -> str:
    if model.is_waiting_room:
        return "Everyone in the waiting room reads this."
    names = [one.name for one in model.others().values()]
    return f"Read by {', '.join(names)} in this room." if names else "Nobody else is here."


def _clock(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().strftime("%H:%M")


def asked_along(model: ClinicModel) -> tuple[ComeAlongView, ...]:
    """Returns the questions whether to come along to a visit."""
    return tuple(
        ComeAlongView(
            one.visit_id,
            one.by_name,
            ROLE_NAMES[one.by_role],
            one.patient_name,
            is_own=one.by_role == "patient",
        )
        for one in model.invitations
    )
