import numpy as np

from client.avatars.face import BLINK_EVERY_S, SHAPES, express

AHEAD = np.full((5, 3), np.nan)
HEADS = np.tile(np.eye(3), (5, 1, 1))
SEEDS = np.arange(5)
MOUTH = [SHAPES[name] for name in ("aa", "e", "i", "o", "u")]


def faces(now_s, look=AHEAD, level=0.0):
    return express(now_s, SEEDS, HEADS, look, np.full(5, level))


def test_everybody_blinks_about_seventeen_times_a_minute_and_never_all_at_once():
    times = np.arange(0, 20 * BLINK_EVERY_S, 1 / 60)
    closed = np.array([faces(t).weights[:, SHAPES["blink-left"]] > 0.5 for t in times])
    begun = (closed[1:] & ~closed[:-1]).sum(0)
    assert (np.abs(begun - 20) <= 1).all()
    assert closed.sum(1).max() < 5


def test_a_silent_mouth_is_closed_and_a_loud_one_opens():
    quiet, loud = faces(2.0), faces(2.0, level=0.8)
    assert quiet.weights[:, MOUTH].max() == 0
    assert loud.weights[:, MOUTH].sum(1).min() > 0.3


def test_a_louder_voice_opens_wider():
    for now_s in np.linspace(0, 3, 20):
        soft, loud = (faces(now_s, level=level).weights[:, MOUTH].sum(1) for level in (0.1, 0.7))
        assert (loud > soft).all()


def test_weights_stay_within_what_the_face_can_do():
    for now_s in np.linspace(0, 30, 200):
        for level in (0.0, 0.5, 1.0, 7.0, -2.0):
            weights = faces(now_s, level=level).weights
            assert weights.min() >= 0
            assert weights.max() <= 1.1


def test_eyes_turn_towards_what_is_looked_at():
    left = faces(1.0, look=np.tile([-0.5, 1.0, 0.0], (5, 1)))
    right = faces(1.0, look=np.tile([0.5, 1.0, 0.0], (5, 1)))
    up = faces(1.0, look=np.tile([0.0, 1.0, 0.4], (5, 1)))
    assert (left.gaze[:, 0] > 0.25).all()  # the picture of an eye counts to the person's left
    assert (right.gaze[:, 0] < -0.25).all()
    assert (up.gaze[:, 1] > 0.2).all()


def test_eyes_never_turn_further_than_eyes_can():
    rng = np.random.default_rng(1)
    for _ in range(200):
        gaze = faces(1.0, look=rng.normal(size=(5, 3))).gaze
        assert np.isfinite(gaze).all()
        assert np.abs(gaze).max() < 0.6


def test_the_same_instant_gives_the_same_face():
    assert (faces(4.2, level=0.5).weights == faces(4.2, level=0.5).weights).all()
