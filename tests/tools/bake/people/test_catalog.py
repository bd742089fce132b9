import hashlib
import tomllib
from pathlib import Path

import pytest

from client.avatars.casting import IN_COATS, IN_SCRUBS, PEOPLE
from tools.bake.people.cast import CAST
from tools.bake.people.garments import GARMENTS
from tools.bake.people.hair import HAIRSTYLES

ASSETS = Path(__file__).parents[4] / "assets"
FILES = ["face.png", "LICENSE-CC0.md", *(f"{person.name}.glb" for person in CAST)]


@pytest.fixture(scope="module")
def rows():
    table = tomllib.loads((ASSETS / "catalog.toml").read_text())
    return {row["path"]: row for row in table["asset"]}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_the_one_in_the_catalog(rows, name):
    row = rows[f"people/{name}"]
    digest = hashlib.sha256((ASSETS / "people" / name).read_bytes()).hexdigest()
    assert row["sha256"] == digest
    assert row["licence"] == "CC0-1.0"
    assert "MPFB2" in row["source"]


def test_nothing_else_lies_among_the_people():
    found = {path.name for path in (ASSETS / "people").iterdir()}
    assert found == set(FILES)


def test_the_license_of_the_source_is_kept():
    assert "CC0 1.0 Universal" in (ASSETS / "people/LICENSE-CC0.md").read_text()


def test_the_cast_is_what_the_client_can_choose_from():
    assert {person.name for person in CAST} == set(PEOPLE)


@pytest.mark.parametrize("person", CAST, ids=lambda person: person.name)
def test_everybody_wears_what_exists(person):
    worn = [garment for garment, _ in person.outfit]
    assert set(worn) <= set(GARMENTS)
    assert person.hairstyle in HAIRSTYLES or person.scarf is not None
    assert ("coat" in worn) == (person.name in IN_COATS)
    assert ("badge" in person.carries) == (person.name in IN_COATS + IN_SCRUBS)
    assert abs(sum(person.build.ancestry.values()) - 1) < 1e-9
