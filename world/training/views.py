"""What one person may see of a station: every message about it to a client is made here."""

from world import access
from world.access import Action
from world.clinic import Clinic
from world.people import UserId
from world.protocol import messages as m
from world.training.station import NOTICE, Attempt

FREE = m.StationView("free", notice=NOTICE)
REPLAYING = m.StationView("replaying", notice=NOTICE)


def may_watch(clinic: Clinic, viewer_id: UserId) -> bool:
    """Whether this person may see what happens at the station of the room they are in."""
    viewer = clinic.visits.people.get(viewer_id)
    if viewer is None or viewer.room_id is None:
        return False
    return access.may(viewer, Action.WATCH_STATION, viewer.room_id, clinic.standing) is None


def may_steer(clinic: Clinic, user_id: UserId) -> Attempt | None:
    """Returns the attempt whose instruments this person moves, None if there is none."""
    attempt = clinic.training.of_trainee(user_id)
    person = clinic.visits.people.get(user_id)
    if attempt is None or person is None:
        return None
    refusal = access.may(person, Action.PRACTISE, attempt.room_id, clinic.standing)
    return attempt if refusal is None else None


def station(
    clinic: Clinic, viewer_id: UserId, elapsed_s: float, limit_s: float
) -> m.StationView | None:
    """Returns how it stands at the station of the viewer's room; None if it is not for them.

    Args:
      clinic: the truth.
      viewer_id: who looks.
      elapsed_s: what the clock of the attempt there says.
      limit_s: when the attempt ends by itself.
    """
    if not may_watch(clinic, viewer_id):
        return None
    room_id = clinic.bodies[viewer_id].room_id
    attempt = clinic.training.attempts.get(room_id)
    if attempt is None:
        return REPLAYING if room_id in clinic.training.replays else FREE
    trainee = clinic.bodies.get(attempt.trainee_id)
    is_here = trainee is not None and trainee.room_id == attempt.room_id
    return m.StationView(
        state=attempt.phase.value,
        procedure=attempt.procedure,
        trainee=trainee.slot if trainee is not None and is_here else None,
        elapsed_s=elapsed_s,
        limit_s=limit_s,
        is_left_handed=attempt.is_left_handed,
        notice=NOTICE,
    )
