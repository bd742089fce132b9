"""What one person may see of the clinic now: every state message to a client is made here.

Deny by default: each function asks world/access.py about this viewer and this subject (through
world/sight.py where many ask), so that there is no other way by which a name, a text or a place
could reach a client.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from world import access, doors, queue
from world.access import Action
from world.clinic import Clinic, Profile
from world.outcome import Happening
from world.people import COMPANIONS, STAFF, Person, Role, UserId, VisitId
from world.protocol import messages as m
from world.sight import Sight
from world.visit_events import Notice
from world.visit_records import Visit
from world.visit_states import HOLDING, OPEN, State

SOMEBODY = "Somebody"
_SENTENCES = {
    State.BOOKED: "You have an appointment. Check in at the desk, or with the menu.",
    State.CHECKED_IN: "Please wait until you are called.",
    State.IN_CONSULT: "You are in your consultation.",
}
_OVER = {
    State.ENDED: "Your visit has ended. Leave with the menu, or check in to be seen again.",
    State.LEFT: "You gave up your place. Check in at the desk, or with the menu, to be seen.",
    State.NO_SHOW: "You were called and did not come. Check in at the desk, or with the menu.",
    State.CANCELLED: "Your visit does not take place. Check in at the desk, or with the menu.",
}
OVER_S = 3600.0
"""How long a patient is told how the last visit closed; this project's choice."""
_NOT_CHECKED_IN = "You have not checked in yet. Check in at the desk, or with the menu."


def person(clinic: Clinic, sight: Sight, viewer_id: UserId, subject_id: UserId) -> m.Person | None:
    """Returns what the viewer may know of a body in its room; None if nothing."""
    body, viewer = clinic.bodies.get(subject_id), clinic.bodies.get(viewer_id)
    if body is None or viewer is None or body.room_id != viewer.room_id:
        return None
    name, badge = _name(clinic, sight, viewer_id, subject_id)
    if name is None:
        return None
    ties = clinic.moderation
    return m.Person(
        slot=body.slot,
        name=name,
        role=badge.value if badge else None,
        appearance=clinic.profiles[subject_id].appearance,
        seat=body.seat,
        is_muted=body.is_muted,
        is_blocked=subject_id in ties.blocks.get(viewer_id, frozenset()),
        agrees_to_talk=viewer_id in ties.agreements.get(subject_id, frozenset()),
        sees_vitals=_sees_vitals(clinic, viewer_id, subject_id),
    )


def door_states(clinic: Clinic, viewer_id: UserId, now_s: float) -> tuple[m.DoorState, ...]:
    """Returns the doors of the viewer's room."""
    body = clinic.bodies[viewer_id]
    viewer = clinic.visits.people[viewer_id]
    opened = clinic.open_doors(body.room_id, now_s)
    return tuple(
        m.DoorState(
            door=name,
            leads_to=room_id,
            is_open=name in opened,
            may_pass=doors.may_pass(clinic.visits, viewer, room_id) is None,
        )
        for name, (room_id, _) in sorted(clinic.plans[body.room_id].leads_to.items())
    )


def event_body(
    clinic: Clinic, sight: Sight, viewer_id: UserId, happening: Happening
) -> m.EventBody | None:
    """Returns an event as this viewer may read it; None if it is not for them."""
    body, sender_id = happening.body, UserId(happening.sender)
    match body:
        case m.Told() | m.VisitChanged() | m.AttemptOver():
            return body
        case m.Said():
            # Who has left the room since has said it here all the same.
            sender, viewer = clinic.bodies.get(sender_id), clinic.bodies[viewer_id]
            is_here = sender is not None and sender.room_id == viewer.room_id
            if is_here and not sight.may(viewer_id, Action.READ_CHAT, sender_id):
                return None
            if clinic.moderation.is_blocked(viewer_id, sender_id):
                return None
            return replace(body, name=_past_name(clinic, sight, viewer_id, sender_id))
        case m.Came() | m.Went() | m.Knocked():
            name_of = _name_outside if isinstance(body, m.Knocked) else _past_name
            return replace(body, name=name_of(clinic, sight, viewer_id, sender_id))


