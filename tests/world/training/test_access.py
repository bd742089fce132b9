"""The training room as access sees it: every action, from inside, next door and outside."""

import pytest

from tests.world.training.training_clinic import ROOM, TrainingClinic
from world.access import Action, may
from world.people import Role

IN, NEXT_DOOR, OUTSIDE = "door-3", "door-4", None


@pytest.fixture(scope="module")
def clinic():
    clinic = TrainingClinic()
    clinic.bring("t")
    for role in Role:
        clinic.come(f"{role}-outside", role)
        if role not in {Role.PATIENT, Role.CARER, Role.INTERPRETER}:
            clinic.bring(f"{role}-inside", role)
            clinic.bring(f"{role}-next", role, door=NEXT_DOOR)
    return clinic.clinic


def _who_may(clinic, action, subject):
    return {
        who
        for who, person in clinic.visits.people.items()
        if who != "t" and may(person, action, subject, clinic.standing) is None
    }


def _inside(clinic):
    return {who for who in clinic.visits.people if who.endswith("-inside")}


@pytest.mark.parametrize(
    "action", [Action.SEE_AVATAR, Action.HEAR, Action.READ_CHAT, Action.SEE_ROLE]
)
def test_people_in_a_training_room_meet_one_another_and_nobody_else(clinic, action):
    assert _who_may(clinic, action, "t") == _inside(clinic)


@pytest.mark.parametrize("action", [Action.PRACTISE, Action.WATCH_STATION])
def test_the_station_is_there_for_who_is_in_its_room(clinic, action):
    assert _who_may(clinic, action, ROOM) == _inside(clinic)


@pytest.mark.parametrize("action", [Action.END_ATTEMPT, Action.SEE_SCORE])
def test_scores_are_seen_and_attempts_ended_by_an_instructor_in_the_room(clinic, action):
    assert _who_may(clinic, action, "t") == {"instructor-inside"}


def test_no_name_is_shown_by_practising_together(clinic):
    assert not _who_may(clinic, Action.SEE_NAME, "t")
