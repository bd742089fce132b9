import sys

import pytest
from PIL import Image

from client.training import preview
from client.training.scene_files import write_frames
from world.errors import ConfigurationError
from world.protocol.scene_lane import SceneEncoder


def test_pictures_are_drawn_of_the_frames_of_a_file(tmp_path, monkeypatch, played, capsys):
    encoder = SceneEncoder()
    path = tmp_path / "some.frames"
    write_frames(path, [encoder.frame(k, one[1], 10**5) for k, one in enumerate(played[:3])])
    command = ["preview", str(path), "1", "--tier", "potato", "--size", "320", "180"]
    monkeypatch.setattr(sys, "argv", [*command, "--out", str(tmp_path)])
    preview.main()
    made = capsys.readouterr().out.split()
    assert [name.rsplit("/", 1)[1] for name in made] == [
        "scope-1-potato.png",
        "debrief-potato.png",
        "station-potato.png",
    ]
    for name in made:
        with Image.open(name) as picture:
            assert picture.size == (320, 180)
            assert len(picture.getcolors(100_000)) > 200


def test_without_scenes_it_says_what_to_name():
    with pytest.raises(ConfigurationError, match="Name a file"):
        preview.provided(None, None)
