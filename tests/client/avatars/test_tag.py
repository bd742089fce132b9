import numpy as np
import pytest

from client.avatars.casting import WARDROBE
from client.avatars.tag import ROLES, TagText, draw_tag
from client.ui.fonts import found_in


@pytest.fixture(scope="module")
def typeface(folder):
    return found_in(folder.parent / "fonts")


def test_every_role_has_a_color_and_a_sign_of_its_own():
    assert set(ROLES) == set(WARDROBE)
    assert len({color for color, _ in ROLES.values()}) == len(ROLES)
    assert len({sign for _, sign in ROLES.values()}) == len(ROLES)


def test_text_stands_out_from_the_plate(typeface):
    image = np.asarray(draw_tag(TagText("Person 1", "nurse", "Nurse"), typeface).convert("L"))
    assert image.max() > 240
    assert np.median(image) < 60


def test_a_long_name_is_shortened_and_stays_readable(typeface):
    image = draw_tag(TagText("W" * 200, "patient"), typeface)
    assert image.width < 1200
    assert image.height == 128


def test_an_empty_name_is_still_a_tag(typeface):
    assert draw_tag(TagText("", "patient"), typeface).width > 100


def test_an_unknown_role_looks_like_a_guest(typeface):
    known = draw_tag(TagText("A", "patient"), typeface)
    other = draw_tag(TagText("A", "visitor"), typeface)
    assert known.tobytes() == other.tobytes()
