"""From what the client knows to what its panels show: one function for each screen. Pure."""

from dataclasses import dataclass
from typing import Final

from client.clinic_model import ClinicModel
from client.desktop.keys import (
    BODY_SAYS,
    DESK_SAYS,
    MENU_SAYS,
    VITALS_SAYS,
    WALK_SAYS,
    WIDGETS_SAY,
)
from client.panels.call import CallView
from client.panels.check_in import Appointment, CheckInView, Stage
from client.panels.doctor_list import Current, DoctorListView, Guest, Waiting
from client.panels.hud import Connection, HudView, QueueView, Voice
from client.panels.person_menu import PersonView
from client.panels.prompts import ComeAlongView
from client.panels.settings import Device, Settings
from world.people import COMPANIONS
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
THE_DOCTOR: Final = "The doctor"
"""Who calls, where the clinic tells no name but the part."""
COMES: Final = "The doctor was told that you are here, and comes to you."
YOUR_TRACE: Final = "Your heart trace is on the wall: F2 shows it large."
A_TRACE: Final = "The vital signs are on the wall: F2 shows them large."
A_RECORDING: Final = "The wall plays a recorded heart trace, of nobody here: F2 shows it large."


@dataclass(slots=True)
class Line:
    """How one is connected and heard.

    Attributes:
      state: of the connection, as `channel.ConnectionChanged` has it.
      lost_s: when it was lost.
      has_sound: whether there is something to hear with.
      microphones, speakers: those that can be chosen.
      is_talk_held: the key of push-to-talk is down.
      loudest_dbov: the loudest second of others' voices that was heard in this room.
    """

    state: str = "connecting"
    lost_s: float = 0.0
    attempts: int = 0
    has_microphone: bool = True
    has_sound: bool = True
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
    signs = (VITALS_SAYS,) if is_consult_room(model) else ()
    return HudView(
        where.removeprefix("the ").capitalize(),
        connection(model, line),
        voice(line, settings),
        queue(model.queue) if model.is_waiting_room else None,
        _what_to_do(model, hint),
        (WALK_SAYS, *desk, MENU_SAYS) if keys.few_s > 0 and not keys.is_open else (),
        (WALK_SAYS, *BODY_SAYS, *desk, *signs, *WIDGETS_SAY, MENU_SAYS) if keys.is_open else (),
    )


def is_consult_room(model: ClinicModel) -> bool:
    """Whether one is where vital signs hang on the wall."""
    return model.room is not None and model.room.room_type == "consult"


def called_to(model: ClinicModel) -> str | None:
    """Returns the room to which one is called, as a patient or as one who comes along."""
    role = model.me.role if model.me else "patient"
    if role == "patient" and model.queue is not None and model.queue.state == "called":
        return model.queue.room_id
    visit = model.open_visit
    if role in COMPANIONS and visit is not None and visit.state == "called":
        return visit.room_id
    return None


def call(model: ClinicModel, number: int, *, is_writing: bool) -> CallView | None:
    """Returns the call that is to be followed; None for none, and where its door is not."""
    room_id = called_to(model)
    door = model.door_to(room_id) if room_id else ""
    if not room_id or not door:
        return None
    return CallView(number, _who_calls(model), room_name(room_id), f"door:{door}", is_writing)


def call_stands(model: ClinicModel) -> str:
    """Returns how a call that was put off is followed later."""
    where = room_name(called_to(model) or "")
    role = model.me.role if model.me else "patient"
    if role in DESK_SAYS:
        return f"The call stands. Press {DESK_SAYS[role][0]} when you want to go to {where}."
    return f"The call stands. When you want to go, choose the door to {where} in the menu (Esc)."


def _who_calls(model: ClinicModel) -> str:
    name = model.queue.doctor_name if model.queue else None
    return THE_DOCTOR if name in (None, ROLE_NAMES["doctor"]) else str(name)


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


