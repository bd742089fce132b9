"""Everybody who could act on a visit, against every event in every state."""

import pytest

from world.errors import Conflict, NotFound, NotPermitted
from world.people import Person, Role
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
    Uncall,
)
from world.visit_records import Asked, Participant, Visit, Visits
from world.visit_rules import parties, refuse_event
from world.visit_states import HOLDING, TRANSITIONS, Party, State

ROOM = "consult-1"
PEOPLE = {
    who: Person(who, Role(role), "waiting", f"{who}-1")
    for who, role in (
        ("patient", "patient"),
        ("carer", "carer"),
        ("interpreter", "interpreter"),
        ("doctor", "doctor"),
        ("colleague", "doctor"),
        ("nurse", "nurse"),
        ("admin", "admin"),
        ("trainee", "trainee"),
        ("stranger", "patient"),
        ("asked", "carer"),
    )
}
GUESTS = (Participant("carer", Role.CARER), Participant("interpreter", Role.INTERPRETER))
EVENTS = (
    CheckIn("v"), Cancel("v"), MarkNoShow("v"), Call("v", ROOM), Uncall("v"), GoBack("v"),
    Leave("v"), End("v"), Invite("v", "nobody", Role.CARER), Dismiss("v", "nobody"),
    Join("v"),
    AllowVitals("v", "nobody", is_allowed=True),
)  # fmt: skip


def capacities(who, state):
    """Returns as what each of them acts, written down anew from what the words mean."""
    return {
        "patient": {Party.PATIENT},
        "carer": {Party.CARER, Party.INVITED},
        "interpreter": {Party.INVITED},
        "doctor": {Party.ANY_DOCTOR} | ({Party.DOCTOR} if state in HOLDING else set()),
        "colleague": {Party.ANY_DOCTOR},
        "nurse": {Party.ANY_NURSE},
        "admin": {Party.ANY_ADMIN},
        "asked": {Party.ASKED},
    }.get(who, set())


def house(state):
    people = (Participant("patient", Role.PATIENT), *GUESTS)
    if state in HOLDING:
        people += (Participant("doctor", Role.DOCTOR),)
    asked = (Asked("asked", Role.CARER, "patient"),)
    visit = Visit("v", state, people, room_id=ROOM if state in HOLDING else None, asked=asked)
    return Visits("waiting", frozenset({ROOM}), people=PEOPLE, visits={"v": visit})


def expected(who, state, event):
    """Returns which refusal is due, by the order of refusals that the module states."""
    mine, kind = capacities(who, state), type(event)
    if not mine:
        return NotFound
    if not any(row.by & mine for (_, named), row in TRANSITIONS.items() if named is kind):
        return NotPermitted
    row = TRANSITIONS.get((state, kind))
    if row is None:
        return Conflict
    return None if row.by & mine else NotPermitted


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", State)
def test_nobody_causes_what_no_row_names_them_for(who, state):
    visits = house(state)
    assert parties(visits.visits["v"], PEOPLE[who]) == capacities(who, state)
    for event in EVENTS:
        due = expected(who, state, event)
        refusal = refuse_event(visits, event, PEOPLE[who], now_s=1000.0)
        if due is None:
            # What else an event needs (a guest, a time, a free room) is no matter of who asks.
            assert not isinstance(refusal, NotPermitted), event
        else:
            assert type(refusal) is due, event


def test_a_patient_cannot_cancel_at_the_desk_what_waits_there():
    refusal = refuse_event(house(State.CHECKED_IN), Cancel("v"), PEOPLE["patient"], now_s=1000.0)
    assert isinstance(refusal, NotPermitted)
    assert refuse_event(house(State.BOOKED), Cancel("v"), PEOPLE["patient"], now_s=1000.0) is None


def test_who_ends_a_consult_is_its_doctor_and_nobody_else():
    may = [
        who
        for who, person in PEOPLE.items()
        if refuse_event(house(State.IN_CONSULT), End("v"), person, now_s=1000.0) is None
    ]
    assert may == ["doctor"]
