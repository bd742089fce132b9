import pytest

from world.visit_events import Cancel, Leave, Meet, Notice, VisitEvent
from world.visit_states import (
    ACTIVE,
    FHIR_STATUS,
    HOLDING,
    OPEN,
    TRANSITIONS,
    Limits,
    Party,
    State,
    timeouts,
)

# Typed from the pages of HL7 FHIR R4 4.0.1, not from the product's table.
APPOINTMENT = {
    "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow",
    "entered-in-error", "checked-in", "waitlist",
}  # fmt: skip
ENCOUNTER = {
    "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
    "entered-in-error", "unknown",
}  # fmt: skip


def test_every_state_has_a_fhir_status_of_the_published_value_sets():
    assert set(FHIR_STATUS) == set(State)
    assert {appointment for appointment, _ in FHIR_STATUS.values()} <= APPOINTMENT
    assert {encounter for _, encounter in FHIR_STATUS.values()} <= ENCOUNTER


def test_an_encounter_is_in_progress_in_consult_only():
    assert [s for s in State if FHIR_STATUS[s][1] == "in-progress"] == [State.IN_CONSULT]
    assert [s for s in State if FHIR_STATUS[s][1] == "finished"] == [State.ENDED]


def test_nothing_follows_a_closed_state():
    assert {state for state, _ in TRANSITIONS} == OPEN
    assert set(State) - OPEN == {State.ENDED, State.CANCELLED, State.NO_SHOW, State.LEFT}


def test_every_state_can_be_reached_from_booking():
    reached = {State.BOOKED}
    for _ in State:
        reached |= {row.to for (state, _), row in TRANSITIONS.items() if state in reached}
    assert reached == set(State)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_patient_can_leave_every_open_state_alone(state):
    ways = [TRANSITIONS.get((state, Leave)), TRANSITIONS.get((state, Cancel))]
    assert any(way and Party.PATIENT in way.by and way.to not in OPEN for way in ways)


def test_every_event_has_a_row_and_only_the_machine_lets_people_meet():
    declared = {event.__name__ for event in VisitEvent.__subclasses__()}
    assert {event.__name__ for _, event in TRANSITIONS} == declared
    assert [r.by for (_, e), r in TRANSITIONS.items() if e is Meet] == [{Party.MACHINE}]


def test_time_outs_tell_before_they_move_and_watch_only_whom_the_state_needs():
    rows = timeouts(Limits())
    assert {row.state for row in rows} == ACTIVE
    for row in rows:
        assert row.tell_patient or row.tell_doctor
        if row.state not in HOLDING:
            assert row.absent is Party.PATIENT
        if row.to is not None:
            assert all(
                other.after_s < row.after_s
                for other in rows
                if (other.state, other.absent) == (row.state, row.absent) and other.to is None
            )


@pytest.mark.parametrize(
    "wrong", [{"seat_held_s": 0.0}, {"call_limit_s": 60.0}, {"doctor_limit_s": float("nan")}]
)
def test_limits_that_would_move_people_unwarned_are_refused(wrong):
    with pytest.raises(ValueError, match="_s"):
        Limits(**wrong)


def test_every_notice_is_a_sentence_that_says_what_to_do():
    for notice in Notice:
        assert notice.value.endswith(".")
        assert len(notice.value.split()) >= 6
