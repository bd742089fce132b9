"""Looking back at attempts: who reads a list of them, and what is shown again at a station.

Rules:
* One's own attempts are one's own; those of a trainee who is in the same training room are an
  instructor's too (access decides who that is). Nobody else reads the list or begins a replay.
* A replay is shown at the station of the room in which one is, to all who look on there, as live
  practice is. Whoever may see its trainee's scores may stop it, put it elsewhere, and end it.
* A replay ends when who shows it leaves the room, or its trainee does.
* Looking at somebody else's attempts is written into the audit trail (server/audit_rows.py).
"""

from dataclasses import replace
from typing import TypeAlias, assert_never

from world import access
from world.access import Action
from world.clinic import Body, Clinic, user_stream
from world.errors import Conflict, NotFound
from world.moment import Moment
from world.outcome import Outcome
from world.people import Person, RoomId, UserId
from world.protocol import messages as m
from world.training.news import NotShown
from world.training.station import Reading, Showing

CLINIC = "clinic"

DebriefRequest: TypeAlias = m.ReadAttempts | m.ShowReplay | m.SteerReplay | m.EndReplay


def handle(
    out: Outcome, person: Person, body: Body, request: DebriefRequest, moment: Moment
) -> None:
    """Carries out one request of somebody who has a body in a room.

    Raises:
      Refusal: if it is not to be; nothing has changed then.
    """
    match request:
        case m.ReadAttempts(_, slot):
            trainee_id = _whose(out.clinic, person, body, slot)
            out.readings.append(Reading(person.user_id, trainee_id))
        case m.ShowReplay():
            _show(out, person, body, request, moment)
        case m.SteerReplay(_, is_playing, speed, at_s):
            showing = _shown(out.clinic, person, body.room_id)
            turn = showing.turn + 1
            _put(
                out,
                replace(showing, is_playing=is_playing, speed=speed, at_s=at_s, turn=turn),
            )
        case m.EndReplay():
            end(out, _shown(out.clinic, person, body.room_id).room_id)
        case _:
            assert_never(request)


def hear(out: Outcome, news: NotShown) -> None:
    """Lets a replay end that cannot be shown, and says so to who wanted it."""
    showing = out.clinic.training.replay(news.replay_id)
    if showing is not None:
        end(out, showing.room_id)
        out.happen(user_stream(showing.shown_by), CLINIC, m.Told(news.sentence, None))


def settle(out: Outcome) -> None:
    """Ends the replays whose people have left."""
    visits = out.clinic.visits
    for room_id, showing in out.clinic.training.replays.items():
        parties = (showing.shown_by, showing.trainee_id)
        if not all(visits.is_inside(user_id, room_id) for user_id in parties):
            end(out, room_id)


def end(out: Outcome, room_id: RoomId) -> None:
    """Shows nothing again at the station of this room any more."""
    out.clinic = replace(out.clinic, training=out.clinic.training.without_replay(room_id))


def require_free(out: Outcome, person: Person, room_id: RoomId) -> None:
    """Ends the replay at a station at which somebody is about to practise.

    Raises:
      Refusal: if it is not theirs to end.
    """
    showing = out.clinic.training.replays.get(room_id)
    if showing is None:
        return
    if access.may(person, Action.SEE_SCORE, showing.trainee_id, out.clinic.standing) is not None:
        raise Conflict("An attempt is shown here. Look on, or wait until the station is free.")
    end(out, room_id)


def may_steer(clinic: Clinic, viewer_id: UserId, showing: Showing) -> bool:
    """Whether this person may stop a replay and put it elsewhere."""
    viewer = clinic.visits.people.get(viewer_id)
    return viewer is not None and (
        access.may(viewer, Action.SEE_SCORE, showing.trainee_id, clinic.standing) is None
    )


def _show(out: Outcome, person: Person, body: Body, request: m.ShowReplay, moment: Moment) -> None:
    _require(out.clinic, person, Action.WATCH_STATION, body.room_id)
    trainee_id = _whose(out.clinic, person, body, request.trainee)
    if body.room_id in out.clinic.training.attempts:
        raise Conflict("Somebody practises here. Wait until the station is free.")
    require_free(out, person, body.room_id)
    showing = Showing(moment.fresh_id, body.room_id, request.attempt_id, trainee_id, person.user_id)
    _put(out, showing)


def _shown(clinic: Clinic, person: Person, room_id: RoomId) -> Showing:
    showing = clinic.training.replays.get(room_id)
    if showing is None:
        raise Conflict("Nothing is shown again at this station now.")
    _require(clinic, person, Action.SEE_SCORE, showing.trainee_id)
    return showing


def _whose(clinic: Clinic, person: Person, body: Body, slot: int | None) -> UserId:
    """Returns whose attempts are meant, if this person may see them.

    Raises:
      Refusal: if they may not.
    """
    user_id = person.user_id if slot is None else _of_slot(clinic, body.room_id, slot)
    _require(clinic, person, Action.SEE_SCORE, user_id)
    return user_id


def _of_slot(clinic: Clinic, room_id: RoomId, slot: int) -> UserId:
    for user_id, body in clinic.bodies.items():
        if (body.room_id, body.slot) == (room_id, slot):
            return user_id
    raise NotFound("This person is not here. Choose somebody in the room.")


def _put(out: Outcome, showing: Showing) -> None:
    out.clinic = replace(out.clinic, training=out.clinic.training.with_replay(showing))


def _require(clinic: Clinic, person: Person, action: Action, subject: str) -> None:
    refusal = access.may(person, action, subject, clinic.standing)
    if refusal is not None:
        raise refusal