def check_in(model: ClinicModel, view: CheckInView, *, has_sound: bool) -> CheckInView:
    """Returns the reception as the own visit stands."""
    place = model.queue
    state = place.state if place else None
    if place is not None and place.room_id and state in ("called", "in-consult"):
        return _own_visit(model, place, view)
    stage = Stage.WAITING if state == "checked-in" else Stage.ARRIVED
    booked = place.visit_id if place and state == "booked" else None
    return CheckInView(
        stage,
        (Appointment(booked, "Your appointment", "Check in for it"),) if booked else (),
        queue(place),
        visit_over(model),
        is_busy=view.is_busy,
        problem=view.problem,
        has_sound=has_sound,
    )


def _own_visit(model: ClinicModel, place: m.QueuePlace, view: CheckInView) -> CheckInView:
    room_id = place.room_id or ""
    is_there = model.room is not None and model.room.room_id == room_id
    if place.state == "called":
        says = COMES if is_there else place.sentence
    else:
        says = "You can end your visit at any time."
    door = model.door_to(room_id)
    return CheckInView(
        Stage.INSIDE if is_there else Stage.OUTSIDE,
        says=says,
        room_name=room_name(room_id),
        door=f"door:{door}" if door else "",
        problem=view.problem,
        visit_id=(place.visit_id or "") if place.state == "in-consult" or is_there else "",
    )


def doctor_list(model: ClinicModel, view: DoctorListView, now_s: float) -> DoctorListView:
    """Returns the doctor's list of now."""
    entries = model.waiting or ()
    more_min = max(0.0, now_s - model.waiting_since_s) / S_PER_MIN
    held = model.held
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
        _current(model, held) if held else None,
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


def _current(model: ClinicModel, entry: m.QueueEntry) -> Current:
    door = model.door_to(entry.room_id) if entry.room_id else ""
    return Current(
        entry.visit_id,
        entry.patient_name,
        room_name(entry.room_id) if entry.room_id else "your room",
        entry.state == "in-consult",
        f"door:{door}" if door else "",
        entry.is_inside,
        entry.is_connected,
    )


def consequence(model: ClinicModel) -> str:
    """Returns what leaving the clinic now would end, as a sentence; empty for nothing."""
    state = model.queue.state if model.queue else None
    if state == "checked-in":
        return "You are in the queue. If you leave, you give up your place."
    if state == "called":
        return "The doctor calls you. If you leave, you are not seen, and give up your place."
    if state == "in-consult":
        return "Your visit is going on. If you leave, it ends."
    if model.held is not None:
        name = model.held.patient_name
        return f"{name} is your patient now. If you leave, they wait for you alone."
    return ""


def _what_to_do(model: ClinicModel, hint: str) -> str:
    """Returns what the clinic says to do next: a call before what is within reach, else after."""
    says = _visit_says(model)
    if says:
        return f"{says} {hint}".strip()
    return hint or (_place_says(model) if model.is_waiting_room else "")


def _place_says(model: ClinicModel) -> str:
    over = visit_over(model)
    if over:
        return f"{over} Esc leads out of the clinic, R to another visit."
    return model.queue.sentence if model.queue is not None else ""


def visit_over(model: ClinicModel) -> str:
    """Returns that the own visit has ended, as a sentence; empty where it has not of late."""
    if model.queue is None or model.queue.state != "ended":
        return ""
    whom = f" with {model.last_doctor}" if model.last_doctor else ""
    return f"Your visit{whom} has ended."


def _visit_says(model: ClinicModel) -> str:
    """Returns what the own visit wants now, before everything else; empty for nothing."""
    place, held = model.queue, model.held
    is_there = is_consult_room(model)
    if place is not None and place.state == "called":
        return COMES if is_there else place.sentence
    if held is not None and held.state == "called":
        where = room_name(held.room_id or "")
        if held.is_inside:
            return f"{held.patient_name} waits for you in {where}."
        return f"{held.patient_name} is called to {where}, and on the way."
    if is_there and model.seat is not None and model.vitals.is_seen:
        if model.vitals.is_replayed:
            return A_RECORDING
        return A_TRACE if place is None else YOUR_TRACE
    return ""


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
