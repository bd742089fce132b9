import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.training.scene_files import read_frames, read_scenes, write_frames
from world.errors import RemoteProtocolError
from world.protocol.scene_lane import SceneEncoder


def test_scenes_come_back_as_they_travelled(tmp_path, played):
    encoder = SceneEncoder()
    path = tmp_path / "some.frames"
    write_frames(path, [encoder.frame(k, scene, 10_000) for k, (_, scene, _) in enumerate(played)])
    found = list(read_scenes(path))
    assert [tick for tick, _ in found] == list(range(len(played)))
    for (_, scene), (_, sent, _) in zip(found, played, strict=True):
        for got, body in zip(scene.bodies, sent.bodies, strict=True):
            assert np.abs(got.position_m - body.position_m).max() < 5e-5


@given(st.binary(max_size=60))
def test_a_damaged_file_is_refused_with_the_documented_error_only(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "some.frames"
    path.write_bytes(data)
    try:
        list(read_scenes(path))
    except RemoteProtocolError:
        return
    assert not data


def test_a_file_that_ends_within_a_frame_is_refused(tmp_path):
    path = tmp_path / "some.frames"
    write_frames(path, [b"abc", b"defg"])
    assert list(read_frames(path)) == [b"abc", b"defg"]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RemoteProtocolError, match="no frame"):
        list(read_frames(path))
