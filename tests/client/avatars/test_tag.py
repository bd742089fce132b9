import numpy as np
import pytest

from client.avatars.casting import WARDROBE
from client.avatars.tag import METRES_PER_PX, PLATE, ROLE_PX, ROLES, TagText, draw_tag
from client.avatars.tag_layout import lay_out
from client.desktop.picture import FIELD_OF_VIEW_RAD
from client.scene.text import contrast
from client.ui.fonts import found_in

WIDTH_PX = 1280
READABLE_PX = 12
"""Size of letters on a screen below which they are told to be hard to read."""
TEXT_LEFT_PX = 128
ENOUGH_CONTRAST = 4.5
"""W3C, Web Content Accessibility Guidelines 2.2, 1.4.3, for text of any size."""


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


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_can_be_read_at_five_metres(typeface, role):
    anchor_m = np.array([[0.0, 5.0, 0.3]])
    scale = float(lay_out(anchor_m, np.array([[0.2, 0.05]])).scale[0])
    px_per_m = WIDTH_PX / 2 / np.tan(FIELD_OF_VIEW_RAD / 2) / 5.0
    assert ROLE_PX * METRES_PER_PX * scale * px_per_m >= READABLE_PX
    image = draw_tag(TagText("", role, role), typeface)
    letters = np.asarray(image.crop((TEXT_LEFT_PX, 72, image.width - 8, 118)).convert("RGB"))
    brightest = letters.reshape(-1, 3)[letters.sum(2).argmax()]
    assert contrast((*brightest, 255), PLATE) >= ENOUGH_CONTRAST
