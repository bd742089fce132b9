"""What time alone does: held places lapse, absences are noted, time-outs fall due.

The rows stand in `world.visit_states.timeouts`.
"""

from dataclasses import replace

from world.visit_changes import change, doctors_of, patient_side, tell
from world.visit_events import Effect, Gone, Notice
from world.visit_records import Visit, Visits
from world.visit_states import Party, State, Timeout, timeouts


def pass_time(visits: Visits, now_s: float, effects: list[Effect]) -> Visits:
    """Returns the visits as they are after the time until now, with nothing else happening."""
    visits = _let_go(visits, now_s, effects)
    rows = timeouts(visits.limits)
    for visit in tuple(visits.open()):
        visits = _time_out(visits, visit, rows, now_s, effects)
    return visits


def _let_go(visits: Visits, now_s: float, effects: list[Effect]) -> Visits:
    limits = visits.limits
    lapsed = {
        person.user_id
        for person in visits.people.values()
        if person.vanished_at_s is not None and now_s - person.vanished_at_s >= limits.seat_held_s
    }
    forgotten = {
        visit.visit_id
        for visit in visits.visits.values()
        if visit.closed_at_s is not None and now_s - visit.closed_at_s >= limits.history_s
    }
    if not lapsed and not forgotten:
        return visits
    effects.extend(Gone(user_id) for user_id in sorted(lapsed))
    people = {key: person for key, person in visits.people.items() if key not in lapsed}
    kept = {key: visit for key, visit in visits.visits.items() if key not in forgotten}
    return settle(replace(visits, people=people, visits=kept), now_s, effects)


def _time_out(
    visits: Visits,
    visit: Visit,
    rows: tuple[Timeout, ...],
    now_s: float,
    effects: list[Effect],
) -> Visits:
    limit_s = visits.limits.no_show_after_s
    at_s = visit.appointment_at_s
    if visit.state is State.BOOKED and at_s is not None and now_s - at_s >= limit_s:
        tell(effects, visit, visit.participants, Notice.NOT_TAKING_PLACE)
        return change(visits, visit, State.NO_SHOW, now_s, effects)
    for row in rows:
        if not _is_due(visit, row, now_s):
            continue
        tell(effects, visit, patient_side(visit.participants), row.tell_patient)
        tell(effects, visit, doctors_of(visit.participants), row.tell_doctor)
        if row.to is not None:
            is_missed = visit.state is State.CALLED and row.absent is Party.PATIENT
            missed_n = visit.missed_calls_n + is_missed
            visit = replace(visit, missed_calls_n=missed_n)
            return change(visits, visit, row.to, now_s, effects)
        if row.reminder is not None:
            visit = replace(visit, told=visit.told | {row.reminder})
            visits = visits.with_visit(visit)
    return visits


def _is_due(visit: Visit, row: Timeout, now_s: float) -> bool:
    if row.state is not visit.state or row.reminder in visit.told:
        return False
    absences = _absences(visit)
    # A doctor is missed by a patient who is there to miss them.
    if row.absent is Party.DOCTOR and Party.PATIENT in absences:
        return False
    since_s = absences.get(row.absent)
    return since_s is not None and now_s - since_s >= row.after_s


def _absences(visit: Visit) -> dict[Party, float]:
    by_user = visit.absent_since_s
    watched = {Party.PATIENT: visit.patient_id, Party.DOCTOR: visit.doctor_id}
    return {
        party: by_user[user_id]
        for party, user_id in watched.items()
        if user_id is not None and user_id in by_user
    }


def settle(visits: Visits, now_s: float, effects: list[Effect]) -> Visits:
    """Returns the visits with absences noted, and called visits whose two have met in consult."""
    for visit in tuple(visits.open()):
        noted = _note_absence(visits, visit, now_s)
        if noted is not visit:
            visits = visits.with_visit(noted)
        if noted.state is State.CALLED and not noted.absent_since_s:
            visits = change(visits, noted, State.IN_CONSULT, now_s, effects)
    return visits


def _note_absence(visits: Visits, visit: Visit, now_s: float) -> Visit:
    if visit.state is State.BOOKED:
        return visit
    watched = {visit.patient_id, visit.doctor_id or visit.patient_id}
    absent = {
        user_id: visit.absent_since_s.get(user_id, now_s)
        for user_id in watched
        if not visits.is_present(user_id, visit)
    }
    if absent == visit.absent_since_s:
        return visit
    noted = replace(visit, absent_since_s=absent)
    still = _absences(noted)
    done = {row.reminder for row in timeouts(visits.limits) if row.absent in still}
    return replace(noted, told=frozenset(told for told in visit.told if told in done))
