import numpy as np

from client.voice.local_sounds import MAX_WAITING, LocalSounds
from client.voice.receive import BLOCK_SAMPLES


def heard(sounds, blocks):
    return np.concatenate([sounds.render() for _ in range(blocks)])


def test_one_sound_follows_the_other_without_a_gap_and_then_it_is_silent():
    sounds = LocalSounds()
    sounds.play(np.full(700, 0.25, np.float32))
    sounds.play(np.full(300, 0.5, np.float32))
    both = heard(sounds, 4)
    assert both.shape == (4 * BLOCK_SAMPLES, 2)
    assert (both[:700] == 0.25).all()
    assert (both[700:1000] == 0.5).all()
    assert (both[1000:] == 0.0).all()


def test_of_too_many_that_wait_the_oldest_go():
    sounds = LocalSounds()
    for number in range(MAX_WAITING + 3):
        sounds.play(np.full(BLOCK_SAMPLES, number, np.float32))
    played = [float(sounds.render()[0, 0]) for _ in range(MAX_WAITING + 1)]
    assert played == [3.0, 4.0, 5.0, 6.0, 0.0]
