"""Fingerprints as words."""

import pytest

from world.fingerprint import WORDS, fingerprint_words


def test_the_words_are_distinct_already_in_their_first_four_letters():
    assert len(WORDS) == 256
    assert len({word[:4] for word in WORDS}) == 256


def test_each_of_the_first_eight_bytes_is_a_word():
    words = fingerprint_words(bytes([0, 255, 1, 2, 3, 4, 5, 6]) + bytes(24))
    assert words[:3] == (WORDS[0], WORDS[255], WORDS[1])
    assert len(words) == 8


def test_a_fingerprint_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        fingerprint_words(b"short")
