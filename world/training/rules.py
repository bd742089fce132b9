"""What follows from a request at a station, and from what the simulation tells.

Rules:
* One practises at the station of the training room in which one is, standing near it; one trainee
  at a station, and one attempt a trainee. Who is in the room may look on.
* An attempt is ended by who practises, by an instructor in the room, by itself, and as soon as
  its trainee has left the room. Who has only lost the connection is still in the room, for as
  long as a place is held, and the attempt goes on with the instruments held still.
* Who looks on asks again after every connection and in every room.
* The result goes to who practised and to those who may see it; access decides who that is.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import hypot
from typing import TypeAlias, assert_never

from world import access
from world.access import Action
from world.clinic import Body, Clinic, user_stream
from world.errors import Conflict, NotFound, NotPermitted
from world.geometry import Vector
from world.moment import Moment
from world.outcome import Outcome
from world.people import Person, RoomId, UserId
from world.protocol import messages as m
from world.training import debrief
from world.training.news import Begun, Lost, News, NotShown, Offered, Over, Scored
from world.training.station import NOTICE, STATION_PANEL, Attempt, Concluded, Phase

REACH_STATION_M = 2.0
CLINIC = "clinic"
CONFIRMED = "The attempt is over. This is its score, part by part."
UNCONFIRMED = "The record of the attempt did not play again as it went. It does not count."

StationRequest: TypeAlias = m.BeginAttempt | m.EndAttempt | m.WatchStation


def handle(
    out: Outcome,
    person: Person,
    body: Body,
    request: StationRequest,
    moment: Moment,
) -> None:
    """Carries out one request of somebody who has a body in a room.

    Raises:
      Refusal: if it is not to be; nothing has changed then.
    """
    match request:
        case m.BeginAttempt():
            _begin(out, person, body, request, moment)
        case m.EndAttempt():
            _end(out, person, body)
        case m.WatchStation(_, tier):
            _require(out.clinic, person, Action.WATCH_STATION, body.room_id)
            forget_watcher(out, person.user_id)
            if tier is not None:
                _watch(out, {**out.clinic.training.watching, person.user_id: tier})


def hear(out: Outcome, news: News) -> None:
    """Lets follow what the simulation tells; what is about no attempt of ours is passed over."""
    training = out.clinic.training
    if isinstance(news, Offered):
        out.clinic = replace(out.clinic, training=replace(training, offered=news.procedures))
        return
    if isinstance(news, NotShown):
        debrief.hear(out, news)
        return
    attempt = training.by_id(news.attempt_id)
    if attempt is None:
        return
    match news:
        case Begun():
            if attempt.phase is Phase.PREPARING:
                _put(out, replace(attempt, phase=Phase.RUNNING))
        case Over():
            _put(out, replace(attempt, phase=Phase.SCORING))
        case Lost(_, sentence):
            _conclude(out, Concluded(attempt), sentence, None)
        case Scored(_, verdict, progress, seal):
            sentence = CONFIRMED if verdict.is_confirmed else UNCONFIRMED
            _conclude(out, Concluded(attempt, verdict, seal), sentence, progress)
        case _:
            assert_never(news)


def settle(out: Outcome) -> None:
    """Ends attempts and replays of who has left, and forgets who looks on from nowhere."""
    debrief.settle(out)
    visits, training = out.clinic.visits, out.clinic.training
    for attempt in training.attempts.values():
        is_there = visits.is_inside(attempt.trainee_id, attempt.room_id)
        if not is_there and attempt.phase is not Phase.SCORING:
            _put(out, replace(attempt, phase=Phase.SCORING))
    for user_id in training.watching:
        person = visits.people.get(user_id)
        is_here = person is not None and person.room_id in visits.training_room_ids
        if person is None or not is_here or not person.is_connected:
            forget_watcher(out, user_id)


def forget_watcher(out: Outcome, user_id: UserId) -> None:
    """Takes notice that somebody has come in anew, or gone to another room."""
    watching = out.clinic.training.watching
    if user_id in watching:
        _watch(out, {key: tier for key, tier in watching.items() if key != user_id})


def _begin(
    out: Outcome,
    person: Person,
    body: Body,
    request: m.BeginAttempt,
    moment: Moment,
) -> None:
    _require(out.clinic, person, Action.PRACTISE, body.room_id)
    training = out.clinic.training
    if body.room_id in training.attempts:
        raise Conflict("Somebody practises here. Watch, or wait until the station is free.")
    if training.of_trainee(person.user_id) is not None:
        raise Conflict("Your last attempt is still being scored. Wait a moment.")
    if not training.offered:
        raise Conflict("The simulation is being prepared. Wait a moment, and try again.")
    if request.procedure not in {offer.name for offer in training.offered}:
        raise NotFound("This task cannot be practised here. Choose one of the list.")
    _require_near(out.clinic, body.room_id, moment.head_m)
    debrief.require_free(out, person, body.room_id)
    attempt = Attempt(
        attempt_id=moment.fresh_id,
        room_id=body.room_id,
        trainee_id=person.user_id,
        procedure=request.procedure,
        seed=int(moment.fresh_id[-8:], 16),
        is_left_handed=request.is_left_handed,
        began_at_s=moment.now_s,
    )
    _put(out, attempt)


def _end(out: Outcome, person: Person, body: Body) -> None:
    attempt = out.clinic.training.attempts.get(body.room_id)
    if attempt is None or attempt.phase is Phase.SCORING:
        raise Conflict("Nobody practises at this station now.")
    _require(out.clinic, person, Action.END_ATTEMPT, attempt.trainee_id)
    _put(out, replace(attempt, phase=Phase.SCORING))


def _conclude(
    out: Outcome, concluded: Concluded, sentence: str, progress: m.Progress | None
) -> None:
    attempt = concluded.attempt
    out.concluded.append(concluded)
    training = out.clinic.training.without_attempt(attempt.room_id)
    out.clinic = replace(out.clinic, training=training)
    over = m.AttemptOver(
        attempt.attempt_id, attempt.procedure, sentence, NOTICE, concluded.verdict, progress
    )
    for user_id in _who_sees_score(out.clinic, attempt):
        out.happen(user_stream(user_id), CLINIC, over)


def _who_sees_score(clinic: Clinic, attempt: Attempt) -> list[UserId]:
    """Returns the trainee, and whoever in the room may see their scores."""
    lookers = [
        person.user_id
        for person in clinic.visits.inside(attempt.room_id)
        if person.user_id != attempt.trainee_id
        and access.may(person, Action.SEE_SCORE, attempt.trainee_id, clinic.standing) is None
    ]
    return [attempt.trainee_id, *sorted(lookers)]


def _put(out: Outcome, attempt: Attempt) -> None:
    out.clinic = replace(out.clinic, training=out.clinic.training.with_attempt(attempt))


def _watch(out: Outcome, watching: Mapping[UserId, m.Tier]) -> None:
    out.clinic = replace(out.clinic, training=replace(out.clinic.training, watching=watching))


def _require(clinic: Clinic, person: Person, action: Action, subject: str) -> None:
    refusal = access.may(person, action, subject, clinic.standing)
    if refusal is not None:
        raise refusal


def _require_near(clinic: Clinic, room_id: RoomId, head_m: Vector) -> None:
    panels = clinic.plans[room_id].layout.panels
    place = next((panel for panel in panels if panel.name == STATION_PANEL), None)
    if place is None:
        raise NotFound("There is no station in this room. Go to a training room.")
    x, y, _ = place.position_m
    if hypot(x - head_m[0], y - head_m[1]) > REACH_STATION_M:
        raise NotPermitted("The station is too far away. Go up to it first.")
