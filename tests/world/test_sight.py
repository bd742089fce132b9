"""The answers for everybody at once against world/access.py asked pair by pair."""

import itertools

import pytest

from tests.world.small_clinic import OTHER_ROOM, ROOM, SmallClinic
from world import access
from world.access import Action
from world.protocol import messages as m
from world.sight import Sight

NAMES = (Action.SEE_NAME, Action.SEE_ROLE, Action.SEE_AVATAR, Action.READ_CHAT)


@pytest.fixture
def crowd():
    small = SmallClinic()
    for who, role in (("c", "carer"), ("w", "patient"), ("n", "nurse"), ("x", "patient")):
        small.come(who, role)
    visit_id = small.in_consult("p", "d", ROOM)
    small.ask("p", m.Invite, visit_id, small.slot("c"), room_id="waiting")
    small.ask("w", m.CheckIn)
    small.in_consult("q", "e", OTHER_ROOM)
    small.ask("w", m.Block, small.slot("x"))
    return small


@pytest.mark.parametrize("action", NAMES)
def test_all_pairs_are_answered_as_each_pair_alone(crowd, action):
    clinic, sight = crowd.clinic, Sight(crowd.clinic)
    people = clinic.visits.people
    for viewer, subject in itertools.product(people, repeat=2):
        alone = access.may(people[viewer], action, subject, clinic.standing) is None
        assert sight.may(viewer, action, subject) is alone, (viewer, subject)


def test_names_are_those_that_access_gives(crowd):
    clinic, sight = crowd.clinic, Sight(crowd.clinic)
    people = clinic.visits.people
    for viewer, subject in itertools.product(people, repeat=2):
        alone = access.visible_name(
            people[viewer], people[subject], "real", "alias", clinic.standing
        )
        assert sight.visible_name(viewer, subject, "real", "alias") == alone


def test_answers_hold_until_a_visit_or_a_block_changes(crowd):
    sight = Sight(crowd.clinic)
    crowd.ask("w", m.Say, "hello")
    assert sight.is_of(crowd.clinic)
    crowd.ask("x", m.CheckIn)
    assert not sight.is_of(crowd.clinic)
    sight = Sight(crowd.clinic)
    crowd.ask("x", m.Block, crowd.slot("w"))
    assert not sight.is_of(crowd.clinic)
