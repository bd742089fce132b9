import pytest

from client.ui.theme import (
    LEAST_EDGE_CONTRAST,
    LEAST_TEXT_CONTRAST,
    TEXT_SCALES,
    THEMES,
    contrast,
)
from client.ui.vocabulary import Emphasis, Fill, Tone

PALETTES = [
    pytest.param(palette, id=f"{theme.name}, {name}")
    for theme in THEMES
    for name, palette in (("panel", theme.panel), ("monitor", theme.monitor))
]


def test_contrast_is_computed_as_published():
    # WCAG 2.2: black on white is 21:1; #767676 on white is the well-known 4.54:1.
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_text_stands_out_from_every_ground_it_can_be_on(palette):
    grounds = {**palette.fills, "field": palette.field, "surface": palette.surface}
    rows = {"hovered": palette.hovered, "selected": palette.selected}
    for tone in Tone:
        for name, ground in {**grounds, **rows}.items():
            ratio = contrast(palette.tones[tone], ground)
            assert ratio >= LEAST_TEXT_CONTRAST, f"{tone} on {name}: {ratio:.2f}"


@pytest.mark.parametrize("palette", PALETTES)
def test_every_button_can_be_read(palette):
    for emphasis in Emphasis:
        ground, ink = palette.buttons[emphasis]
        assert contrast(ground, ink) >= LEAST_TEXT_CONTRAST, emphasis
        quiet = emphasis in {Emphasis.NORMAL, Emphasis.QUIET}
        assert not quiet or contrast(palette.hovered, ink) >= LEAST_TEXT_CONTRAST


@pytest.mark.parametrize("palette", PALETTES)
def test_edges_and_focus_rings_stand_out(palette):
    for ground in (palette.surface, palette.field, *palette.fills.values()):
        assert contrast(palette.edge, ground) >= LEAST_EDGE_CONTRAST
        assert contrast(palette.focus, ground) >= LEAST_EDGE_CONTRAST


@pytest.mark.parametrize("palette", PALETTES)
def test_colors_are_told_apart_from_their_ground_where_they_carry_a_curve(palette):
    assert contrast(palette.tones[Tone.SIGNAL], palette.grid_major) >= LEAST_EDGE_CONTRAST
    assert contrast(palette.tones[Tone.SIGNAL], palette.fills[Fill.INSET]) >= LEAST_TEXT_CONTRAST


def test_text_grows_to_twice_its_size():
    assert TEXT_SCALES[0] == 1.0
    assert TEXT_SCALES[-1] == 2.0
