import shutil

import numpy as np
import pytest

from client.config import ASSETS
from client.voice.announcements import CHIME, ROOMS, SENTENCES, load_sound, sounds_of
from server.clinic_loader import CONSULT_ROOMS
from tools.bake import catalog, sounds
from world.errors import ConfigurationError
from world.protocol.rtp import CLOCK_HZ

SOUNDS = ASSETS / "sounds"


def test_a_call_rings_and_names_the_room():
    assert sounds_of("called", "consult-2", is_spoken=True) == (CHIME, "called-consult-2")
    again = sounds_of("called-again", "consult-1", is_spoken=True)
    assert again == (CHIME, "called-again-consult-1")


def test_a_room_that_no_voice_was_baked_for_is_left_to_the_board():
    assert sounds_of("called", "lab-7", is_spoken=True) == (CHIME, "called")


def test_who_wants_no_words_hears_calls_ring_and_nothing_else():
    assert sounds_of("called", "consult-2", is_spoken=False) == (CHIME,)
    assert sounds_of("met", "consult-2", is_spoken=False) == ()


def test_every_consult_room_of_the_clinic_has_its_own_sentence():
    assert set(CONSULT_ROOMS) == set(ROOMS)


@pytest.mark.parametrize("name", [CHIME, *SENTENCES])
def test_every_sound_can_be_heard_and_is_short(name):
    samples = load_sound(SOUNDS, name)
    assert samples.dtype == np.float32
    assert 0.05 < np.abs(samples).max() <= 1.0
    assert 0.5 < samples.size / CLOCK_HZ < 6.0


def test_what_is_spoken_is_what_is_baked_and_stands_in_the_catalog():
    rows = {row["path"]: row for row in catalog.read(ASSETS)}
    for name, words in SENTENCES.items():
        assert sounds.SENTENCES[f"announcement-{name}"][1] == words
        row = rows[f"sounds/announcement-{name}.wav"]
        assert row["licence"] == "Apache-2.0"
        assert row["sha256"] == catalog.digest(SOUNDS / f"announcement-{name}.wav")


@pytest.mark.parametrize("data", [None, b"", b"RIFF", b"no sound at all" * 9])
def test_a_damaged_file_is_a_sentence_that_says_what_to_do(tmp_path, data):
    if data is not None:
        (tmp_path / "announcement-met.wav").write_bytes(data)
    with pytest.raises(ConfigurationError, match="Install Metaclinic anew"):
        load_sound(tmp_path, "met")


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng says what is baked")
def test_baking_a_sentence_again_gives_the_same_bytes():
    if "1.51" not in next(iter(catalog.read(ASSETS)))["source"]:
        pytest.skip("another espeak-ng baked these")
    speaker, words = sounds.SENTENCES["announcement-met"]
    data = sounds._wav(sounds._spoken(shutil.which("espeak-ng"), speaker, words))
    assert data == (SOUNDS / "announcement-met.wav").read_bytes()
