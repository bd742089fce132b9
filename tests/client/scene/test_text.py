from pathlib import Path

import numpy as np
import pytest

from client.scene.text import MAXIMUM_PIXELS, TextStyle, contrast, drawn_text

FONTS = Path(__file__).parents[3] / "assets" / "fonts"


def test_letters_stand_on_their_plate():
    image = drawn_text("A 17", FONTS, TextStyle(color=(255, 255, 255, 255), plate=(0, 0, 0, 255)))
    middle = image[image.shape[0] // 2, :, :3].max(1)
    assert middle.max() == 255
    assert middle.min() == 0
    assert image[image.shape[0] // 2, image.shape[1] // 2, 3] == 255


def test_without_a_plate_the_ground_is_clear():
    image = drawn_text("A 17", FONTS, TextStyle(plate=(0, 0, 0, 0)))
    assert image[0, 0, 3] == 0
    assert image[..., 3].max() == 255


@pytest.mark.parametrize("text", ["x", "a" * 400, "\n".join("line" for _ in range(60))])
def test_no_text_outgrows_a_texture_or_is_cut(text):
    image = drawn_text(text, FONTS, TextStyle(plate=(0, 0, 0, 0)))
    assert max(image.shape[:2]) <= MAXIMUM_PIXELS
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert edge[:, 3].max() == 0


@pytest.mark.parametrize("letter", "ÄßŁőžéñç€")
def test_the_typeface_has_the_letters_of_european_names(letter):
    missing = drawn_text("\ue000", FONTS, TextStyle())
    assert not np.array_equal(drawn_text(letter, FONTS, TextStyle()), missing)


def test_the_usual_style_is_readable_by_weak_eyes():
    style = TextStyle()
    assert contrast(style.color, style.plate) >= 7.0


def test_contrast_runs_from_1_to_21():
    white, black = (255, 255, 255, 255), (0, 0, 0, 255)
    assert contrast(white, black) == pytest.approx(21.0)
    assert contrast(white, white) == pytest.approx(1.0)
