"""The visit's states as tables: what may follow what, by whom, and what time alone does.

Rules:

* A visit is in exactly one state. Queue, doors, names, sound and vital signs derive from it.
* Only rows of TRANSITIONS change a state; who is not named in a row may not cause it.
* A patient can go on or leave from every state, without anybody's help (`Leave`, `Cancel`).
* The place in the queue outlives a failed call and a doctor who vanishes.

    booked -> checked in -> called -> in consult -> ended
       |          |  ^        |  |        |
       |          |  +--------+--|--------+   (uncalled, gone back, doctor or patient away)
       +----------+-----------+--+-> cancelled, no-show, left

"Left" means left without being seen. A patient who walks away from a consult has been seen, so
that visit has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from world.visit_events import (
    AllowVitals,
    Call,
    Cancel,
    CheckIn,
    Dismiss,
    End,
    GoBack,
    Invite,
    Join,
    Leave,
    MarkNoShow,
    Meet,
    Notice,
    Uncall,
    VisitEvent,
)


class State(StrEnum):
    """Where a visit stands."""

    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    CALLED = "called"
    IN_CONSULT = "in-consult"
    ENDED = "ended"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"
    LEFT = "left"


HOLDING = frozenset({State.CALLED, State.IN_CONSULT})
"""States in which a visit has a doctor and holds a consult room."""

ACTIVE = HOLDING | {State.CHECKED_IN}
"""States in which the patient is here for this visit; a patient has at most one such visit."""

OPEN = ACTIVE | {State.BOOKED}
"""States from which a visit can still go on."""


class Party(Enum):
    """In which capacity somebody acts on a visit; a carer of it is both CARER and INVITED.

    ASKED is who was asked in and has not agreed: that is no capacity but to answer.
    """

    PATIENT = auto()
    CARER = auto()
    INVITED = auto()
    ASKED = auto()
    DOCTOR = auto()
    ANY_DOCTOR = auto()
    ANY_NURSE = auto()
    ANY_ADMIN = auto()
    MACHINE = auto()


Parties: TypeAlias = frozenset[Party]

_OWN = frozenset({Party.PATIENT, Party.CARER})
_DESK = frozenset({Party.ANY_NURSE, Party.ANY_ADMIN})
_CONSULT = frozenset({Party.DOCTOR, Party.ANY_NURSE})
_HOSTS = frozenset({Party.PATIENT, Party.DOCTOR})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: the state that follows, and who may bring it about."""

    to: State
    by: Parties


def _rows() -> dict[tuple[State, type[VisitEvent]], Transition]:
    s, row = State, Transition
    patient, machine = frozenset({Party.PATIENT}), frozenset({Party.MACHINE})
    rows: dict[tuple[State, type[VisitEvent]], Transition] = {
        (s.BOOKED, CheckIn): row(s.CHECKED_IN, _OWN | _DESK),
        (s.BOOKED, Cancel): row(s.CANCELLED, patient | _DESK | {Party.ANY_DOCTOR}),
        (s.BOOKED, MarkNoShow): row(s.NO_SHOW, _DESK | {Party.ANY_DOCTOR}),
        (s.CHECKED_IN, Call): row(s.CALLED, frozenset({Party.ANY_DOCTOR})),
        (s.CHECKED_IN, Leave): row(s.LEFT, patient),
        (s.CHECKED_IN, Cancel): row(s.CANCELLED, _DESK),
        (s.CALLED, Meet): row(s.IN_CONSULT, machine),
        (s.CALLED, Uncall): row(s.CHECKED_IN, _CONSULT),
        (s.CALLED, GoBack): row(s.CHECKED_IN, _OWN),
        (s.CALLED, MarkNoShow): row(s.NO_SHOW, _CONSULT),
        (s.CALLED, Leave): row(s.LEFT, patient),
        (s.CALLED, Cancel): row(s.CANCELLED, _CONSULT),
        (s.IN_CONSULT, End): row(s.ENDED, frozenset({Party.DOCTOR})),
        (s.IN_CONSULT, Leave): row(s.ENDED, patient),
        (s.IN_CONSULT, GoBack): row(s.CHECKED_IN, _OWN),
    }
    for state in OPEN:
        rows[state, Invite] = row(state, _HOSTS)
        rows[state, Join] = row(state, frozenset({Party.ASKED}))
        rows[state, Dismiss] = row(state, _HOSTS | {Party.INVITED, Party.ASKED})
        rows[state, AllowVitals] = row(state, patient)
    return rows