def watchers(clinic: Clinic) -> set[tuple[UserId, UserId]]:
    """Returns (viewer, patient) of all who may see vital signs now, in the room of a consult."""
    pairs = set()
    for visit in clinic.visits.open():
        if visit.state is not State.IN_CONSULT or visit.room_id is None:
            continue
        for viewer in clinic.visits.inside(visit.room_id):
            refusal = access.may(viewer, Action.SEE_VITALS, visit.patient_id, clinic.standing)
            if refusal is None:
                pairs.add((viewer.user_id, visit.patient_id))
    return pairs


def queue_of(
    clinic: Clinic, viewer_id: UserId, waits: Mapping[VisitId, queue.Wait], now_s: float
) -> m.QueuePlace | m.QueueView | None:
    """Returns the doctor's list, or the patient's place; None for who has neither.

    `waits` is what world.queue.waits says of the same clinic, asked once for all viewers.
    """
    viewer = clinic.visits.people[viewer_id]
    if access.may(viewer, Action.SEE_QUEUE, None, clinic.standing) is None:
        return _list(clinic, viewer, now_s)
    if viewer.role is Role.PATIENT:
        return _place(clinic, viewer, waits, now_s)
    return None


def invitations(clinic: Clinic, viewer_id: UserId) -> m.Invitations:
    """Returns the visits into which the viewer is asked, in neutral names only.

    Who may say no must not learn by being asked who is ill; but a carer has to know whom to go
    with, and the neutral name is what the waiting room knows anyway.
    """
    return m.Invitations(
        tuple(
            m.Invitation(
                visit.visit_id,
                clinic.profiles[asked.by].alias,
                clinic.profiles[asked.by].role.value,
                clinic.profiles[visit.patient_id].alias,
            )
            for visit in clinic.visits.that_ask(viewer_id)
            if (asked := visit.asking(viewer_id)) is not None
            and not clinic.moderation.is_blocked(viewer_id, asked.by)
        )
    )


def is_same_queue(one: m.QueuePlace | m.QueueView, other: m.QueuePlace | m.QueueView) -> bool:
    """Whether two views differ in nothing but the minutes that have passed."""
    return _timeless(one) == _timeless(other)


def _timeless(view: m.QueuePlace | m.QueueView) -> m.QueuePlace | m.QueueView:
    if isinstance(view, m.QueuePlace):
        return replace(view, wait_low_min=None, wait_high_min=None)
    return replace(view, entries=tuple(replace(entry, waited_min=0.0) for entry in view.entries))


def _name(
    clinic: Clinic, sight: Sight, viewer_id: UserId, subject_id: UserId
) -> tuple[str | None, Role | None]:
    profile = clinic.profiles[subject_id]
    visible = sight.visible_name(viewer_id, subject_id, profile.name, profile.alias)
    return (visible.text, visible.badge) if visible else (None, None)


def _sees_vitals(clinic: Clinic, viewer_id: UserId, subject_id: UserId) -> bool | None:
    """Returns whether a guest sees the viewer's own vital signs; None for everybody else."""
    if clinic.profiles[subject_id].role not in COMPANIONS:
        return None
    visit = clinic.visits.active_of(viewer_id)
    guest = visit.participant(subject_id) if visit is not None else None
    return guest.sees_vitals if guest is not None else None


def _past_name(clinic: Clinic, sight: Sight, viewer_id: UserId, subject_id: UserId) -> str:
    """Returns the name of who did something in the room and may have left it since."""
    profile = clinic.profiles.get(subject_id)
    if profile is None or subject_id in clinic.moderation.blocks.get(viewer_id, frozenset()):
        return SOMEBODY
    if subject_id in clinic.visits.people:
        name, _ = _name(clinic, sight, viewer_id, subject_id)
        if name is not None:
            return name
    return profile.alias


def _name_outside(clinic: Clinic, sight: Sight, viewer_id: UserId, subject_id: UserId) -> str:
    """Returns the name of who knocks; no stranger's own words go through a closed door."""
    profile = clinic.profiles.get(subject_id)
    if profile is None or subject_id not in clinic.visits.people:
        return SOMEBODY
    if clinic.moderation.is_blocked(viewer_id, subject_id):
        return SOMEBODY
    if sight.may(viewer_id, Action.SEE_NAME, subject_id):
        return profile.name
    return profile.alias if profile.role in STAFF else SOMEBODY


