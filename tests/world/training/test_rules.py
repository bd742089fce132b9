"""Who may begin, end and watch, and what follows from what the simulation tells."""

import pytest

from tests.world.training.training_clinic import OTHER_ROOM, PEG, ROOM, TrainingClinic
from world.errors import Conflict, NotFound, NotPermitted, NotSignedIn
from world.protocol import messages as m
from world.protocol.session import RESUME_S
from world.training import views
from world.training.news import Begun, Lost, Offered, Over, Scored
from world.training.rules import CONFIRMED, UNCONFIRMED
from world.training.station import Phase

VERDICT = m.Verdict(61.0, True, True, (m.Part("time", 0.9),), (), (), ())
PROGRESS = m.Progress(1, 1, 2, 0, 10, None, (0.1,))
SEAL = bytes(range(32))


@pytest.fixture
def clinic():
    clinic = TrainingClinic()
    clinic.bring("t")
    return clinic


@pytest.mark.parametrize("role", ["trainee", "instructor", "doctor", "nurse", "admin"])
def test_who_is_of_the_school_practises(role):
    clinic = TrainingClinic()
    clinic.bring("x", role)
    attempt = clinic.begin("x", is_left_handed=True)
    assert attempt.phase is Phase.PREPARING
    assert (attempt.trainee_id, attempt.procedure, attempt.is_left_handed) == (
        "x", "peg_transfer", True,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["patient", "carer", "interpreter"])
def test_the_door_of_a_training_room_is_not_for_patients_and_their_company(role):
    clinic = TrainingClinic()
    clinic.come("p", role)
    with pytest.raises(NotPermitted):
        clinic.go("p", "door-3")
    with pytest.raises(NotFound):
        clinic.ask("p", m.BeginAttempt, "peg_transfer")


def test_one_practises_near_the_station_only(clinic):
    with pytest.raises(NotPermitted, match="too far"):
        clinic.begin(at_m=(4.5, 3.5, 1.6))
    assert clinic.attempt is None


def test_one_trainee_at_a_station_and_one_station_a_trainee(clinic):
    clinic.bring("u")
    clinic.begin("t")
    with pytest.raises(Conflict, match="Somebody practises"):
        clinic.begin("u")
    clinic.go("t")
    clinic.go("t", "door-4")
    with pytest.raises(Conflict, match="still being scored"):
        clinic.ask("t", m.BeginAttempt, "peg_transfer", at_m=(1.0, 1.0, 1.6))


def test_what_is_not_offered_cannot_be_begun(clinic):
    with pytest.raises(NotFound):
        clinic.begin(procedure="appendectomy")
    clinic.hear(Offered(()))
    with pytest.raises(Conflict, match="being prepared"):
        clinic.begin()


def test_the_seed_of_an_attempt_is_its_own(clinic):
    first = clinic.begin()
    clinic.hear(Lost(first.attempt_id, "Gone."))
    assert clinic.begin().seed != first.seed


def test_an_attempt_runs_once_its_scene_stands_and_is_scored_once_it_is_over(clinic):
    attempt_id = clinic.begin().attempt_id
    clinic.hear(Begun(attempt_id))
    assert clinic.attempt.phase is Phase.RUNNING
    clinic.hear(Over(attempt_id))
    clinic.hear(Begun(attempt_id))  # told again after a restart
    assert clinic.attempt.phase is Phase.SCORING
    clinic.hear(Scored(attempt_id, VERDICT, PROGRESS, SEAL))
    assert clinic.attempt is None
    [concluded] = clinic.last.concluded
    assert (concluded.verdict, concluded.seal) == (VERDICT, SEAL)
    [over] = clinic.bodies(m.AttemptOver)
    assert (over.sentence, over.verdict, over.progress) == (CONFIRMED, VERDICT, PROGRESS)
    clinic.hear(Scored(attempt_id, VERDICT, PROGRESS, SEAL))
    assert not clinic.last.concluded


def test_a_replay_that_went_another_way_is_said_not_to_count(clinic):
    attempt_id = clinic.begin().attempt_id
    verdict = m.Verdict(61.0, False, False, (), (), (), ())
    clinic.hear(Scored(attempt_id, verdict, None, SEAL))
    [over] = clinic.bodies(m.AttemptOver)
    assert over.sentence == UNCONFIRMED


