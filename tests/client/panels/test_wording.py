import pytest

from client.panels import wording


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (None, None, "The wait is not known yet."),
        (3, None, "The wait is not known yet."),
        (0, 0.5, "You are called very soon."),
        (9, 11, "The wait is about 10 minutes."),
        (4, 7, "The wait is about 6 minutes."),
        (8, 26, "The wait is about 8 to 25 minutes."),
        (33, 61, "The wait is about 35 to 60 minutes."),
    ],
)
def test_a_wait_promises_no_more_than_is_known(low, high, sentence):
    assert wording.wait(low, high) == sentence


def test_places_are_words_near_the_front_and_numbers_behind():
    assert wording.place(1, 9) == "You are next in the queue."
    assert wording.place(3, 9) == "You are third in the queue."
    assert wording.place(8, 9) == "You are number 8 of 9 in the queue."


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (12.9, "12 s"), (150, "2 min"), (9000, "2 h")]
)
def test_an_age_has_one_unit(seconds, words):
    assert wording.age(seconds) == words


def test_names_are_listed():
    assert wording.listed(()) == ""
    assert wording.listed(("A",)) == "A"
    assert wording.listed(("A", "B", "C")) == "A, B and C"
