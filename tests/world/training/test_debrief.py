"""Who reads which attempts, who has them shown again, and when a replay ends."""

import pytest

from tests.world.training.training_clinic import ROOM, TrainingClinic
from world.errors import Conflict, NotFound, NotPermitted
from world.protocol import messages as m
from world.training import views
from world.training.debrief import may_steer
from world.training.news import NotShown
from world.training.station import Reading

ATTEMPT = "a" * 32


@pytest.fixture
def clinic():
    clinic = TrainingClinic()
    for who, role in (("t", "trainee"), ("u", "trainee"), ("i", "instructor"), ("n", "nurse")):
        clinic.bring(who, role)
    return clinic


def slot(clinic, who):
    return clinic.clinic.bodies[who].slot


def shown(clinic):
    return clinic.clinic.training.replays.get(ROOM)


@pytest.mark.parametrize("who", ["t", "u", "i", "n"])
def test_everybody_reads_their_own_attempts(clinic, who):
    out = clinic.ask(who, m.ReadAttempts)
    assert out.readings == [Reading(who, who)]


def test_an_instructor_in_the_room_reads_those_of_a_trainee(clinic):
    out = clinic.ask("i", m.ReadAttempts, slot(clinic, "t"))
    assert out.readings == [Reading("i", "t")]


@pytest.mark.parametrize("who", ["u", "n"])
def test_another_trainee_gets_a_refusal(clinic, who):
    with pytest.raises(NotPermitted, match="Scores are for who practised"):
        clinic.ask(who, m.ReadAttempts, slot(clinic, "t"))
    with pytest.raises(NotPermitted):
        clinic.ask(who, m.ShowReplay, ATTEMPT, slot(clinic, "t"))
    assert shown(clinic) is None


def test_an_instructor_next_door_and_a_slot_that_nobody_has_find_nobody(clinic):
    clinic.bring("j", "instructor", door="door-4")
    theirs = slot(clinic, "t")
    if theirs == slot(clinic, "j"):
        theirs = slot(clinic, "u")
    for number in (theirs, 999):
        with pytest.raises(NotFound):
            clinic.ask("j", m.ReadAttempts, number)


def test_a_replay_is_shown_at_the_station_of_the_room_and_tells_no_trainee(clinic):
    clinic.ask("i", m.ShowReplay, ATTEMPT, slot(clinic, "t"))
    showing = shown(clinic)
    assert (showing.attempt_id, showing.trainee_id, showing.shown_by) == (ATTEMPT, "t", "i")
    view = views.station(clinic.clinic, "n", 0.0, 0.0)
    assert (view.state, view.trainee) == ("replaying", None)


def test_who_may_see_the_scores_stops_a_replay_and_puts_it_elsewhere_and_nobody_else(clinic):
    clinic.ask("t", m.ShowReplay, ATTEMPT)
    assert shown(clinic).is_playing
    for who in ("t", "i"):
        clinic.ask(who, m.SteerReplay, is_playing=False, speed=2.0, at_s=12.5)
        now = shown(clinic)
        assert (now.is_playing, now.speed, now.at_s) == (False, 2.0, 12.5)
        assert may_steer(clinic.clinic, who, now)
    assert now.turn == 2
    for who in ("u", "n"):
        with pytest.raises(NotPermitted):
            clinic.ask(who, m.SteerReplay, is_playing=True)
        with pytest.raises(NotPermitted):
            clinic.ask(who, m.EndReplay)
        assert not may_steer(clinic.clinic, who, now)
    clinic.ask("t", m.EndReplay)
    assert shown(clinic) is None
    with pytest.raises(Conflict):
        clinic.ask("t", m.EndReplay)


def test_a_replay_waits_until_nobody_practises(clinic):
    clinic.begin("u")
    with pytest.raises(Conflict, match="Somebody practises"):
        clinic.ask("t", m.ShowReplay, ATTEMPT)


def test_who_may_end_a_replay_begins_over_it_and_others_wait(clinic):
    clinic.ask("t", m.ShowReplay, ATTEMPT)
    with pytest.raises(Conflict, match="shown here"):
        clinic.begin("u")
    with pytest.raises(Conflict, match="shown here"):
        clinic.ask("u", m.ShowReplay, ATTEMPT)
    clinic.begin("t")
    assert shown(clinic) is None
    assert clinic.attempt.trainee_id == "t"


@pytest.mark.parametrize("who", ["t", "i"])
def test_a_replay_ends_when_who_shows_it_or_its_trainee_leaves(clinic, who):
    clinic.ask("i", m.ShowReplay, ATTEMPT, slot(clinic, "t"))
    clinic.go(who)
    assert shown(clinic) is None


def test_who_wanted_a_replay_is_told_why_it_is_not_shown(clinic):
    clinic.ask("t", m.ShowReplay, ATTEMPT)
    clinic.hear(NotShown(shown(clinic).replay_id, "There is no record of this attempt."))
    assert shown(clinic) is None
    assert [one.body for one in clinic.last.happenings] == [
        m.Told("There is no record of this attempt.", None)
    ]
    clinic.hear(NotShown("f" * 32, "Of nothing."))
