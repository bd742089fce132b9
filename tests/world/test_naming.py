import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.errors import NotPermitted
from world.naming import ALIAS_MAX_N, NAME_MAX_N, alias_of, name_of, require_text
from world.people import Role

UNSEEN = ["\u202eevil", "a\nb\x1b[2J\0", "\u200b", "\ufeff", "a\u200db", "a\u2028b", "a\u2029b"]
UNSEEN += [
    "",
    "   ",
    "\u3164",
    "\u2800",
    "\ue000a",
    "a\ud800",
    "a\x85b",
    "a\u2066b\u2069",
    "a\u00adb",
]
WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in "Doctor")
STACKED = ["e" + "\u0301" * 23, "o" + "\u0e47" * 9, "a\u0301\u0301\u0301\u0301", "\u0301" * 3]


@pytest.mark.parametrize("text", [*UNSEEN, *STACKED, "!?", "x" * 81])
def test_what_is_no_name_is_refused_as_either(text):
    for refuse in (name_of, lambda name: alias_of(name, Role.DOCTOR)):
        with pytest.raises(NotPermitted, match=r"needs a letter.*Choose another one\."):
            refuse(text)


@pytest.mark.parametrize(
    "name",
    ["Blue Heron", "Nguyễn Thị", "မြို့", "ශ්‍රී", "ที่รัก", "יִצְחָק", "محمد", "李", "O'Neill-7", "Ψ"],
)
def test_names_of_every_script_stay(name):
    assert name_of(name) == name_of(name_of(name))
    assert alias_of(name, Role.PATIENT) == name_of(name)


@pytest.mark.parametrize(
    "text",
    ["D\u043ector", "\u0421arla", "Ada M\u03b1rsh", "\u0410nna \u0391nna", "Nurs\u0435 7"],
)
def test_letters_of_scripts_that_look_alike_do_not_stand_in_one_name(text):
    for refuse in (name_of, lambda name: alias_of(name, Role.PATIENT)):
        with pytest.raises(NotPermitted, match="may not mix Latin, Greek and Cyrillic"):
            refuse(text)


@pytest.mark.parametrize(
    "name",
    ["\u0410\u043d\u043d\u0430 7", "\u0386\u03bd\u03bd\u03b1", "\u674e Li", "Zo\u00eb \u00d8rsted"],
)
def test_one_script_and_those_that_nobody_takes_for_one_another_stay(name):
    assert name_of(name) == name


def test_a_name_is_kept_in_one_form():
    assert name_of("  \uff21da \u00a0 Ma\u0308rsh ") == "Ada M\u00e4rsh"


def test_a_name_that_grows_with_its_form_is_measured_after_it():
    with pytest.raises(NotPermitted, match="at most 24"):
        alias_of("\ufdfa" * 3, Role.PATIENT)


@pytest.mark.parametrize(
    "alias",
    [
        "Doctor",
        "Dr. Ada Marsh",
        "nurse",
        "DrMarsh",
        "dr_marsh",
        "Doctor7",
        "Dóctor",
        WIDE,
        "Ärztin",
    ],
)
def test_nobody_from_outside_is_called_like_staff(alias):
    with pytest.raises(NotPermitted, match="works here"):
        alias_of(alias, Role.PATIENT)
    assert alias_of(alias, Role.NURSE)
    assert name_of(alias)


@pytest.mark.parametrize("alias", ["Andrew", "Staffan", "Docile Lark", "Patient 7", "Nursel"])
def test_names_that_only_hold_such_letters_are_free(alias):
    assert alias_of(alias, Role.CARER) == alias


def test_an_interpreter_may_say_so():
    assert alias_of("Interpreter", Role.INTERPRETER) == "Interpreter"


@given(st.text(max_size=100))
def test_what_is_kept_stays_the_same_and_in_its_bounds(text):
    try:
        name = name_of(text)
    except NotPermitted:
        return
    assert name == name_of(name)
    assert 1 <= len(name) <= NAME_MAX_N
    assert name.isprintable() or "\u200c" in name or "\u200d" in name
    if len(name) <= ALIAS_MAX_N:
        assert alias_of(name, Role.DOCTOR) == name


@pytest.mark.parametrize("text", ["a\x1b[2J", "\0", "\u202eevil", "a\u2067b", "bell \x07", "\x9b"])
def test_a_text_that_controls_the_screen_is_refused(text):
    with pytest.raises(NotPermitted, match="Take that out"):
        require_text(text)


@pytest.mark.parametrize(
    "text", ["two\nlines\tand a tab", "שלום\u200f!", "👩\u200d⚕️ 🏴", "\u0645\u06cc\u200c\u062e"]
)
def test_other_texts_stay(text):
    require_text(text)
