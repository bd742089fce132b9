from hypothesis import given
from hypothesis import strategies as st

from client.ui.editing import Line

KEYS = ["left", "right", "home", "end", "backspace", "delete", "x"]


def test_control_moves_and_deletes_by_words():
    line = Line("one two three", 13)
    assert line.after_key("left", by_word=True) == Line("one two three", 8)
    assert line.after_key("backspace", by_word=True) == Line("one two ", 8)
    assert Line("one two", 0).after_key("delete", by_word=True) == Line(" two", 0)


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
