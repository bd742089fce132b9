"""People as a processor draws them: the same bodies in the same light, for less work."""

import numpy as np
import pytest

from client.avatars.preview import Actor


def picture(studio, shading, actor, name="lena"):
    studio.people.root.remove_node()
    studio.people = studio.new_people(shading)
    studio.fill([name], [actor])
    studio.look((0.4, 3.2, 1.3), (0, 0.1, 0.9), 50)
    return np.asarray(studio.picture(), float)


@pytest.mark.parametrize("name", ["amara", "henrik", "nadia", "lena"])
def test_a_plain_person_looks_much_like_a_full_one(studio, name):
    studio.people.root.hide()
    studio.look((0.4, 3.2, 1.3), (0, 0.1, 0.9), 50)
    empty = np.asarray(studio.picture(), float)
    full, plain = (picture(studio, shading, Actor(), name) for shading in ("full", "plain"))
    is_body = np.abs(full - empty).sum(2) > 30
    assert is_body.mean() > 0.03
    assert (np.abs(plain - empty).sum(2) > 30)[is_body].mean() > 0.9
    assert np.abs(plain - full)[is_body].mean() < 22
    assert np.abs(plain[is_body].mean(0) - full[is_body].mean(0)).max() < 14


def test_a_plain_person_moves(studio):
    standing = picture(studio, "plain", Actor())
    seated = picture(studio, "plain", Actor().sit())
    assert (np.abs(standing - seated).sum(2) > 30).mean() > 0.02


def test_a_plain_face_talks_and_looks_about(studio):
    def near(voice, gaze_m):
        actor = Actor()
        actor.voice, actor.look_at_m = voice, np.array(gaze_m)
        studio.people.root.remove_node()
        studio.people = studio.new_people("plain")
        studio.fill(["lena"], [actor])
        for step in range(30):
            studio.pose([actor], step / 30)
        studio.look((0, 0.8, 1.6), (0, 0.1, 1.57), 24)
        return np.asarray(studio.picture(), float)

    quiet = near(0.0, (0.0, 3.0, 1.6))
    assert (np.abs(near(1.0, (0.0, 3.0, 1.6)) - quiet).sum(2) > 20).sum() > 10
    assert (np.abs(near(0.0, (2.0, 1.0, 1.6)) - quiet).sum(2) > 20).sum() > 5
