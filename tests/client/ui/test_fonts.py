from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.ui.fonts import Typeface, drawable, found_in

FONTS = Path(__file__).parents[3] / "assets" / "fonts"


def test_without_files_there_is_still_a_font():
    typeface = Typeface()
    assert typeface.width("Hello", 18, is_bold=False) > 20


def test_an_empty_folder_gives_the_same(tmp_path):
    assert found_in(tmp_path).width("Hello", 18, is_bold=True) > 20
    assert found_in(tmp_path / "nowhere").width("Hello", 18, is_bold=True) > 20


def test_the_clinics_fonts_tell_regular_from_bold():
    typeface = found_in(FONTS)
    regular = typeface.font("A", 18, is_bold=False).getname()
    bold = typeface.font("A", 18, is_bold=True).getname()
    assert regular != bold


def test_a_font_that_lacks_a_letter_gives_way_to_one_that_has_it():
    regular = next(file for file in FONTS.glob("*.ttf") if "bold" not in file.name)
    typeface = Typeface(None, None, (regular,))
    own, other = Typeface(), Typeface(regular)

    def family(face, text):
        return face.font(text, 18, is_bold=False).getname()[0]

    assert family(typeface, "plain") == family(own, "plain")
    letters = [chr(code) for code in range(0xA1, 0x500) if chr(code).isprintable()]
    taken = {family(typeface, letter) for letter in letters}
    assert taken == {family(own, "a"), family(other, "a")}


@given(st.text(max_size=30))
def test_any_text_can_be_measured_and_drawn(text):
    typeface = Typeface()
    assert typeface.width(text, 18, is_bold=False) >= 0
    clean = drawable(text)
    assert drawable(clean) == clean
    assert len(clean) <= len(text)
    typeface.font(clean, 18, is_bold=False).getmask(clean)


@pytest.mark.parametrize("letter", ["\n", "\x85", "\u2029", "\x1c", "\ud800", "\x00"])
def test_what_shaping_refuses_becomes_a_space(letter):
    assert drawable(f"a{letter}b") == "a b"


def test_joiners_stay_for_the_scripts_that_need_them():
    assert drawable("\u0915\u094d\u200d\u0937") == "\u0915\u094d\u200d\u0937"


@pytest.mark.parametrize("letter", ["\u202e", "\u2067", "\u200b", "\u200f", "\ufeff", "\u00ad"])
def test_what_is_not_seen_or_turns_the_writing_is_left_out(letter):
    assert drawable(f"a{letter}b") == "ab"
    plain = Typeface().width("ab", 18, is_bold=False)
    assert Typeface().width(f"a{letter}b", 18, is_bold=False) == plain


def test_signs_that_stand_over_numbers_stay():
    assert drawable("\u06dd\u0661") == "\u06dd\u0661"
