from collections import Counter
from uuid import UUID

import pytest

from client.avatars.casting import GUESTS, IN_COATS, IN_SCRUBS, PEOPLE, WARDROBE, person_for
from server.auth import demo
from world.people import Role


def test_every_body_of_every_role_is_among_the_assets(folder):
    for bodies in WARDROBE.values():
        for name in bodies:
            assert (folder / f"{name}.glb").is_file()
    assert len(set(PEOPLE)) == len(PEOPLE)


def test_the_same_user_always_has_the_same_body():
    user = UUID(int=5).hex
    assert person_for("patient", user) == person_for("patient", user)


def test_guests_are_spread_over_all_bodies():
    counts = Counter(person_for("patient", UUID(int=i).hex) for i in range(900))
    assert set(counts) == set(GUESTS)
    assert min(counts.values()) > 50


def test_nobody_who_waits_in_the_demo_looks_like_another():
    waits = {
        login: person_for(role, "", look)
        for login, role, _, _, look in demo.PEOPLE
        if role is Role.PATIENT
    }
    assert len(waits) == len(set(waits.values())) == 9
    assert waits["patient"] == "diego"
    women = {"lena", "mei", "farida", "anjali", "greta"}
    assert {waits[f"bot-patient-{n}"] for n in (7, 8)} <= women, "Uma, Ida"
    assert not {waits[f"bot-patient-{n}"] for n in (4, 6)} & women, "Max, Ray"


def test_a_chosen_appearance_is_kept_and_counted_round():
    user = UUID(int=9).hex
    assert person_for("patient", user, 1) == GUESTS[1]
    assert person_for("patient", user, 1 + len(GUESTS)) == GUESTS[1]


def test_roles_of_the_staff_are_told_by_their_clothes():
    user = UUID(int=3).hex
    assert person_for("doctor", user) in IN_COATS
    assert person_for("nurse", user) in IN_SCRUBS
    assert person_for("patient", user) not in IN_COATS + IN_SCRUBS


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="no role 'wizard'"):
        person_for("wizard", "x")