def test_the_score_goes_to_the_trainee_and_to_instructors_in_the_room_only(clinic):
    clinic.bring("i", "instructor")
    clinic.bring("u")
    clinic.bring("far", "instructor", door="door-4")
    attempt_id = clinic.begin().attempt_id
    clinic.hear(Scored(attempt_id, VERDICT, PROGRESS, SEAL))
    assert [h.stream for h in clinic.last.happenings] == ["user:t", "user:i"]


def test_a_lost_attempt_is_told_and_kept_without_a_verdict(clinic):
    attempt_id = clinic.begin().attempt_id
    clinic.hear(Lost(attempt_id, "It is lost."))
    [over] = clinic.bodies(m.AttemptOver)
    assert (over.sentence, over.verdict) == ("It is lost.", None)
    assert clinic.last.concluded[0].verdict is None


@pytest.mark.parametrize(("who", "is_allowed"), [("t", True), ("i", True), ("u", False)])
def test_an_attempt_is_ended_by_its_trainee_or_an_instructor(clinic, who, is_allowed):
    clinic.bring("i", "instructor")
    clinic.bring("u")
    clinic.begin()
    if not is_allowed:
        with pytest.raises(NotPermitted):
            clinic.ask(who, m.EndAttempt)
        return
    clinic.ask(who, m.EndAttempt)
    assert clinic.attempt.phase is Phase.SCORING
    with pytest.raises(Conflict):
        clinic.ask(who, m.EndAttempt)


def test_who_walks_out_ends_the_attempt(clinic):
    clinic.begin()
    clinic.go("t")
    assert clinic.attempt.phase is Phase.SCORING


def test_who_loses_the_connection_comes_back_to_the_running_attempt(clinic):
    attempt_id = clinic.begin().attempt_id
    clinic.hear(Begun(attempt_id))
    clinic.vanish("t")
    clinic.wait(RESUME_S - 2)
    assert clinic.attempt.phase is Phase.RUNNING
    assert views.may_steer(clinic.clinic, "t") is None
    clinic.come("t")
    assert views.may_steer(clinic.clinic, "t").attempt_id == attempt_id


def test_who_does_not_come_back_in_time_has_ended_the_attempt(clinic):
    clinic.begin()
    clinic.vanish("t")
    clinic.wait(RESUME_S + 2)
    assert clinic.attempt.phase is Phase.SCORING
    with pytest.raises(NotSignedIn):
        clinic.ask("t", m.EndAttempt)


def test_one_watches_the_station_of_the_own_room_until_one_goes(clinic):
    clinic.bring("w", "nurse")
    clinic.ask("w", m.WatchStation, "low")
    clinic.ask("t", m.WatchStation, "full")
    assert clinic.watching == {"w": "low", "t": "full"}
    clinic.ask("w", m.WatchStation, "full")
    assert clinic.watching["w"] == "full"
    clinic.go("w")
    assert clinic.watching == {"t": "full"}
    with pytest.raises(NotFound):
        clinic.ask("w", m.WatchStation, "low")
    clinic.ask("t", m.WatchStation, None)
    assert clinic.watching == {}


def test_who_comes_back_asks_for_the_pictures_anew(clinic):
    clinic.ask("t", m.WatchStation, "full")
    clinic.vanish("t")
    assert clinic.watching == {}
    clinic.come("t")
    clinic.ask("t", m.WatchStation, "full")
    clinic.come("t")  # on another device
    assert clinic.watching == {}


def test_the_view_of_a_station_is_for_who_is_in_its_room(clinic):
    clinic.bring("w", "doctor", door="door-4")
    clinic.come("p")
    assert views.station(clinic.clinic, "t", 0.0, 0.0) == views.FREE
    clinic.begin()
    seen = views.station(clinic.clinic, "t", 3.0, PEG.limit_s)
    assert (seen.state, seen.procedure, seen.trainee) == (
        "preparing", "peg_transfer", clinic.slot("t"),
    )  # fmt: skip
    assert (seen.elapsed_s, seen.limit_s) == (3.0, 300.0)
    assert views.station(clinic.clinic, "w", 0.0, 0.0) == views.FREE
    assert clinic.room("w") == OTHER_ROOM
    assert views.station(clinic.clinic, "p", 0.0, 0.0) is None
    assert clinic.room("t") == ROOM
