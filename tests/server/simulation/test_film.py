"""A record as a film: its pictures are the record's, and it is shown from wherever it is put."""

import numpy as np
import pytest

from server.simulation import film as films
from server.simulation.film import PICTURE_STEPS, SETTLE_TURNS, Film, Playing, Projector
from sim.procedures.catalog import PROCEDURES
from sim.recording import read
from sim.replay import Replay
from tools.bots.training.clumsy import touch_board
from tools.bots.training.operator import EXPERT
from tools.bots.training.practice import practise
from world.protocol.scene_lane import SceneDecoder


@pytest.fixture(scope="module")
def record():
    _, data = practise(PROCEDURES["peg_transfer"], 1, EXPERT, touch_board)
    return read(data)


@pytest.fixture(scope="module")
def whole(record):
    film = Film(record)
    while not film.is_whole:
        film.advance()
    return film


@pytest.fixture
def projector(whole):
    projector = Projector("f" * 32, whole)
    projector.show(("full",))
    return projector


def shown(projector, turns, decoder=None):
    """The steps that are shown in so many turns."""
    decoder, steps = decoder or SceneDecoder(), []
    for _ in range(turns):
        projector.turn()
        for _, frame in projector.frames(1):
            decoder.read(frame)
            steps.append(decoder.hands.taken)
    return steps


def test_a_film_is_as_long_as_its_record_and_its_pictures_are_those_of_the_record(record, whole):
    assert whole.duration_s == pytest.approx(record.step_count / 60)
    assert whole.ready_step == record.step_count - record.step_count % PICTURE_STEPS
    replay = Replay(record)
    for _ in range(40):
        replay.advance()
    step, scene, hands = whole.picture(42)
    assert step == 40 == hands.taken
    for seen, real in zip(scene.bodies, replay.environment.scene().bodies, strict=True):
        assert seen.name == real.name
        assert np.abs(seen.position_m - real.position_m).max() < 1e-4
    openings = [hand.posture.jaw for hand in replay.environment.hands]
    assert hands.openings == pytest.approx(openings, abs=0.01)


def test_errors_are_marked_where_they_happened_and_the_clock_begins_with_the_first_motion(
    record, whole
):
    errors = [mark for mark in whole.marks if mark.is_error]
    assert {mark.kind for mark in errors} >= {"board touched"}
    assert all(0 < mark.at_s <= whole.duration_s for mark in whole.marks)
    replay = Replay(record)
    while replay.environment.elapsed_s == 0:
        replay.advance()
    assert whole.starts_step == replay.environment.step_count - 1


def test_a_film_can_be_watched_as_far_as_it_was_played(record):
    film = Film(record)
    assert (film.ready_step, film.is_whole) == (0, False)
    for _ in range(10):
        film.advance()
    projector = Projector("f" * 32, film)
    projector.show(("full",))
    decoder = SceneDecoder()
    assert max(shown(projector, 60, decoder)) == 8
    projector.steer(Playing(), 5.0)
    assert shown(projector, 4, decoder)[-1] == 8


def test_a_film_no_longer_than_may_be_kept(record, monkeypatch):
    monkeypatch.setattr(films, "LONGEST_STEPS", 20)
    film = Film(record)
    while not film.is_whole:
        film.advance()
    assert (film.ready_step, film.duration_s) == (20, pytest.approx(20 / 60))


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_it_goes_on_so_fast(projector, speed):
    projector.steer(Playing(speed=speed), 0.0)
    last = shown(projector, 20)[-1]
    assert last == pytest.approx(20 * speed, abs=PICTURE_STEPS)


def test_it_rests_where_it_is_put_and_says_nothing_more_once_its_picture_is_whole(projector):
    decoder = SceneDecoder()
    shown(projector, 30, decoder)
    projector.steer(Playing(is_playing=False), 0.2)
    assert set(shown(projector, SETTLE_TURNS, decoder)) == {12}
    shown(projector, 4, decoder)
    assert shown(projector, 60, decoder) == []


def test_at_its_end_it_rests_and_from_there_begins_again(projector, whole):
    projector.steer(Playing(speed=8.0), None)
    decoder = SceneDecoder()
    steps = shown(projector, 2 * whole.ready_step, decoder)
    assert steps[-1] == whole.ready_step
    assert not projector.playing.is_playing
    projector.steer(Playing(), None)
    assert shown(projector, 4, decoder)[-1] <= PICTURE_STEPS


def test_who_comes_late_gets_the_picture_that_is_shown_whole(projector):
    decoder = SceneDecoder()
    shown(projector, 20, decoder)
    late = SceneDecoder()
    late.read(projector.key("full"))
    assert late.hands.taken == decoder.hands.taken
    assert projector.key("low") is None
