"""What of a batch of changes goes into the audit trail: the difference of two clinics, as rows.

Rules:
* A visit is opened to a person when they become part of it, and closed to them when it is over or
  they are no longer part of it: one row each, naming the patient and the part.
* A patient's vital signs are opened to a person when they may see them, and closed when not any
  more: one row each, not one for each sample.
* Looking at a trainee's attempts, at the list or at one that is shown again, is one row each time,
  naming the trainee, unless it is the trainee who looks.
* A report and a change of the neutral name are one row each. Texts and names are in none of them.
"""

from collections.abc import Iterable, Iterator, Sequence

from server.store.audit_chain import AuditRecord
from world import views
from world.clinic import Clinic
from world.outcome import Reported
from world.people import UserId, VisitId
from world.training.station import Reading
from world.visit_records import Participant, Visit
from world.visit_states import OPEN

TREATMENT, OWN = "treatment", "own"


def rows(
    before: Clinic,
    after: Clinic,
    reports: Sequence[tuple[str, Reported]],
    users: Iterable[UserId],
    now_s: float,
) -> Iterator[AuditRecord]:
    """Yields the rows of a batch.

    Args:
      before: the truth before it.
      after: the truth after it.
      reports: what was reported, with the ids under which it is kept.
      users: of whom something may have changed.
      now_s: when it is written.
    """
    if before.visits is not after.visits:
        yield from _visits(before, after, now_s)
        yield from _vitals(before, after, now_s)
    for report_id, report in reports:
        details = {"reported": report.reported_id, "room": report.room_id}
        yield AuditRecord(now_s, report.reporter_id, "report.file", report_id, details=details)
    for user_id in sorted(users):
        old, new = before.profiles.get(user_id), after.profiles.get(user_id)
        if old is not None and new is not None and old.alias != new.alias:
            yield AuditRecord(now_s, user_id, "alias.change", user_id)


def debriefs(
    before: Clinic, after: Clinic, readings: Sequence[Reading], now_s: float
) -> Iterator[AuditRecord]:
    """Yields who looked at attempts of somebody else.

    Args:
      before: the truth before the batch.
      after: the truth after it.
      readings: the lists that are sent after it.
      now_s: when it is written.
    """
    for reading in readings:
        if reading.reader_id != reading.trainee_id:
            yield AuditRecord(now_s, reading.reader_id, "attempts.read", reading.trainee_id)
    known = {one.replay_id for one in before.training.replays.values()}
    for showing in after.training.replays.values():
        if showing.replay_id not in known and showing.shown_by != showing.trainee_id:
            details = {"trainee": showing.trainee_id}
            yield AuditRecord(
                now_s, showing.shown_by, "attempt.show", showing.attempt_id, details=details
            )


def _visits(before: Clinic, after: Clinic, now_s: float) -> Iterator[AuditRecord]:
    old, new = before.visits.visits, after.visits.visits
    for visit_id in [*old, *(new.keys() - old.keys())]:
        was, now = old.get(visit_id), new.get(visit_id)
        if was is now:
            continue
        theirs, these = _parties(was), _parties(now)
        for user_id in sorted(these.keys() - theirs.keys()):
            yield _visit(now_s, "visit.open", visit_id, these, user_id)
        for user_id in sorted(theirs.keys() - these.keys()):
            yield _visit(now_s, "visit.close", visit_id, theirs, user_id)


def _parties(visit: Visit | None) -> dict[UserId, Participant]:
    if visit is None or visit.state not in OPEN:
        return {}
    return {part.user_id: part for part in visit.participants}


def _visit(
    now_s: float,
    action: str,
    visit_id: VisitId,
    parties: dict[UserId, Participant],
    user_id: UserId,
) -> AuditRecord:
    patient_id = next(iter(parties))
    details = {"patient": patient_id, "part": parties[user_id].role.value}
    return AuditRecord(now_s, user_id, action, visit_id, details=details)


def _vitals(before: Clinic, after: Clinic, now_s: float) -> Iterator[AuditRecord]:
    old, new = views.watchers(before), views.watchers(after)
    for action, pairs in (("vitals.open", new - old), ("vitals.close", old - new)):
        for viewer_id, patient_id in sorted(pairs):
            purpose = OWN if viewer_id == patient_id else TREATMENT
            details = {"purpose": purpose}
            yield AuditRecord(now_s, viewer_id, action, patient_id, details=details)