TRANSITIONS: Mapping[tuple[State, type[VisitEvent]], Transition] = _rows()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the clinic waits: policy of the house, to be set by the clinic; no standard.

    Attributes:
      seat_held_s: a vanished person keeps body and place in the room.
      recall_after_s: a called patient who has not come is called again.
      call_limit_s: then the call lapses.
      doctor_held_s: the patient then is told that the doctor is away, and may go back.
      doctor_limit_s: then the patient is back in the queue without asking.
      patient_held_s: the doctor then is told that the patient is away.
      patient_limit_s: then a consult ends, or a place in the queue is given up.
      no_show_after_s: after the time of an appointment to which nobody came.
      door_open_s: how long a door stays open that somebody opened from inside.
      history_s: how long a closed visit is remembered, as evidence for the expected wait.
    """

    seat_held_s: float = 120.0
    recall_after_s: float = 60.0
    call_limit_s: float = 180.0
    doctor_held_s: float = 120.0
    doctor_limit_s: float = 600.0
    patient_held_s: float = 120.0
    patient_limit_s: float = 900.0
    no_show_after_s: float = 3600.0
    door_open_s: float = 15.0
    history_s: float = 86_400.0

    def __post_init__(self) -> None:
        """Checks the limits against each other.

        Raises:
          ValueError: if one is not above 0, or a person would be moved before being told.
        """
        wrong = [field.name for field in fields(self) if not getattr(self, field.name) > 0]
        if wrong:
            raise ValueError(f"limits must be above 0: {', '.join(wrong)}")
        for told, moved in (
            ("recall_after_s", "call_limit_s"),
            ("doctor_held_s", "doctor_limit_s"),
            ("patient_held_s", "patient_limit_s"),
        ):
            if getattr(self, told) >= getattr(self, moved):
                raise ValueError(f"{told} must be below {moved}")


@dataclass(frozen=True, slots=True)
class Timeout:
    """What happens to a visit in a state after somebody has been absent for so long.

    Absent means: in the queue, not connected; in a call or consult, not connected inside the
    room. A doctor's absence counts only towards a patient who is present. Each notice is given
    once for one absence.
    """

    state: State
    absent: Party
    after_s: float
    tell_patient: Notice | None = None
    tell_doctor: Notice | None = None
    to: State | None = None

    @property
    def reminder(self) -> Notice | None:
        """What marks this row as done while it changes no state; None if it does."""
        return None if self.to else self.tell_patient or self.tell_doctor


def timeouts(limits: Limits) -> tuple[Timeout, ...]:
    """Returns what absence leads to, telling before moving."""
    s, row, patient, doctor = State, Timeout, Party.PATIENT, Party.DOCTOR
    again, away = Notice.CALLED_AGAIN, Notice.PATIENT_AWAY
    lapsed, back, returned = Notice.CALL_LAPSED, Notice.BACK_IN_QUEUE, Notice.VISIT_RETURNED
    ended, gone = Notice.ENDED, Notice.PATIENT_GONE
    return (
        row(s.CHECKED_IN, patient, limits.patient_limit_s, Notice.NOT_TAKING_PLACE, to=s.LEFT),
        row(s.CALLED, patient, limits.recall_after_s, again, away),
        row(s.CALLED, patient, limits.call_limit_s, lapsed, returned, s.CHECKED_IN),
        *(
            row(state, doctor, after_s, notice, tell_doctor, to)
            for state in (s.CALLED, s.IN_CONSULT)
            for after_s, notice, tell_doctor, to in (
                (limits.doctor_held_s, Notice.DOCTOR_GONE, None, None),
                (limits.doctor_limit_s, back, returned, s.CHECKED_IN),
            )
        ),
        row(s.IN_CONSULT, patient, limits.patient_held_s, None, gone),
        row(s.IN_CONSULT, patient, limits.patient_limit_s, ended, ended, s.ENDED),
    )


FHIR_STATUS: Mapping[State, tuple[str, str]] = {
    State.BOOKED: ("booked", "planned"),
    State.CHECKED_IN: ("checked-in", "arrived"),
    State.CALLED: ("checked-in", "arrived"),
    State.IN_CONSULT: ("fulfilled", "in-progress"),
    State.ENDED: ("fulfilled", "finished"),
    State.CANCELLED: ("cancelled", "cancelled"),
    State.NO_SHOW: ("noshow", "cancelled"),
    State.LEFT: ("cancelled", "cancelled"),
}
"""Status of Appointment and of Encounter for each state.

Source: HL7 FHIR R4 (4.0.1), value sets appointmentstatus and encounter-status. "fulfilled": the
encounter exists and goes on by itself; "arrived": present, and not yet meeting a practitioner;
an encounter is "cancelled" if it ended before it began, which holds for a patient who left
unseen. A walk-in has an Encounter and no Appointment.
"""
