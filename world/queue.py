"""The queue and the expected wait, derived from the visits.

Rules:

* A visit is due at the later of its appointment and its check-in, a walk-in at its check-in:
  who comes early does not overtake, who comes late does not keep the earlier turn.
* Places are 1 to n in the order in which visits are due; a failed call or a doctor who vanished
  changes no place.

Estimator of the wait: each doctor's running consult, then the people ahead in order, each taken
by the doctor who is free first, every consult as long as one quantile of the recent consults.
The median gives the expectation, the quantiles 0.2 and 0.8 its interval. A running consult lasts
as long as that quantile of those recent ones that lasted longer than it has. With fewer than
EVIDENCE_MIN_N recent consults, or with no doctor here, the wait is not known, and None says so.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from world.geometry import FloatArray
from world.people import Role, UserId, VisitId
from world.visit_records import Visit, Visits
from world.visit_states import HOLDING

EVIDENCE_MIN_N = 5
"""Below that many consults the quantiles 0.2 and 0.8 would be the extremes themselves."""

EVIDENCE_MAX_N = 50
"""Only the latest consults count, so that the estimate follows the day."""

_QUANTILES = (0.2, 0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long until the call: the expectation and the interval in which it mostly lies."""

    low_s: float
    expected_s: float
    high_s: float


def queue(visits: Visits) -> tuple[Visit, ...]:
    """Returns the visits that wait to be called, the next one first."""
    return visits.waiting


def place(visits: Visits, visit_id: VisitId) -> int | None:
    """Returns the visit's place, 1 for the next one; None if it is not in the queue."""
    return visits.places.get(visit_id)


def next_for(visits: Visits, doctor_id: UserId) -> Visit | None:
    """Returns whom this doctor should call next.

    That is the first whose patient is connected and who is not booked with a colleague present.
    """
    colleagues = doctors_here(visits) - {doctor_id}
    return next(
        (
            visit
            for visit in queue(visits)
            if visits.is_present(visit.patient_id, visit) and visit.booked_with not in colleagues
        ),
        None,
    )


def doctors_here(visits: Visits) -> frozenset[UserId]:
    """Returns the doctors who are connected."""
    return frozenset(
        person.user_id
        for person in visits.people.values()
        if person.role is Role.DOCTOR and person.is_connected
    )


def recent_durations_s(visits: Visits) -> tuple[float, ...]:
    """Returns how long the latest consults took, the oldest first, at most EVIDENCE_MAX_N."""
    spans = sorted(
        (visit.closed_at_s, visit.closed_at_s - visit.consult_started_at_s)
        for visit in visits.visits.values()
        if visit.closed_at_s is not None and visit.consult_started_at_s is not None
    )
    return tuple(duration_s for _, duration_s in spans[-EVIDENCE_MAX_N:])


def wait_of(visits: Visits, visit_id: VisitId, now_s: float) -> Wait | None:
    """Returns the expected wait of a visit in the queue, None if nobody can know it."""
    return waits(visits, now_s).get(visit_id)


def waits(visits: Visits, now_s: float) -> dict[VisitId, Wait]:
    """Returns the expected wait of every visit in the queue; empty if nobody can know it."""
    doctors = doctors_here(visits)
    running_s = [
        0.0 if visit.consult_started_at_s is None else now_s - visit.consult_started_at_s
        for visit in visits.open()
        if visit.state in HOLDING and visit.doctor_id in doctors
    ]
    turns = _turns(len(queue(visits)), running_s, len(doctors), recent_durations_s(visits))
    visit_ids = (visit.visit_id for visit in queue(visits))
    return dict(zip(visit_ids, turns, strict=False))


def expected_wait(
    ahead_n: int, running_s: Sequence[float], doctors_n: int, durations_s: Sequence[float]
) -> Wait | None:
    """Returns the wait by the estimator of this module, None without evidence.

    Args:
      ahead_n: how many will be called before.
      running_s: how long each consult that keeps a doctor busy has lasted.
      doctors_n: how many doctors are here, the busy ones included.
      durations_s: how long recent consults took.
    """
    turns = _turns(ahead_n + 1, running_s, doctors_n, durations_s)
    return turns[ahead_n] if turns else None


def _turns(
    count: int, running_s: Sequence[float], doctors_n: int, durations_s: Sequence[float]
) -> list[Wait]:
    """Returns the waits of the first `count` in the queue; empty without evidence."""
    if len(durations_s) < EVIDENCE_MIN_N or doctors_n < 1:
        return []
    durations = np.asarray(durations_s, float)
    turns = (_turns_s(count, running_s, doctors_n, durations, q) for q in _QUANTILES)
    return [Wait(*times_s) for times_s in zip(*turns, strict=True)]


def _turns_s(
    count: int,
    running_s: Sequence[float],
    doctors_n: int,
    durations: FloatArray,
    quantile: float,
) -> list[float]:
    consult_s = float(np.quantile(durations, quantile))
    free_at_s = [0.0] * max(0, doctors_n - len(running_s))
    for elapsed_s in running_s:
        longer = durations[durations > elapsed_s]
        rest_s = float(np.quantile(longer, quantile)) - elapsed_s if longer.size else consult_s
        free_at_s.append(rest_s)
    heapq.heapify(free_at_s)
    # Each turn begins when a doctor is free, and keeps that doctor for one consult.
    return [heapq.heapreplace(free_at_s, free_at_s[0] + consult_s) for _ in range(count)]