def _list(clinic: Clinic, viewer: Person, now_s: float) -> m.QueueView:
    visits = clinic.visits
    own = [
        visit
        for visit in visits.open()
        if visit.state in HOLDING
        and access.may(viewer, Action.SEE_VISIT, visit.visit_id, clinic.standing) is None
    ]
    return m.QueueView(
        tuple(_entry(clinic, viewer, visit, now_s) for visit in (*own, *queue.queue(visits))),
        _companions(clinic),
    )


def _companions(clinic: Clinic) -> tuple[m.Person, ...]:
    """Returns the carers and interpreters in the waiting room, under their neutral names."""
    return tuple(
        m.Person(body.slot, clinic.profiles[user_id].alias, role.value, 0, body.seat)
        for user_id, body in clinic.in_room(clinic.visits.waiting_room_id).items()
        if (role := clinic.profiles[user_id].role) in COMPANIONS
    )


def _entry(clinic: Clinic, viewer: Person, visit: Visit, now_s: float) -> m.QueueEntry:
    patient = clinic.visits.people.get(visit.patient_id)
    since_s = visit.checked_in_at_s if visit.checked_in_at_s is not None else now_s
    return m.QueueEntry(
        visit_id=visit.visit_id,
        state=visit.state.value,
        patient_name=_name_of(clinic, viewer, visit.patient_id),
        waited_min=max(0.0, now_s - since_s) / 60,
        room_id=visit.room_id,
        is_connected=patient is not None and patient.is_connected,
        is_inside=clinic.visits.is_inside(visit.patient_id, visit.room_id),
    )


def _name_of(clinic: Clinic, viewer: Person, subject_id: UserId) -> str:
    """Returns how the viewer may read somebody of a visit, wherever that person is."""
    profile: Profile | None = clinic.profiles.get(subject_id)
    if profile is None:
        return SOMEBODY
    may_see = access.may(viewer, Action.SEE_NAME, subject_id, clinic.standing) is None
    return profile.name if may_see else profile.alias


def _place(
    clinic: Clinic, viewer: Person, waits: Mapping[VisitId, queue.Wait], now_s: float
) -> m.QueuePlace:
    visits, viewer_id = clinic.visits, viewer.user_id
    waiting = len(queue.queue(visits))
    visit = visits.active_of(viewer_id) or _booked(clinic, viewer_id)
    if visit is None:
        over = _over(clinic, viewer_id, now_s)
        sentence = _OVER[over] if over else _NOT_CHECKED_IN
        return m.QueuePlace(None, over.value if over else None, 0, waiting, sentence=sentence)
    wait = waits.get(visit.visit_id)
    return m.QueuePlace(
        visit_id=visit.visit_id,
        state=visit.state.value,
        place=queue.place(visits, visit.visit_id) or 0,
        waiting=waiting,
        wait_low_min=wait.low_s / 60 if wait else None,
        wait_high_min=wait.high_s / 60 if wait else None,
        room_id=visit.room_id,
        sentence=_sentence(visit),
        doctor_name=_name_of(clinic, viewer, visit.doctor_id) if visit.doctor_id else None,
    )


def _sentence(visit: Visit) -> str:
    if visit.state is State.CALLED:
        return Notice.CALLED.sentence(visit.room_id)
    return _SENTENCES[visit.state]


def _booked(clinic: Clinic, patient_id: UserId) -> Visit | None:
    mine = (visit for visit in clinic.visits.open() if visit.patient_id == patient_id)
    return min(
        (visit for visit in mine if visit.state in OPEN),
        key=lambda visit: visit.appointment_at_s or 0.0,
        default=None,
    )


def _over(clinic: Clinic, patient_id: UserId, now_s: float) -> State | None:
    """Returns how the patient's last visit closed, None if none did of late."""
    visit = clinic.visits.last_closed_of(patient_id)
    if visit is None or now_s - (visit.closed_at_s or 0.0) > OVER_S:
        return None
    return visit.state
