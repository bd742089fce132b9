from hypothesis import given
from hypothesis import strategies as st

from client.ui.editing import Line

KEYS = ["left", "right", "home", "end", "backspace", "delete", "a", "x"]


def test_control_moves_and_deletes_by_words():
    line = Line("one two three", 13)
    assert line.after_key("left", by_word=True) == Line("one two three", 8)
    assert line.after_key("backspace", by_word=True) == Line("one two ", 8)
    assert Line("one two", 0).after_key("delete", by_word=True) == Line(" two", 0)


def test_control_a_selects_all_and_what_is_typed_replaces_it():
    line = Line("old name", 3).after_key("a", by_word=True)
    assert line.selected == (0, 8)
    assert line.inserted("n", 8) == Line("n", 1)
    assert line.after_key("backspace", by_word=False) == Line("", 0)
    assert line.after_key("delete", by_word=False) == Line("", 0)


def test_a_selection_is_left_at_its_near_end_and_a_bare_letter_selects_nothing():
    line = Line("name", 2).after_key("a", by_word=True)
    assert line.after_key("left", by_word=False) == Line("name", 0)
    assert line.after_key("right", by_word=False) == Line("name", 4)
    assert Line("name", 2).after_key("a", by_word=False) is None


def test_line_breaks_and_other_controls_are_left_out():
    assert Line("", 0).inserted("a\nb\tc\x7f", 10) == Line("abc", 3)


def test_no_more_than_the_longest_comes_in():
    assert Line("abc", 3).inserted("defgh", 5) == Line("abcde", 5)


def test_a_line_hides_its_text_from_representations():
    assert "secret" not in repr(Line("secret", 0))


@given(st.text(max_size=12), st.lists(st.tuples(st.sampled_from(KEYS), st.booleans())))
def test_the_caret_never_leaves_the_text(text, presses):
    line = Line("", 0).inserted(text, 12)
    for key, by_word in presses:
        line = line.after_key(key, by_word=by_word) or line
        assert 0 <= line.caret <= len(line.text)
